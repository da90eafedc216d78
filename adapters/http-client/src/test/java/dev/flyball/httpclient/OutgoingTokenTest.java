// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Event;
import dev.flyball.GovernedEndpoint;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Public;
import dev.flyball.auth.AuthModule;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.RecordedRequest;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Row 80: which hosts get which tokens, over real HTTP. */
class OutgoingTokenTest {

  private static final String PAY = "flyball.auth.outgoing.pay.";

  private final HttpClient inside = HttpClient.newHttpClient();
  @TempDir private Path folder;
  private Peer peer;
  private Peer other;
  private LocalIssuer issuer;
  private InProcessApp app;
  private GovernedEndpoint guarded;
  private GovernedEndpoint open;
  private HttpClient client;

  @SuppressWarnings("unused")
  private static final class Shop {

    @Authenticated
    void guarded() {}

    @Public(reason = "for everybody")
    void open() {}
  }

  @BeforeEach
  void prepare() throws IOException {
    peer = new Peer();
    other = new Peer();
    app = InProcessApp.with(new AuthModule());
    issuer = LocalIssuer.builder().audience("orders").clock(app.time()::now).start();
    app.property("flyball.auth.issuers.main.issuer", issuer.issuer());
    app.property("flyball.auth.issuers.main.audience", "orders");
    app.property(PAY + "hosts", host(peer));
  }

  @AfterEach
  void close() {
    app.close();
    issuer.close();
    peer.close();
    other.close();
  }

  private static String host(Peer peer) {
    return peer.uri("/").getAuthority();
  }

  private void relay() {
    app.property(PAY + "mode", "relay").property(PAY + "audience", "payments");
    start();
  }

  private void exchange() {
    app.property(PAY + "mode", "exchange").property(PAY + "audience", "payments");
    client();
    start();
  }

  private void clientCredentials() {
    app.property(PAY + "mode", "client-credentials").property(PAY + "scopes", "pay,refund");
    client();
    start();
  }

  private void client() {
    app.property(PAY + "token-url", issuer.url() + LocalIssuer.TOKEN);
    app.property(PAY + "client-id", "orders service");
    app.property(PAY + "client-secret", "hush:hush");
  }

  private void start() {
    guarded = app.govern(Shop.class, "guarded", "GET /guarded");
    open = app.govern(Shop.class, "open", "GET /open");
    app.start();
    client = GovernedHttpClient.of(app.governor(), inside, "payments");
  }

  // ---- calls

  private HttpResponse<String> sendFor(String token, HttpRequest request) throws Exception {
    return inside(guarded, token, () -> client.send(request, BodyHandlers.ofString()));
  }

  private HttpResponse<String> sendFor(String token, Peer to) throws Exception {
    return sendFor(token, get(to.uri("/text")));
  }

  private <T> T inside(GovernedEndpoint endpoint, @Nullable String token, Callable<T> handler)
      throws Exception {
    InProcessCarrier carrier = InProcessCarrier.get("/in");
    return handling(endpoint, token == null ? carrier : carrier.bearer(token), handler);
  }

  private <T> T handling(GovernedEndpoint endpoint, InProcessCarrier carrier, Callable<T> handler)
      throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    CallRecord record =
        app.call(
            endpoint,
            carrier,
            () -> {
              try {
                result.complete(handler.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
              return null;
            });
    assertThat(record.outcome().code()).isEqualTo(200);
    try {
      return result.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static HttpRequest get(URI uri) {
    return HttpRequest.newBuilder(uri).build();
  }

  private static HttpRequest withAuthorization(URI uri, String value) {
    return HttpRequest.newBuilder(uri).header("Authorization", value).build();
  }

  private String token(String... audience) {
    return issuer.token().subject("ada").audience(audience).sign();
  }

  private CallRecord outgoing() {
    List<CallRecord> records =
        app.records().stream()
            .filter(record -> record.endpoint().kind() == Endpoint.Kind.CLIENT)
            .toList();
    return records.get(records.size() - 1);
  }

  private void assertRefused(Callable<?> call, String rule, String reason) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            CallRefusedException.class, refused -> assertThat(refused.rule()).isEqualTo(rule));
    assertThat(outgoing().refusal()).isNotNull();
    assertThat(outgoing().refusal().reason()).isEqualTo(reason);
  }

  private static @Nullable String authorization(Peer peer) {
    return peer.onlyRequest().getFirst("Authorization");
  }

  private static JWTClaimsSet claims(Peer peer, int request) throws Exception {
    String header = peer.requests.get(request).getFirst("Authorization");
    assertThat(header).startsWith("Bearer ");
    return SignedJWT.parse(header.substring(7)).getJWTClaimsSet();
  }

  // ---- relay

  @Test
  void listedHost_getsTheTokenOfTheCaller_thatIsMeantForItToo() throws Exception {
    relay();
    String token = token("orders", "payments");

    assertThat(sendFor(token, peer).statusCode()).isEqualTo(200);

    assertThat(authorization(peer)).isEqualTo("Bearer " + token);
  }

  @Test
  void tokenForThisServiceAlone_isNotRelayed() {
    relay();

    assertRefused(() -> sendFor(token("orders"), peer), "outgoing-token", "audience");
    assertThat(peer.requests).isEmpty();
  }

  @Test
  void otherHost_getsNothing() throws Exception {
    relay();

    sendFor(token("orders", "payments"), other);

    assertThat(authorization(other)).isNull();
  }

  @Test
  void sameHost_onAnotherPort_isAnotherHost() throws Exception {
    app.property(PAY + "hosts", "127.0.0.1");
    relay();

    sendFor(token("orders", "payments"), peer);

    assertThat(authorization(peer)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "Token ", ""})
  void relayByHand_toAHostThatIsNotListed_isRefused(String scheme) {
    relay();
    String token = token("orders", "payments");

    assertRefused(
        () -> sendFor(token, withAuthorization(other.uri("/text"), scheme + token)),
        "blind-relay",
        "host_not_listed");
    assertThat(other.requests).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "X-Forwarded-Access-Token, %s",
    "X-Original, Bearer %s",
    "Cookie, theme=dark; access_token=%s; lang=en",
    "Authorization, 'Token token=\"%s\"'"
  })
  void relayByHand_inAnyHeader_isRefused(String header, String value) {
    relay();
    String token = token("orders", "payments");
    HttpRequest request =
        HttpRequest.newBuilder(other.uri("/text"))
            .header("X-First", "before")
            .header(header, value.formatted(token))
            .build();

    assertRefused(() -> sendFor(token, request), "blind-relay", "host_not_listed");
    assertThat(other.requests).isEmpty();
  }

  @Test
  void relayByHand_toAListedHost_inAnotherHeader_isRefused() throws Exception {
    relay();
    String token = token("orders", "payments");
    HttpRequest request =
        HttpRequest.newBuilder(peer.uri("/text")).header("X-Original", token).build();

    assertRefused(() -> sendFor(token, request), "blind-relay", "other_header");
    assertThat(peer.requests).isEmpty();
    sendFor(token, withAuthorization(peer.uri("/text"), "Bearer " + token));
    assertThat(authorization(peer)).isEqualTo("Bearer " + token);
  }

  @ParameterizedTest
  @CsvSource({"X-API-Key, ''", "Authorization, ''", "Authorization, 'Bearer '", "X-Other, 'Key '"})
  void relayByHand_ofAnApiKey_isRefused(String header, String scheme) throws Exception {
    app.property("flyball.auth.api-keys.file", keys().toString());
    app.property("flyball.auth.api-keys.audience", "orders");
    relay();
    HttpRequest request =
        HttpRequest.newBuilder(other.uri("/text")).header(header, scheme + "fbk_live_x_y").build();
    InProcessCarrier carrier = InProcessCarrier.get("/in").header("X-API-Key", "fbk_live_x_y");

    assertRefused(
        () -> handling(open, carrier, () -> client.send(request, BodyHandlers.ofString())),
        "blind-relay",
        "host_not_listed");
    assertThat(other.requests).isEmpty();
  }

  @Test
  void headerOfApiKeys_whereNoneAreAccepted_isNobodysBusiness() throws Exception {
    relay();
    HttpRequest request =
        HttpRequest.newBuilder(other.uri("/text")).header("X-API-Key", "of-the-service").build();
    InProcessCarrier carrier = InProcessCarrier.get("/in").header("X-API-Key", "of-the-service");

    handling(open, carrier, () -> client.send(request, BodyHandlers.ofString()));

    assertThat(other.onlyRequest().getFirst("X-API-Key")).isEqualTo("of-the-service");
  }

  /** Else a stranger could guess letter by letter at what the service sends of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"s3cr", "cret", "s3cret-of-the-servic", "x"})
  void partOfWhatTheServiceSends_isNoCredentialOfTheCaller(String guess) throws Exception {
    relay();
    HttpRequest request =
        HttpRequest.newBuilder(other.uri("/text")).header("X-Key", "s3cret-of-the-service").build();

    inside(open, guess, () -> client.send(request, BodyHandlers.ofString()));

    assertThat(other.onlyRequest().getFirst("X-Key")).isEqualTo("s3cret-of-the-service");
  }

  private Path keys() throws IOException {
    return Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
  }

  @Test
  void relayByHand_ofWhatNobodyHasVerified_isRefusedToo() {
    relay();

    assertRefused(
        () ->
            inside(
                open,
                "never-looked-at",
                () ->
                    client.send(
                        withAuthorization(other.uri("/text"), "Bearer never-looked-at"),
                        BodyHandlers.ofString())),
        "blind-relay",
        "host_not_listed");
  }

  @Test
  void credentialOfTheServiceItself_goesToAnyHost() throws Exception {
    relay();

    sendFor(token("orders"), withAuthorization(other.uri("/text"), "Basic b3duOm93bg=="));

    assertThat(authorization(other)).isEqualTo("Basic b3duOm93bg==");
  }

  @Test
  void caller_whoIsNobody_hasNoTokenToRelay() {
    relay();
    HttpRequest request = get(peer.uri("/text"));

    assertRefused(
        () -> inside(open, null, () -> client.send(request, BodyHandlers.ofString())),
        "outgoing-token",
        "credential_missing");
    assertRefused(
        () -> client.send(request, BodyHandlers.ofString()),
        "outgoing-token",
        "credential_missing");
  }

  @Test
  void unverifiedToken_isNotRelayed() {
    relay();
    HttpRequest request = get(peer.uri("/text"));

    assertRefused(
        () ->
            inside(
                open,
                token("orders", "payments"),
                () -> client.send(request, BodyHandlers.ofString())),
        "outgoing-token",
        "credential_missing");
  }

  @Test
  void redirect_isNotFollowedWithAToken() throws Exception {
    relay();
    String token = token("orders", "payments");
    for (HttpClient.Redirect policy :
        List.of(HttpClient.Redirect.NORMAL, HttpClient.Redirect.ALWAYS)) {
      client =
          GovernedHttpClient.of(
              app.governor(), HttpClient.newBuilder().followRedirects(policy).build(), "payments");

      assertRefused(() -> sendFor(token, get(peer.uri("/moved"))), "outgoing-token", "redirects");
    }
    assertThat(peer.requests).isEmpty();

    client = GovernedHttpClient.of(app.governor(), inside, "payments");
    HttpResponse<String> moved = sendFor(token, get(peer.uri("/moved")));

    assertThat(moved.statusCode()).isEqualTo(302);
    assertThat(peer.requests).hasSize(1);
  }

  @Test
  void host_thatIsReachedInClear_getsNoToken() {
    app.property(PAY + "hosts", "pay.example");
    relay();

    assertRefused(
        () -> sendFor(token("orders", "payments"), get(URI.create("http://pay.example/x"))),
        "outgoing-token",
        "insecure");
  }

  @Test
  void asynchronousCall_isRefusedAndGivenAlike() throws Exception {
    relay();
    String token = token("orders", "payments");

    inside(guarded, token, () -> client.sendAsync(get(peer.uri("/text")), BodyHandlers.ofString()))
        .get(10, TimeUnit.SECONDS);

    assertThat(authorization(peer)).isEqualTo("Bearer " + token);
  }

  @Test
  void callerThatIsGone_hasNoTokenAnyMore() throws Exception {
    relay();
    var context =
        inside(guarded, token("orders", "payments"), io.opentelemetry.context.Context::current);

    assertRefused(
        () -> {
          try (var scope = context.makeCurrent()) {
            return client.send(get(peer.uri("/text")), BodyHandlers.ofString());
          }
        },
        "outgoing-token",
        "credential_missing");
  }

  @Test
  void token_isInNoMessageAndNoRecord() {
    relay();
    String token = token("orders");

    assertThatThrownBy(() -> sendFor(token, peer)).hasMessageNotContaining(token);
    assertThatThrownBy(
            () -> sendFor(token, withAuthorization(other.uri("/text"), "Bearer " + token)))
        .hasMessageNotContaining(token)
        .hasMessageContaining("flyball.auth.outgoing.<name>.hosts");
    assertThat(app.records().toString()).doesNotContain(token);
    assertThat(app.events().toString()).doesNotContain(token);
  }

  // ---- exchange

  @Test
  void exchangedToken_isOfTheCaller_forTheAudienceAlone() throws Exception {
    exchange();
    String token = token("orders");

    assertThat(sendFor(token, peer).statusCode()).isEqualTo(200);

    assertThat(claims(peer, 0).getSubject()).isEqualTo("ada");
    assertThat(claims(peer, 0).getAudience()).containsExactly("payments");
    assertThat(peer.requests.get(0).getFirst("Authorization")).doesNotContain(token);
    RecordedRequest asked = issuer.recorded(LocalIssuer.TOKEN).get(0);
    assertThat(asked.body())
        .contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange")
        .contains("subject_token=" + token)
        .contains("audience=payments");
    assertThat(asked.header("Authorization"))
        .isEqualTo(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("orders+service:hush%3Ahush".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void exchangedToken_isKept_perCaller() throws Exception {
    exchange();
    String ada = token("orders");
    String bob = issuer.token().subject("bob").sign();

    sendFor(ada, peer);
    sendFor(ada, peer);
    sendFor(bob, peer);
    sendFor(ada, peer);

    assertThat(issuer.requests(LocalIssuer.TOKEN)).isEqualTo(2);
    assertThat(claims(peer, 2).getSubject()).isEqualTo("bob");
    assertThat(claims(peer, 3).getSubject()).isEqualTo("ada");
  }

  @Test
  void exchangedToken_isRenewedAheadOfItsEnd_inTheBackground() throws Exception {
    issuer.close();
    issuer =
        LocalIssuer.builder()
            .audience("orders")
            .clock(app.time()::now)
            .lifetime(Duration.ofMinutes(10))
            .start();
    app.property("flyball.auth.issuers.main.issuer", issuer.issuer());
    exchange();
    String token = issuer.token().expiresIn(Duration.ofHours(1)).sign();
    sendFor(token, peer);
    String first = peer.requests.get(0).getFirst("Authorization");

    app.time().advance(Duration.ofSeconds(539));
    sendFor(token, peer);
    assertThat(issuer.requests(LocalIssuer.TOKEN)).isEqualTo(1);
    app.time().advance(Duration.ofSeconds(2));
    sendFor(token, peer);
    assertThat(peer.requests.get(2).getFirst("Authorization")).isEqualTo(first);

    await().until(() -> issuer.requests(LocalIssuer.TOKEN) == 2);
    await()
        .untilAsserted(() -> {
          sendFor(token, peer);
          assertThat(peer.requests.get(peer.requests.size() - 1).getFirst("Authorization"))
              .isNotEqualTo(first);
        });
    assertThat(issuer.requests(LocalIssuer.TOKEN)).isEqualTo(2);
  }

  @Test
  void callsAtOnce_askOnce() throws Exception {
    exchange();
    issuer.fault(LocalIssuer.TOKEN, Fault.slow(Duration.ofMillis(300)));
    String token = token("orders");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<HttpResponse<String>>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        running.add(threads.submit(() -> sendFor(token, peer)));
      }
      for (Future<HttpResponse<String>> each : running) {
        assertThat(each.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(issuer.requests(LocalIssuer.TOKEN)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | application/json | {\"error\":\"invalid_target\"}",
        "500 | text/plain | oops",
        "200 | text/html | <html>",
        "200 | application/json | {\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
        "200 | application/json | {\"access_token\":\"a\",\"token_type\":\"DPoP\"}",
        "200 | application/json | {\"access_token\":\"a\",\"token_type\":\"N_A\"}",
        "200 | application/json | {\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":0}",
        "200 | application/json | {\"access_token\":\"a\",\"token_type\":\"Bearer\",\"issued_token_type\":\"urn:x\"}",
        "200 | application/json | {\"access_token\":\"e30.eyJhdWQiOiJldmVyeWJvZHkifQ.AA\",\"token_type\":\"Bearer\"}",
        "200 | application/json | {\"access_token\":\"e30.eyJhdWQiOlsicGF5bWVudHMiLCJ4Il19.AA\",\"token_type\":\"Bearer\"}",
        "200 | application/json | {\"access_token\":7,\"token_type\":\"Bearer\"}",
        "200 | application/json | {",
      })
  void badAnswer_isNoToken_andIsRemembered(int status, String type, String body) {
    exchange();
    issuer.fault(LocalIssuer.TOKEN, Fault.answer(status, type, body));
    String token = token("orders");

    assertRefused(() -> sendFor(token, peer), "outgoing-token", "token_unavailable");
    assertRefused(() -> sendFor(token, peer), "outgoing-token", "token_unavailable");

    assertThat(peer.requests).isEmpty();
    assertThat(issuer.requests(LocalIssuer.TOKEN)).isEqualTo(1);
    assertThat(events("auth.outgoing.failed")).hasSize(1);
    assertThat(events("auth.outgoing.failed").get(0).fields().toString())
        .contains(issuer.url())
        .doesNotContain("hush")
        .doesNotContain(token);
    app.time().advance(Duration.ofSeconds(2));
    issuer.clearFaults();
  }

  @Test
  void endpoint_thatIsWellAgain_isAskedAgain() throws Exception {
    exchange();
    issuer.fault(LocalIssuer.TOKEN, Fault.status(500));
    String token = token("orders");
    assertRefused(() -> sendFor(token, peer), "outgoing-token", "token_unavailable");
    issuer.clearFaults();
    app.time().advance(Duration.ofSeconds(2));

    assertThat(sendFor(token, peer).statusCode()).isEqualTo(200);
    assertThat(events("auth.outgoing.recovered")).hasSize(1);
  }

  // ---- client credentials

  @Test
  void ownToken_isOfTheService_whoeverCalls() throws Exception {
    clientCredentials();

    sendFor(token("orders"), peer);
    client.send(get(peer.uri("/text")), BodyHandlers.ofString());

    assertThat(claims(peer, 0).getSubject()).isEqualTo("orders service");
    assertThat(claims(peer, 0).getStringClaim("scope")).isEqualTo("pay refund");
    assertThat(peer.requests.get(1).getFirst("Authorization"))
        .isEqualTo(peer.requests.get(0).getFirst("Authorization"));
    assertThat(issuer.requests(LocalIssuer.TOKEN)).isEqualTo(1);
  }

  @Test
  void ownToken_standsInPlaceOfWhatTheRequestBrings() throws Exception {
    clientCredentials();
    String token = token("orders");

    sendFor(token, withAuthorization(peer.uri("/text"), "Bearer " + token));

    assertThat(peer.onlyRequest().get("Authorization")).hasSize(1);
    assertThat(claims(peer, 0).getSubject()).isEqualTo("orders service");
  }

  // ---- settings

  @ParameterizedTest
  @CsvSource({
    "mode, relay, audience is missing",
    "mode, exchange, token-url is missing",
    "mode, client-credentials, client-secret is missing",
    "mode, blind, mode",
    "hosts, https://pay.example, hosts",
    "hosts, *.example, hosts",
    "hosts, ',', hosts",
    "token-url, http://pay.example/token, token-url is http://pay.example/token"
  })
  void incompleteSettings_keepTheServiceFromStarting(String key, String value, String message) {
    if (key.equals("token-url")) {
      client();
    }
    app.property(PAY + "mode", "exchange");
    app.property(PAY + key, value);

    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(PAY + message);
  }

  @Test
  void host_inTwoPlaces_keepsTheServiceFromStarting() {
    app.property(PAY + "mode", "relay").property(PAY + "audience", "payments");
    app.property("flyball.auth.outgoing.two.hosts", host(peer));
    app.property("flyball.auth.outgoing.two.mode", "relay");
    app.property("flyball.auth.outgoing.two.audience", "two");

    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("the host 127.0.0.1 gets tokens of pay and two");
  }

  @Test
  void relay_canBeForbidden() {
    app.property("flyball.findings.auth-outgoing-relay", "fatal");

    assertThatThrownBy(this::relay)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("AUTH-OUTGOING-RELAY");
  }

  private List<Event> events(String name) {
    return app.events().stream().filter(event -> event.name().equals(name)).toList();
  }
}
