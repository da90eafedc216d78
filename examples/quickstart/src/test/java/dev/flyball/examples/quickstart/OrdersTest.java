// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Outcome;
import dev.flyball.issuer.Forgery;
import dev.flyball.issuer.KeyEncoding;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.jdkhttp.JdkHttpServer;
import dev.flyball.testkit.FlyballExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service as it is deployed: its properties, its flags, real HTTP, tokens of a real issuer. */
class OrdersTest {

  @RegisterExtension
  static final FlyballExtension<JdkHttpServer> app =
      FlyballExtension.serving(governor ->
              JdkHttpServer.builder()
                  .governor(governor)
                  .port(0)
                  .adminPort(0)
                  .routes(new Orders())
                  .start())
          .directory(Path.of("").toAbsolutePath())
          .property("flyball.auth.throttle.failures", "0") // one bad credential after another
          .withIssuer("orders");

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void ping_isForEverybody() throws Exception {
    HttpResponse<String> reply = call("/ping");

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("pong");
    assertThat(app.awaitRecord()).isOk();
  }

  @Test
  void order_withoutToken_isUnauthorizedWithChallenge() throws Exception {
    HttpResponse<String> reply = call("/orders/7");

    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(reply.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"flyball\"");
    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(app.awaitRecord()).isRefusedBy("authenticate").hasReason("credentials_missing");
  }

  @Test
  void order_withoutTheScope_isForbiddenAndNamesIt() throws Exception {
    HttpResponse<String> reply = call("/orders/7", token().scopes("orders:write").sign());

    assertThat(reply.statusCode()).isEqualTo(403);
    assertThat(reply.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("error=\"insufficient_scope\"", "scope=\"orders:read\"");
    assertThat(reply.body()).contains("orders:read");
    assertThat(app.awaitRecord()).isRefusedBy("requires-scope").hasSubject("alice");
  }

  @Test
  void order_withTheScope_isShown() throws Exception {
    HttpResponse<String> reply = call("/orders/7", token().scopes("orders:read").sign());

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("{\"id\":\"7\",\"item\":\"governor\",\"quantity\":1}");
    assertThat(app.awaitRecord()).isOk().hasSubject("alice");
  }

  @Test
  void order_created_isFoundAgain() throws Exception {
    String token = token().scopes("orders:read", "orders:write").sign();
    HttpResponse<String> created =
        send(
            request("/orders", token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"item\":\"spring\",\"quantity\":3}")));

    assertThat(created.statusCode()).isEqualTo(201);
    String location = created.headers().firstValue("Location").orElseThrow();
    assertThat(call(location, token).body()).contains("\"item\":\"spring\"", "\"quantity\":3");
    assertThat(app.awaitRecord()).isOk();
    assertThat(app.awaitRecord()).isOk();
  }

  static Stream<Arguments> badTokens() {
    return Stream.of(
        bad("expired", () -> token().expiresIn(Duration.ofMinutes(-1)).sign()),
        bad("of another audience", () -> token().audience("elsewhere").sign()),
        bad("of another issuer", () -> token().claim("iss", "https://elsewhere.example").sign()),
        bad("alg none", () -> forgery().unsigned()),
        bad("tampered claim", () -> forgery().tamperedClaim("sub", "root")),
        bad("tampered signature", () -> forgery().tamperedSignature()),
        bad("signed by a stranger", () -> forgery().stranger()),
        bad("no token at all", () -> "x"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void token_bad_isUnauthorized(String name, Supplier<String> token) throws Exception {
    assertRefused(call("/orders/7", token.get()));
  }

  @ParameterizedTest
  @EnumSource(KeyEncoding.class)
  void token_signedWithThePublicKeyAsSecret_isUnauthorized(KeyEncoding encoding) throws Exception {
    assertRefused(call("/orders/7", forgery().hmac(encoding)));
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 64})
  void token_ofManyKilobytes_isUnauthorized(int kilobytes) throws Exception {
    assertRefused(call("/orders/7", "x".repeat(kilobytes * 1024)));
  }

  @Test
  void token_ofAMegabyte_isRefusedByTheHost() {
    String huge = "x".repeat(1024 * 1024);
    int status;
    try {
      status = call("/orders/7", huge).statusCode();
    } catch (Exception e) {
      status = 400; // the host hangs up while the header is still being sent
    }
    assertThat(status).isBetween(400, 499);
  }

  @Test
  void checkout_isThereForHalfOfTheCallersAndAlwaysTheSame() throws Exception {
    Map<String, Integer> first = statusByCaller();

    assertThat(first.values()).containsOnly(200, 404);
    assertThat(first.values().stream().filter(status -> status == 200).count()).isBetween(20L, 40L);
    assertThat(statusByCaller()).isEqualTo(first);
  }

  @Test
  void checkout_offForACaller_doesNotExist() throws Exception {
    HttpResponse<String> reply = call("/checkout", token().subject("bob").sign());

    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(app.awaitRecord()).evaluated("checkout-v2", "off").isRefusedBy("feature-gate");
  }

  @Test
  void boom_isAProblemWithoutItsReason() throws Exception {
    HttpResponse<String> reply = call("/boom", token().sign());

    assertThat(reply.statusCode()).isEqualTo(500);
    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(reply.body()).doesNotContain("boom", "Exception", "at dev");
    assertThat(app.awaitRecord()).hasOutcome(Outcome.Kind.SERVER_ERROR);
  }

  @Test
  void call_hasTheTraceThatWasSentAndOneSampleUnderItsRoute() throws Exception {
    String before = metric("/orders/{id}", 200);
    send(
        request("/orders/7", token().scopes("orders:read").sign())
            .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

    assertThat(app.awaitRecord().trace().traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(metric("/orders/{id}", 200)).isEqualTo(plusOne(before));
  }

  private static void assertRefused(HttpResponse<String> reply) throws InterruptedException {
    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(reply.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("error=\"invalid_token\"");
    assertThat(app.awaitRecord()).isRefusedBy("authenticate");
  }

  private static Map<String, Integer> statusByCaller() throws Exception {
    Map<String, Integer> statuses = new TreeMap<>();
    for (String subject : IntStream.range(0, 60).mapToObj(i -> "user-" + i).toList()) {
      statuses.put(subject, call("/checkout", token().subject(subject).sign()).statusCode());
      app.awaitRecord(); // or the next test may take it for its own
    }
    return statuses;
  }

  /** The number of calls that were measured, as the page says. */
  private static String metric(String route, int status) throws Exception {
    URI page = app.server().adminUri().resolve("/flyball/metrics");
    return HTTP.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("http_server_request_duration_seconds_count{"))
        .filter(line -> line.contains("http_route=\"" + route + "\""))
        .filter(line -> line.contains("http_response_status_code=\"" + status + "\""))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElse("0");
  }

  private static String plusOne(String number) {
    return String.valueOf(Long.parseLong(number) + 1);
  }

  private static TokenBuilder token() {
    return app.issuer().token().subject("alice");
  }

  private static Forgery forgery() {
    return token().scopes("orders:read").forge();
  }

  private static Arguments bad(String name, Supplier<String> token) {
    return Arguments.of(name, token);
  }

  private static HttpResponse<String> call(String path) throws Exception {
    return send(HttpRequest.newBuilder(app.server().uri().resolve(path)));
  }

  private static HttpResponse<String> call(String path, String token) throws Exception {
    return send(request(path, token));
  }

  private static HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(app.server().uri().resolve(path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }
}
