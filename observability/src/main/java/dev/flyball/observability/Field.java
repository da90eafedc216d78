// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.nio.charset.StandardCharsets;

/** The fields that we write ourselves: names of ECS and OpenTelemetry, and our own. */
enum Field {
  TIMESTAMP("@timestamp"),
  LEVEL("log.level"),
  MESSAGE("message"),
  ECS_VERSION("ecs.version"),
  SERVICE_NAME("service.name"),
  SERVICE_VERSION("service.version"),
  SERVICE_ENVIRONMENT("service.environment"),
  DATASET("event.dataset"),
  THREAD("process.thread.name"),
  LOGGER("log.logger"),
  TRACE_ID("trace.id"),
  SPAN_ID("span.id"),
  TAGS("tags"),
  ERROR_TYPE("error.type"),
  ERROR_CODE("error.code"),
  ERROR_MESSAGE("error.message"),
  ERROR_STACK_TRACE("error.stack_trace"),
  EVENT_KIND("event.kind"),
  EVENT_CATEGORY("event.category"),
  EVENT_TYPE("event.type"),
  EVENT_ACTION("event.action"),
  EVENT_OUTCOME("event.outcome"),
  EVENT_START("event.start"),
  EVENT_DURATION("event.duration"),
  HTTP_METHOD("http.request.method"),
  HTTP_ROUTE("http.route"),
  HTTP_STATUS("http.response.status_code"),
  HTTP_REQUEST_BYTES("http.request.body.bytes"),
  HTTP_RESPONSE_BYTES("http.response.body.bytes"),
  HTTP_VERSION("http.version"),
  URL_PATH("url.path"),
  URL_SCHEME("url.scheme"),
  URL_DOMAIN("url.domain"),
  CLIENT_IP("client.ip"),
  CLIENT_ADDRESS("client.address"),
  SERVER_ADDRESS("server.address"),
  USER_AGENT("user_agent.original"),
  USER_HASH("user.hash"),
  ORGANIZATION("organization.id"),
  FLAG_KEY("feature_flag.key"),
  FLAG_VARIANT("feature_flag.result.variant"),
  FLAG_REASON("feature_flag.result.reason"),
  ENDPOINT("flyball.endpoint"),
  OUTCOME("flyball.outcome"),
  OWNER("flyball.owner"),
  PARENT("flyball.parent"),
  ANSWERED_BY("flyball.answered_by"),
  DEPENDENCY("flyball.dependency"),
  RULE("flyball.rule"),
  STAGE("flyball.stage"),
  REASON("flyball.reason"),
  EXPLANATION("flyball.explanation"),
  WOULD_REFUSE("flyball.would_refuse"),
  WOULD_PROCEED("flyball.would_proceed"),
  SKIPPED("flyball.skipped"),
  CANCELLED("flyball.cancelled"),
  CLIENT("flyball.client"),
  AUTHENTICATED_BY("flyball.authenticated_by"),
  MESSAGES("flyball.messages"),
  HANDLED_AFTER_REFUSAL("flyball.handled_after_refusal");

  /** The name. */
  final String key;

  /** The name as JSON, with its colon; only ever read. */
  @SuppressWarnings("ImmutableEnumChecker")
  final byte[] json;

  Field(String key) {
    this.key = key;
    this.json = ('"' + key + "\":").getBytes(StandardCharsets.US_ASCII);
  }

  /** This field in a set of fields, which lives no longer than the process. */
  @SuppressWarnings("EnumOrdinal")
  long bit() {
    return 1L << ordinal();
  }
}
