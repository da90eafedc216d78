// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Carrier;
import dev.flyball.Endpoint;
import dev.flyball.Outcome;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Verdict;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a span says, in the names of the stable semantic conventions for HTTP, and what governance
 * adds. The query is never part of it: it may hold anything.
 */
final class SpanFacts {

  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> METHOD_ORIGINAL =
      AttributeKey.stringKey("http.request.method_original");
  static final AttributeKey<String> FULL_URL = AttributeKey.stringKey("url.full");
  static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> CLIENT_ADDRESS = AttributeKey.stringKey("client.address");
  static final AttributeKey<String> USER_AGENT = AttributeKey.stringKey("user_agent.original");
  static final AttributeKey<String> PROTOCOL_VERSION =
      AttributeKey.stringKey("network.protocol.version");
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  static final AttributeKey<String> ENDPOINT = AttributeKey.stringKey("flyball.endpoint");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("flyball.outcome");
  static final AttributeKey<String> RULE = AttributeKey.stringKey("flyball.rule");
  static final AttributeKey<String> REASON = AttributeKey.stringKey("flyball.reason");
  static final AttributeKey<String> DEPENDENCY = AttributeKey.stringKey("flyball.dependency");

  private static final int MAX_METHOD = 64;
  private static final int MAX_HOST = 255;
  private static final int MAX_TEXT = 1_024;

  private SpanFacts() {}

  /** The name as long as no route is known: never a path. */
  static String name(Call call, SpanKind kind) {
    if (kind == SpanKind.INTERNAL) {
      return call.endpoint().id();
    }
    OutgoingCarrier outgoing = call.outgoing();
    String method = outgoing != null ? outgoing.method() : call.carrier().method();
    return method(method, call.endpoint().protocol());
  }

  private static String method(String method, String protocol) {
    if (method.isEmpty()) {
      return protocol;
    }
    String known = HttpMethods.known(method);
    return known.equals(HttpMethods.OTHER) ? "HTTP" : known;
  }

  /** What is known before the call runs; samplers decide by it. */
  static void atStart(SpanBuilder span, Call call, SpanKind kind) {
    OutgoingCarrier outgoing = call.outgoing();
    if (outgoing != null) {
      sent(span, outgoing);
      span.setAttribute(DEPENDENCY, call.endpoint().operation());
    } else if (kind == SpanKind.SERVER) {
      received(span, call);
    }
  }

  /** What no sampler asks for: for spans that are kept. */
  static void onceStarted(Span span, Call call, SpanKind kind) {
    String version = call.carrier().protocolVersion();
    if (kind == SpanKind.SERVER && span.isRecording() && !version.isEmpty()) {
      span.setAttribute(PROTOCOL_VERSION, cut(version, MAX_TEXT));
    }
  }

  private static void sent(SpanBuilder span, OutgoingCarrier outgoing) {
    putMethod(span, outgoing.method());
    span.setAttribute(SERVER_ADDRESS, cut(outgoing.host(), MAX_HOST));
    if (outgoing.port() > 0) {
      span.setAttribute(SERVER_PORT, (long) outgoing.port());
    }
    if (!outgoing.scheme().isEmpty()) {
      put(span, FULL_URL, url(outgoing));
    }
  }

  /** Without user, query and fragment. */
  private static String url(OutgoingCarrier outgoing) {
    String host = outgoing.host();
    String authority = host.indexOf(':') < 0 ? host : "[" + host + "]";
    String port = isUsual(outgoing) ? "" : ":" + outgoing.port();
    return outgoing.scheme() + "://" + authority + port + outgoing.path();
  }

  private static boolean isUsual(OutgoingCarrier outgoing) {
    return switch (outgoing.port()) {
      case 0 -> true;
      case 80 -> outgoing.scheme().equals("http");
      case 443 -> outgoing.scheme().equals("https");
      default -> false;
    };
  }

  private static void received(SpanBuilder span, Call call) {
    Carrier carrier = call.carrier();
    putMethod(span, carrier.method());
    put(span, PATH, carrier.path());
    put(span, SCHEME, call.scheme());
    put(span, CLIENT_ADDRESS, call.clientAddress());
    put(span, USER_AGENT, carrier.header("User-Agent"));
    Authority authority = Authority.of(call.authority());
    if (authority != null) {
      span.setAttribute(SERVER_ADDRESS, cut(authority.host(), MAX_HOST));
      if (authority.port() != null) {
        span.setAttribute(SERVER_PORT, authority.port());
      }
    }
  }

  private static void putMethod(SpanBuilder span, String method) {
    if (!method.isEmpty()) {
      String known = HttpMethods.known(method);
      span.setAttribute(METHOD, known);
      if (known.equals(HttpMethods.OTHER)) {
        span.setAttribute(METHOD_ORIGINAL, cut(method, MAX_METHOD));
      }
    }
  }

  private static void put(SpanBuilder span, AttributeKey<String> key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      span.setAttribute(key, cut(value, MAX_TEXT));
    }
  }

  /** What is known when the call has ended, for a span of our own. */
  static void atEnd(Span span, CallRecord record, Routes routes) {
    Outcome outcome = record.outcome();
    String template = record.entered() ? routes.of(record.endpoint()).template() : null;
    if (template != null) {
      span.updateName(method(record.method(), record.endpoint().protocol()) + " " + template);
    }
    if (outcome.code() > 0 && outcome.kind() != Outcome.Kind.CANCELLED) {
      span.setAttribute(STATUS, (long) outcome.code());
    }
    String error = ErrorTypes.of(record);
    if (error != null) {
      span.setAttribute(ERROR_TYPE, error);
    }
    if (isError(record)) {
      span.setStatus(StatusCode.ERROR);
    }
  }

  /** A server has failed with a 5xx only; a client with any status from 400. */
  private static boolean isError(CallRecord record) {
    Outcome outcome = record.outcome();
    return switch (outcome.kind()) {
      case SERVER_ERROR, TIMEOUT -> true;
      case REFUSED, CLIENT_ERROR ->
          outcome.code() >= (record.endpoint().kind() == Endpoint.Kind.CLIENT ? 400 : 500);
      case OK, CANCELLED, UNGOVERNED -> false;
    };
  }

  /** What only governance knows, for any span. */
  static void ofGovernance(Span span, CallRecord record, Routes routes) {
    span.setAttribute(ENDPOINT, record.endpoint().id());
    span.setAttribute(OUTCOME, record.outcome().kind().name().toLowerCase(Locale.ROOT));
    String template = record.entered() ? routes.of(record.endpoint()).template() : null;
    if (template != null) {
      span.setAttribute(ROUTE, template);
    }
    Verdict refusal = record.refusal();
    if (refusal != null) {
      span.setAttribute(RULE, refusal.rule());
      if (refusal.reason() != null) {
        span.setAttribute(REASON, refusal.reason());
      }
    }
  }

  private static String cut(String text, int limit) {
    if (text.length() <= limit) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(limit - 1));
    return text.substring(0, splitsPair ? limit - 1 : limit);
  }
}
