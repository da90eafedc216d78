// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.flyball.Access;
import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.Explanation;
import dev.flyball.FlagEvaluation;
import dev.flyball.FlyballModule;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Parameters;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.Verdict;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import io.opentelemetry.context.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The line of each call: what the record knows, once. */
class CallLineTest {

  private static final Principal ALICE =
      Principal.builder("alice", "https://issuer.example")
          .client("app")
          .tenant("acme")
          .credential("jwt", "id-1")
          .build();

  private final TestLog calls = TestLog.of(CallLine.LOGGER);
  private final InProcessApp app = app();

  static InProcessApp app(FlyballModule... more) {
    FlyballModule[] modules = java.util.Arrays.copyOf(more, more.length + 1);
    modules[more.length] = new ObservabilityModule();
    return InProcessApp.with(modules)
        .property("flyball.service.name", "orders")
        .property("flyball.service.version", "1.2.3")
        .property("flyball.service.environment", "test")
        .property("flyball.auth.delegated", "authorization is not under test")
        .property("flyball.log.pseudonym-key", "0123456789abcdef");
  }

  @AfterEach
  void close() {
    app.close();
    calls.close();
  }

  private GovernedEndpoint orders() {
    return app.govern(Endpoint.builder("http", "GET /orders/{id}").owner("team-orders"));
  }

  @Test
  void callThatEndsWell_isOneLineOfWhatIsKnown() {
    GovernedEndpoint orders = orders();
    app.start();
    InProcessCarrier carrier =
        InProcessCarrier.get("/orders/7?secret=x")
            .header("Host", "shop.example:8443")
            .header("User-Agent", "curl/8")
            .peer("2001:db8::1");
    app.call(
        orders,
        carrier,
        () -> {
          Call call = Call.current();
          call.authenticated(ALICE);
          call.bytesReceived(10);
          call.bytesSent(20);
          call.evaluated(new FlagEvaluation("new-cart", "on", "SPLIT", "1", 0, Double.NaN, 0));
          call.evaluated(new FlagEvaluation("other", null, "ERROR", "1", 0, Double.NaN, 0));
          app.time().advance(Duration.ofMillis(1_500));
          return null;
        });
    Map<String, Object> line = calls.line();
    assertThat(line)
        .containsEntry("@timestamp", "2026-11-01T12:00:01.500Z")
        .containsEntry("log.level", "INFO")
        .containsEntry("log.logger", "flyball.call")
        .containsEntry("message", "GET /orders/{id} 200")
        .containsEntry("service.name", "orders")
        .containsEntry("service.version", "1.2.3")
        .containsEntry("service.environment", "test")
        .containsEntry("event.kind", "event")
        .containsEntry("event.category", List.of("web"))
        .containsEntry("event.dataset", "flyball.call")
        .containsEntry("event.outcome", "success")
        .containsEntry("event.start", "2026-11-01T12:00:00.000Z")
        .containsEntry("event.duration", 1_500_000_000)
        .containsEntry("flyball.endpoint", "http:GET /orders/{id}")
        .containsEntry("flyball.outcome", "ok")
        .containsEntry("flyball.owner", "team-orders")
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.route", "/orders/{id}")
        .containsEntry("http.response.status_code", 200)
        .containsEntry("http.request.body.bytes", 10)
        .containsEntry("http.response.body.bytes", 20)
        .containsEntry("http.version", "1.1")
        .containsEntry("url.path", "/orders/7")
        .containsEntry("url.scheme", "http")
        .containsEntry("url.domain", "shop.example")
        .containsEntry("user_agent.original", "curl/8")
        .containsEntry("client.ip", "2001:db8::1")
        .containsEntry("flyball.client", "app")
        .containsEntry("organization.id", "acme")
        .containsEntry("flyball.authenticated_by", "jwt")
        .containsEntry("feature_flag.key", List.of("new-cart", "other"))
        .containsEntry("feature_flag.result.variant", java.util.Arrays.asList("on", null))
        .containsEntry("feature_flag.result.reason", List.of("split", "error"))
        .doesNotContainKeys("error.type", "flyball.rule", "flyball.parent");
    assertThat((String) line.get("trace.id")).matches("[0-9a-f]{32}");
    assertThat((String) line.get("span.id")).matches("[0-9a-f]{16}");
    assertThat((String) line.get("user.hash")).matches("[0-9a-f]{32}");
    assertThat(text(0)).doesNotContain("alice", "secret");
  }

  private String text(int index) {
    return new String(calls.raw().get(index), StandardCharsets.UTF_8);
  }

  @Test
  void refusedCall_saysWhoRefusedAndWhy() {
    try (InProcessApp guarded = app(refusing("gate", "no_scope"))) {
      GovernedEndpoint orders = guarded.govern(Endpoint.builder("http", "GET /orders/{id}"));
      guarded.start();
      guarded.call(orders, InProcessCarrier.get("/orders/7"));
    }
    assertThat(calls.line())
        .containsEntry("log.level", "INFO")
        .containsEntry("message", "GET /orders/{id} 403")
        .containsEntry("event.outcome", "failure")
        .containsEntry("flyball.outcome", "refused")
        .containsEntry("flyball.rule", "gate")
        .containsEntry("flyball.stage", "gate")
        .containsEntry("flyball.reason", "no_scope")
        .containsEntry("error.code", "insufficient_scope")
        .containsEntry("http.response.status_code", 403)
        .doesNotContainKey("error.type");
  }

  @Test
  void observedRule_saysThatItWouldHaveRefused() {
    try (InProcessApp observed =
        app(refusing("gate", "no_scope")).property("flyball.rules.gate.mode", "observe")) {
      GovernedEndpoint orders = observed.govern(Endpoint.builder("http", "GET /orders/{id}"));
      observed.start();
      observed.call(orders, InProcessCarrier.get("/orders/7"));
    }
    assertThat(calls.line())
        .containsEntry("flyball.outcome", "ok")
        .containsEntry("flyball.would_refuse", List.of("gate"))
        .doesNotContainKey("flyball.rule");
  }

  @Test
  void refusalInsideTheHandler_isThatOfThePolicy() {
    app.configure(builder ->
        builder.offer(AccessPolicy.class, "own-order", question -> AccessPolicy.deny("not_yours")));
    GovernedEndpoint orders = orders();
    app.start();
    app.call(
        orders,
        InProcessCarrier.get("/orders/7"),
        () -> {
          Access.require("own-order", "order");
          return null;
        });
    assertThat(calls.line())
        .containsEntry("flyball.outcome", "refused")
        .containsEntry("flyball.rule", "own-order")
        .containsEntry("flyball.reason", "not_yours")
        .doesNotContainKey("error.stack_trace");
  }

  @Test
  void refusalThatIsExplained_saysWhatWasAsked_andNeverWhatValuesWere() {
    app.configure(builder ->
        builder.offer(
            AccessPolicy.class,
            "own-order",
            AccessPolicy.allOf(
                question -> AccessPolicy.permit(), question -> AccessPolicy.deny("not_yours"))));
    GovernedEndpoint orders = orders();
    app.start();
    app.call(
        orders,
        InProcessCarrier.get("/orders/7"),
        () -> {
          Access.require("own-order", "order");
          return null;
        });
    assertThat(calls.line())
        .containsEntry("flyball.rule", "own-order")
        .containsEntry(
            "flyball.explanation", "all-of deny not_yours [part-1 permit, part-2 deny not_yours]");
  }

  @Test
  void candidatesBeside_areListedByWhatTheyWouldHaveDone() {
    GovernedEndpoint orders = orders();
    app.start();
    app.call(
        orders,
        InProcessCarrier.get("/orders/7"),
        () -> {
          Call call = Call.current();
          call.observed(shadow(Verdict.Result.WOULD_REFUSE, "next", "no\r\n\"x"));
          call.observed(shadow(Verdict.Result.WOULD_PROCEED, "after-next", null));
          call.observed(shadow(Verdict.Result.WOULD_REFUSE, "long", "x".repeat(2_000)));
          return null;
        });
    assertThat(calls.line())
        .containsEntry("flyball.outcome", "ok")
        .containsEntry("flyball.would_refuse", List.of("next", "long"))
        .containsEntry("flyball.would_proceed", List.of("after-next"))
        .doesNotContainKey("flyball.rule");
    assertThat((String) calls.line().get("flyball.explanation"))
        .startsWith("next deny no\r\n\"x; long deny xxx")
        .hasSizeLessThanOrEqualTo(1_024);
  }

  private static Verdict shadow(Verdict.Result result, String rule, String reason) {
    Explanation explanation = reason == null ? null : Explanation.deny(rule, reason, null);
    return new Verdict("shadow", Phase.AUTHORIZE, result, rule, reason, null, explanation);
  }

  @Test
  void faultOfTheHandler_isAnErrorWithItsStackTrace() {
    GovernedEndpoint orders = orders();
    app.start();
    app.call(
        orders,
        InProcessCarrier.get("/orders/7"),
        () -> {
          throw new IllegalStateException("boom", new RuntimeException("deeper"));
        });
    Map<String, Object> line = calls.line();
    assertThat(line)
        .containsEntry("log.level", "ERROR")
        .containsEntry("event.outcome", "failure")
        .containsEntry("flyball.outcome", "server_error")
        .containsEntry("error.type", "java.lang.IllegalStateException")
        .containsEntry("error.message", "boom");
    assertThat((String) line.get("error.stack_trace"))
        .contains("java.lang.IllegalStateException: boom", "Caused by", "deeper");
  }

  @Test
  void otherEndings_haveTheirLevelAndOutcome() {
    GovernedEndpoint orders = orders();
    app.start();
    end(orders, Outcome.http(504));
    end(orders, Outcome.cancelled(new java.io.IOException("gone")));
    end(orders, Outcome.http(409));
    end(orders, Outcome.http(503));
    assertThat(calls.lines())
        .extracting(
            line -> line.get("log.level"),
            line -> line.get("event.outcome"),
            line -> line.get("flyball.outcome"),
            line -> line.get("error.type"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ERROR", "failure", "timeout", "timeout"),
            org.assertj.core.groups.Tuple.tuple(
                "INFO", "unknown", "cancelled", "java.io.IOException"),
            org.assertj.core.groups.Tuple.tuple("INFO", "failure", "client_error", null),
            org.assertj.core.groups.Tuple.tuple("ERROR", "failure", "server_error", "503"));
  }

  private void end(GovernedEndpoint endpoint, Outcome outcome) {
    Call call = app.governor().begin(InProcessCarrier.get("/orders/7"));
    call.enter(endpoint, Parameters.none());
    call.end(outcome);
  }

  @Test
  void callThatEnteredNothing_hasNoRouteAndNoTemplate() {
    app.start();
    Call lost = app.governor().begin(InProcessCarrier.of("FOO", "/../../etc/passwd"));
    lost.end(Outcome.http(404));
    Call answered = app.governor().begin(InProcessCarrier.get("/static/a.css"));
    answered.answeredBy("files");
    answered.end(Outcome.http(200));
    assertThat(calls.lines().get(0))
        .containsEntry("message", "unmatched 404")
        .containsEntry("flyball.endpoint", "http:unmatched")
        .containsEntry("flyball.rule", "host")
        .containsEntry("http.request.method", "_OTHER")
        .containsEntry("url.path", "/../../etc/passwd")
        .doesNotContainKey("http.route");
    assertThat(calls.lines().get(1))
        .containsEntry("log.level", "WARN")
        .containsEntry("event.outcome", "unknown")
        .containsEntry("flyball.outcome", "ungoverned")
        .containsEntry("flyball.answered_by", "files");
  }

  @Test
  void row45_callThatEndsTwice_isOneLine() {
    GovernedEndpoint orders = orders();
    app.start();
    Call call = app.governor().begin(InProcessCarrier.get("/orders/7"));
    call.enter(orders, Parameters.none());
    call.end(Outcome.http(200));
    call.end(Outcome.http(500));
    assertThat(calls.line()).containsEntry("flyball.outcome", "ok");
  }

  @Test
  void row47_clockThatStepsBack_leavesLineInOrder() {
    GovernedEndpoint orders = orders();
    app.start();
    app.call(
        orders,
        InProcessCarrier.get("/orders/7"),
        () -> {
          app.time().advance(Duration.ofMillis(20));
          app.time().jump(Duration.ofHours(-1));
          return null;
        });
    assertThat(calls.line())
        .containsEntry("event.start", "2026-11-01T12:00:00.000Z")
        .containsEntry("@timestamp", "2026-11-01T12:00:00.020Z")
        .containsEntry("event.duration", 20_000_000);
  }

  @Test
  void child_isALineOfItsOwnInTheSameTrace() {
    GovernedEndpoint outer = app.govern(Endpoint.builder("http", "POST /graphql"));
    GovernedEndpoint inner = app.govern(Endpoint.builder("graphql", "Query.order"));
    app.start();
    app.call(
        outer,
        InProcessCarrier.of("POST", "/graphql"),
        () -> {
          Call child = Call.current().child(inner, Parameters.none());
          child.end(new Outcome(Outcome.Kind.OK, 0, null));
          return null;
        });
    Map<String, Object> child = calls.lines().get(0);
    assertThat(child)
        .containsEntry("message", "graphql:Query.order ok")
        .containsEntry("flyball.endpoint", "graphql:Query.order")
        .containsEntry("flyball.parent", "http:POST /graphql");
    assertThat(calls.lines().get(1))
        .containsEntry("trace.id", child.get("trace.id"))
        .doesNotContainKey("flyball.parent");
  }

  @Test
  void jobsAndOutgoingCalls_areLinesToo() throws Exception {
    app.start();
    app.governor().run("job:reindex", null, () -> null);
    Call outgoing = app.governor().beginOutgoing(outgoing("payments", "pay.example"));
    outgoing.end(Outcome.http(502));
    assertThat(calls.lines().get(0))
        .containsEntry("message", "job:reindex ok")
        .containsEntry("event.category", List.of("process"))
        .containsEntry("event.action", "job")
        .doesNotContainKeys("http.request.method", "url.path", "client.ip");
    assertThat(calls.lines().get(1))
        .containsEntry("message", "client:payments 502")
        .containsEntry("event.category", List.of("network"))
        .containsEntry("event.action", "client-call")
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.response.status_code", 502)
        .containsEntry("server.address", "pay.example")
        .containsEntry("flyball.dependency", "payments")
        .doesNotContainKeys("http.route", "client.ip");
  }

  static OutgoingCarrier outgoing(String dependency, String host) {
    return new OutgoingCarrier() {
      @Override
      public String dependency() {
        return dependency;
      }

      @Override
      public String host() {
        return host;
      }

      @Override
      public String method() {
        return "GET";
      }

      @Override
      public void header(String name, String value) {}
    };
  }

  @Test
  void row13_hostileRequest_staysWithinSizeAndNumberOfFields() {
    GovernedEndpoint orders = orders();
    app.start();
    InProcessCarrier carrier =
        InProcessCarrier.get("/" + "\u0001".repeat(64 * 1024))
            .header("User-Agent", "\u2028".repeat(64 * 1024))
            .header("Host", "h".repeat(64 * 1024));
    for (int i = 0; i < 1_000; i++) {
      carrier.header("X-" + i, "v");
    }
    Principal principal =
        Principal.builder("s".repeat(10_000), "i")
            .client("\n".repeat(10_000))
            .tenant("\u0000".repeat(10_000))
            .build();
    MDC.put("big", "b".repeat(100_000));
    try {
      app.call(
          orders,
          carrier,
          () -> {
            Call call = Call.current();
            call.authenticated(principal);
            for (int i = 0; i < 100; i++) {
              MDC.put("k" + i, "v");
              String key = "\u0001".repeat(1_000) + i;
              call.evaluated(new FlagEvaluation(key, key, key, "1", 0, Double.NaN, 0));
            }
            throw new IllegalStateException("\n".repeat(100_000), new RuntimeException("x"));
          });
    } finally {
      MDC.clear();
    }
    assertThat(calls.raw().get(0).length).isLessThanOrEqualTo(Limits.CALL_LINE);
    Map<String, Object> line = calls.line();
    assertThat(line)
        .hasSizeLessThanOrEqualTo(Limits.CALL_FIELDS)
        .containsEntry("flyball.log.truncated", true)
        .containsEntry("flyball.outcome", "server_error")
        .containsEntry("http.response.status_code", 500);
  }

  @Test
  void clientThatIsNoAddress_isNoIp() {
    GovernedEndpoint orders = orders();
    app.start();
    for (String peer : List.of("fe80::1%eth0", "unix socket", "", "192.0.2.1")) {
      app.call(orders, InProcessCarrier.get("/orders/7").peer(peer));
    }
    List<Map<String, Object>> lines = calls.lines();
    assertThat(lines.get(0)).containsEntry("client.address", "fe80::1%eth0");
    assertThat(lines.get(1)).containsEntry("client.address", "unix socket");
    assertThat(lines.get(2)).doesNotContainKeys("client.address", "client.ip");
    assertThat(lines.get(3)).containsEntry("client.ip", "192.0.2.1");
  }

  @Test
  void otherEncoders_seeTheFieldsAsKeyValues() {
    GovernedEndpoint orders = orders();
    app.start();
    String[] seen = {""};
    EncoderBase<ILoggingEvent> other =
        new EncoderBase<>() {
          @Override
          public byte[] encode(ILoggingEvent event) {
            seen[0] = String.valueOf(event.getKeyValuePairs());
            return new byte[] {'{', '}', '\n'};
          }

          @Override
          public byte[] headerBytes() {
            return new byte[0];
          }

          @Override
          public byte[] footerBytes() {
            return new byte[0];
          }
        };
    try (TestLog plain = TestLog.of(CallLine.LOGGER, other)) {
      app.call(orders, InProcessCarrier.get("/orders/7"));
    }
    assertThat(seen[0])
        .contains("flyball.endpoint=\"http:GET /orders/{id}\"")
        .contains("http.response.status_code=\"200\"")
        .contains("event.category=\"[web]\"")
        .containsPattern("trace.id=\"[0-9a-f]{32}\"");
  }

  @Test
  void statementsInsideACall_carryItsIdsEndpointAndCaller() throws Exception {
    GovernedEndpoint orders = orders();
    app.start();
    try (TestLog statements = TestLog.of("service")) {
      app.call(
          orders,
          InProcessCarrier.get("/orders/7"),
          () -> {
            Call.current().authenticated(ALICE);
            statements.logger().info("inside");
            CompletableFuture.runAsync(
                    Call.current().context().wrap(() -> statements.logger().info("carried")))
                .get();
            CompletableFuture.runAsync(() -> statements.logger().info("elsewhere")).get();
            return null;
          });
      statements.logger().info("after");
      Map<String, Object> call = calls.line();
      List<Map<String, Object>> lines = statements.lines();
      assertThat(lines.subList(0, 2))
          .allSatisfy(line ->
              assertThat(line)
                  .containsEntry("trace.id", call.get("trace.id"))
                  .containsEntry("span.id", call.get("span.id"))
                  .containsEntry("flyball.endpoint", "http:GET /orders/{id}")
                  .containsEntry("user.hash", call.get("user.hash"))
                  .containsEntry("event.dataset", "orders"));
      assertThat(lines.subList(2, 4))
          .allSatisfy(line ->
              assertThat(line)
                  .doesNotContainKeys("trace.id", "span.id", "flyball.endpoint", "user.hash"));
    }
  }

  @Test
  void scopeOnAnotherThread_correlatesThere() {
    GovernedEndpoint orders = orders();
    app.start();
    Call call = app.governor().begin(InProcessCarrier.get("/orders/7"));
    call.enter(orders, Parameters.none());
    try (TestLog statements = TestLog.of("service");
        Scope scope = call.openScope()) {
      statements.logger().info("inside");
      assertThat(statements.line()).containsEntry("trace.id", call.trace().traceId());
    }
    call.end(Outcome.http(200));
  }

  private static FlyballModule refusing(String rule, String reason) {
    return new FlyballModule() {
      @Override
      public String name() {
        return "refusing";
      }

      @Override
      public void install(Setup setup) {
        setup.stages(endpoint -> List.of(new Refusing(rule, reason)));
      }
    };
  }

  private record Refusing(String id, String reason) implements Stage {

    @Override
    public Phase phase() {
      return Phase.AUTHORIZE;
    }

    @Override
    public Decision onStart(Call call) {
      return Decision.refuse(
          Problem.of(Problem.Kind.INSUFFICIENT_SCOPE, "a scope is missing"), id, reason);
    }
  }
}
