// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.annotation.Policy;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions of a real server, one that misbehaves included. */
@Timeout(60)
class AuthzenTest {

  /** What the server that decides does with a request. */
  private interface Script {
    void answer(HttpExchange exchange) throws IOException;
  }

  private record Asked(
      String method, String path, String authorization, String type, String body) {}

  private static LocalIssuer issuer;
  private static InProcessApp clockOfIssuer;

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Script script;
  private HttpServer server;
  private InProcessApp app;
  private GovernedEndpoint read;
  private GovernedEndpoint any;

  @SuppressWarnings("unused")
  private static final class Orders {

    @Policy("read-order")
    void read() {}

    @Policy("authzen")
    void any() {}
  }

  @BeforeAll
  static void startIssuer() {
    clockOfIssuer = InProcessApp.with();
    issuer =
        LocalIssuer.builder().port(0).audience("orders").clock(clockOfIssuer.time()::now).start();
  }

  @AfterAll
  static void stopIssuer() {
    issuer.close();
    clockOfIssuer.close();
  }

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
    script = says("{\"decision\":true}");
  }

  @AfterEach
  void stop() {
    if (app != null) {
      app.close();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              exchange.getRequestHeaders().getFirst("Content-Type"),
              body));
      script.answer(exchange);
    }
  }

  private static Script says(String json) {
    return answers(200, "application/json", json);
  }

  private static Script answers(int status, String type, String text) {
    return exchange -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void start(String... more) {
    app =
        InProcessApp.with(new AuthModule())
            .property("flyball.auth.issuers.main.issuer", issuer.issuer())
            .property("flyball.auth.issuers.main.audience", "orders")
            .property("flyball.auth.issuers.main.tenant-claim", "org")
            .property("flyball.auth.authzen.url", url())
            .property("flyball.auth.authzen.policies.read-order.action", "can_read")
            .property("flyball.auth.authzen.policies.read-order.resource-type", "order")
            .property("flyball.auth.authzen.policies.read-order.resource-id", "id");
    // long enough for a machine that is busy; the tests of the time limit set their own
    app.property("flyball.auth.authzen.timeout", "5s");
    app.property("flyball.auth.policy-timeout", "10s");
    app.property("flyball.pending-timeout", "20s");
    for (int i = 0; i < more.length; i += 2) {
      app.property(more[i], more[i + 1]);
    }
    read = app.govern(Orders.class, "read", "GET /orders/{id}");
    any = app.govern(Orders.class, "any", "GET /orders");
    app.start();
  }

  private CallRecord call(GovernedEndpoint endpoint, Map<String, ?> parameters) {
    String token =
        issuer
            .token()
            .subject("ann")
            .scopes("write", "read")
            .roles("clerk")
            .claim("org", "acme")
            .claim("client_id", "shop")
            .sign();
    return app.call(
        endpoint,
        InProcessCarrier.get("/orders/7").bearer(token),
        Parameters.of(parameters),
        () -> null);
  }

  private CallRecord call() {
    return call(read, Map.of("id", "7"));
  }

  // ---- what is asked

  @Test
  void request_saysWhoWhatOnWhat_andHoldsNoCredentialOfTheCaller() {
    start("flyball.auth.authzen.token", "pep-token");

    assertThat(call()).isOk();

    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).method()).isEqualTo("POST");
    assertThat(asked.get(0).path()).isEqualTo("/access/v1/evaluation");
    assertThat(asked.get(0).type()).isEqualTo("application/json");
    assertThat(asked.get(0).authorization()).isEqualTo("Bearer pep-token");
    assertThat(asked.get(0).body())
        .isEqualTo(
            ("{'subject':{'type':'user','id':'ann','properties':{'issuer':'ISSUER',"
                    + "'client':'shop','tenant':'acme','method':'jwt',"
                    + "'scopes':['read','write'],'roles':['clerk']}},"
                    + "'action':{'name':'can_read'},"
                    + "'resource':{'type':'order','id':'7','properties':{'id':'7'}},"
                    + "'context':{'endpoint':'http:GET /orders/{id}'}}")
                .replace('\'', '"')
                .replace("ISSUER", issuer.issuer()));
  }

  @Test
  void endpointItself_isTheResourceWhereNothingElseIsSaid() {
    start(
        "flyball.auth.authzen.client-id", "shop",
        "flyball.auth.authzen.client-secret", "s3cret",
        "flyball.auth.authzen.url", url() + "/pdp/",
        "flyball.auth.authzen.subject-type", "employee");

    assertThat(call(any, Map.of("page", 2, "all", true, "q", "\"x"))).isOk();

    assertThat(asked.get(0).path()).isEqualTo("/pdp/access/v1/evaluation");
    assertThat(asked.get(0).authorization()).isEqualTo("Basic c2hvcDpzM2NyZXQ=");
    assertThat(asked.get(0).body())
        .startsWith("{\"subject\":{\"type\":\"employee\",\"id\":\"ann\"")
        .contains(
            "\"action\":{\"name\":\"GET /orders\"},"
                + "\"resource\":{\"type\":\"endpoint\",\"id\":\"http:GET /orders\","
                + "\"properties\":{\"all\":true,\"page\":2,\"q\":\"\\\"x\"}}");
  }

  @Test
  void parameterThatHoldsTheId_isMissing() {
    start();
    assertThat(call(read, Map.of())).isRefusedBy("read-order").hasReason("parameter_missing");
    assertThat(asked).isEmpty();
  }

  // ---- what is answered

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"decision\":true}",
        "{\"decision\":true,\"context\":{\"reason\":\"x\"},\"more\":[1,{\"decision\":false}]}",
        "{\"context\":{\"obligations\":[]},\"decision\":true}"
      })
  void permission_letsTheCallThrough(String answer) {
    start();
    script = says(answer);
    assertThat(call()).isOk();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"decision\":false}",
        "{\"decision\":false,\"context\":{\"decision\":true,\"reason_admin\":{\"en\":\"secret\"}}}"
      })
  void denial_isADenial(String answer) {
    start();
    script = says(answer);
    CallRecord record = call();
    assertThat(record).isRefusedBy("read-order").hasReason("pdp_denied").hasProblem(403, "denied");
    assertThat(record.refusal().explanation().toString()).doesNotContain("secret");
  }

  @Test
  void permissionWithDuties_thatNobodyCanMeet_isNone() {
    start();
    script = says("{\"decision\":true,\"context\":{\"obligations\":[{\"id\":\"step-up\"}]}}");
    assertThat(call()).isRefusedBy("read-order").hasReason("pdp_obligations");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"decision\":\"true\"}",
        "{\"decision\":1}",
        "{\"decision\":null}",
        "{\"decision\":[true]}",
        "{\"decision\":{\"decision\":true}}",
        "{\"Decision\":true}",
        "{\"decision\":false,\"decision\":true}",
        "{\"evaluations\":[{\"decision\":true}]}",
        "{}",
        "[true]",
        "true",
        "",
        "{\"decision\":true",
        "{\"decision\":true}{\"decision\":true}"
      })
  void row76_answerWithoutADecision_isUnavailable(String answer) {
    start();
    script = says(answer);
    assertThat(call())
        .isRefusedBy("read-order")
        .hasReason("pdp_answer")
        .hasProblem(503, "policy_unavailable");
  }

  @Test
  void row76_htmlThatIsFine_isUnavailable() {
    start();
    script = answers(200, "text/html", "<html>{\"decision\":true}</html>");
    assertThat(call()).hasReason("pdp_answer").hasProblem(503, "policy_unavailable");
    script = answers(200, "text/html", "{\"decision\":true}");
    assertThat(call()).hasReason("pdp_answer").hasProblem(503, "policy_unavailable");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 400, 401, 403, 404, 429, 500, 502, 503})
  void row76_otherStatus_isUnavailable(int status) {
    start();
    script = answers(status, "application/json", status == 204 ? "" : "{\"decision\":true}");
    assertThat(call())
        .isRefusedBy("read-order")
        .hasReason(status < 500 ? "pdp_answer" : "pdp_unavailable")
        .hasProblem(503, "policy_unavailable");
  }

  @Test
  void row76_redirect_isNotFollowed() {
    start();
    script =
        exchange -> {
          exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
          exchange.sendResponseHeaders(307, -1);
        };
    assertThat(call()).hasProblem(503, "policy_unavailable");
    assertThat(asked).hasSize(1);
  }

  @Test
  void row76_answerThatIsTooLong_isUnavailable() {
    start();
    script = says("{\"decision\":true,\"pad\":\"" + "x".repeat(100_000) + "\"}");
    assertThat(call()).hasReason("pdp_unavailable").hasProblem(503, "policy_unavailable");
  }

  @Test
  void row76_serverThatTakesTooLong_isUnavailable() {
    start("flyball.auth.authzen.timeout", "50ms");
    CountDownLatch release = new CountDownLatch(1);
    script =
        exchange -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    assertThat(call()).hasReason("pdp_timeout").hasProblem(503, "policy_unavailable");
    release.countDown();
  }

  @Test
  void row76_serverThatIsGone_isUnavailable() {
    start();
    server.stop(0);
    CallRecord record = call();
    assertThat(record).hasReason("pdp_unavailable").hasProblem(503, "policy_unavailable");
    assertThat(new String(record.problem().toJson(null), StandardCharsets.UTF_8))
        .doesNotContain("127.0.0.1", "Connect");
  }

  // ---- the breaker

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void serverThatKeepsFailing_isLeftAlone_andAskedAgainLater(int status) {
    start();
    script = answers(status, "application/json", "{}");
    for (int i = 0; i < 10; i++) {
      assertThat(call()).hasReason("pdp_unavailable");
    }
    assertThat(call()).hasReason("pdp_open").hasProblem(503, "policy_unavailable");
    assertThat(asked).hasSize(10);

    script = says("{\"decision\":true}");
    app.time().advance(Duration.ofSeconds(4));
    assertThat(call()).hasReason("pdp_open");
    app.time().advance(Duration.ofSeconds(2));
    assertThat(call()).isOk();
    assertThat(call()).isOk();
    assertThat(asked).hasSize(12);
  }

  /** A caller may know what makes it answer with 500. */
  @ParameterizedTest
  @CsvSource({"400, pdp_answer", "500, pdp_unavailable"})
  void serverThatDislikesOurQuestions_isNotLeftAlone(int status, String reason) {
    start();
    script = answers(status, "application/json", "{}");
    for (int i = 0; i < 30; i++) {
      assertThat(call()).hasReason(reason);
    }
    assertThat(asked).hasSize(30);
  }

  @Test
  void callsThatEndBeforeTheAnswer_leaveRoomForOthers() {
    start();
    assertThat(call()).isOk(); // the keys of the issuer are there
    CountDownLatch release = new CountDownLatch(1);
    script =
        exchange -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          says("{\"decision\":true}").answer(exchange);
        };
    Call call =
        app.governor()
            .begin(InProcessCarrier.get("/orders/7").bearer(issuer.token().subject("ann").sign()));
    call.await();
    assertThat(call.enter(read, Parameters.of(Map.of("id", "7"))).proceeds()).isFalse();
    await().until(() -> asked.size() == 2);
    call.end(Outcome.cancelled(null));
    release.countDown();
    await().untilAsserted(() -> assertThat(call()).isOk());
  }

  // ---- start-up

  @Test
  void wrongSettings_keepTheServiceFromStarting_withoutTheSecrets() {
    StartupException thrown =
        refused(
            "flyball.auth.authzen.url", "http://pdp.example",
            "flyball.auth.authzen.token", "hush-hush");
    assertThat(thrown)
        .hasMessageContaining(
            "flyball.auth.authzen.url is http://pdp.example (expected: an https:// address)");
    assertThat(thrown.toString()).doesNotContain("hush-hush");

    assertThat(
            refused(
                "flyball.auth.authzen.url", "https://pdp.example",
                "flyball.auth.authzen.token", "hush-hush",
                "flyball.auth.authzen.client-id", "shop",
                "flyball.auth.authzen.client-secret", "hush-hush"))
        .hasMessageContaining("has a token and a client-id");
    assertThat(
            refused(
                "flyball.auth.authzen.url", "https://pdp.example",
                "flyball.auth.authzen.client-id", "shop"))
        .hasMessageContaining("half of client-id and client-secret");
    assertThat(
            refused(
                "flyball.auth.authzen.url", "https://pdp.example",
                "flyball.auth.authzen.timeout", "1s"))
        .hasMessageContaining("is not shorter than flyball.auth.policy-timeout");
    assertThat(
            refused(
                "flyball.auth.authzen.policies.read-order.action", "can_read",
                "flyball.auth.authzen.policies.read-order.resource-type", "order",
                "flyball.auth.authzen.policies.read-order.resource-id", "id"))
        .hasMessageContaining("the policy read-order asks a server that is not named");
  }

  private static StartupException refused(String... properties) {
    InProcessApp wrong = InProcessApp.with(new AuthModule());
    for (int i = 0; i < properties.length; i += 2) {
      wrong.property(properties[i], properties[i + 1]);
    }
    return catchThrowableOfType(StartupException.class, wrong::start);
  }
}
