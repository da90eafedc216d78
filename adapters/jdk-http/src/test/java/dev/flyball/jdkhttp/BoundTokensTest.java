// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.annotation.Authenticated;
import dev.flyball.auth.AuthModule;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.DpopKey;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens that are bound to a key or a certificate, over real connections. */
class BoundTokensTest {

  /** What is called. */
  public static final class Orders {

    @Route("GET /orders/{id}")
    @Authenticated
    public String get(String id) {
      return id;
    }
  }

  private LocalIssuer issuer;

  @BeforeEach
  void startIssuer() {
    issuer = LocalIssuer.builder().port(0).audience("orders").start();
  }

  @AfterEach
  void stopIssuer() {
    issuer.close();
  }

  private ServerFixture service(String... settings) {
    ServerFixture fixture =
        new ServerFixture(new AuthModule())
            .property("flyball.auth.issuers.main.issuer", issuer.issuer())
            .property("flyball.auth.issuers.main.audience", "orders")
            .routes(new Orders());
    for (int i = 0; i < settings.length; i += 2) {
      fixture.property(settings[i], settings[i + 1]);
    }
    return fixture.start();
  }

  private static HttpResponse<String> get(
      ServerFixture service, String target, String token, String proof) throws Exception {
    return service.get(target, "Authorization", "DPoP " + token, "DPoP", proof);
  }

  private static String proof(DpopKey key, ServerFixture service, String token) {
    return key.proof("GET", uri(service)).accessToken(token).sign();
  }

  private static String uri(ServerFixture service) {
    return service.server().uri().resolve("/orders/7").toString();
  }

  @Test
  void proof_isAcceptedOnce() throws Exception {
    try (ServerFixture service = service()) {
      DpopKey key = issuer.dpopKey();
      String token = issuer.token().boundTo(key).sign();
      String proof = proof(key, service, token);
      assertThat(get(service, "/orders/7", token, proof).statusCode()).isEqualTo(200);

      HttpResponse<String> again = get(service, "/orders/7", token, proof);
      assertThat(again.statusCode()).isEqualTo(401);
      assertThat(again.headers().allValues("WWW-Authenticate"))
          .containsExactly(
              "DPoP realm=\"flyball\", error=\"invalid_dpop_proof\","
                  + " algs=\"RS256 PS256 ES256 EdDSA\"");
      assertThat(again.body()).contains("invalid_dpop_proof").doesNotContain(token, proof);
    }
  }

  @Test
  void proof_isForItsPathAlone_whateverTheQuery() throws Exception {
    try (ServerFixture service = service()) {
      DpopKey key = issuer.dpopKey();
      String token = issuer.token().boundTo(key).sign();
      assertThat(get(service, "/orders/8", token, proof(key, service, token)).statusCode())
          .isEqualTo(401);
      assertThat(get(service, "/orders/7?a=b", token, proof(key, service, token)).statusCode())
          .isEqualTo(200);
      assertThat(get(service, "/%6Frders/7", token, proof(key, service, token)).statusCode())
          .as("the same address, in another form")
          .isEqualTo(200);
      HttpResponse<String> bearer = service.get("/orders/7", "Authorization", "Bearer " + token);
      assertThat(bearer.statusCode()).isEqualTo(401);
    }
  }

  @Test
  void client_thatIsToldANonce_getsInWithIt() throws Exception {
    try (ServerFixture service = service("flyball.auth.dpop.nonce", "required")) {
      DpopKey key = issuer.dpopKey(Algorithm.EDDSA);
      String token = issuer.token().boundTo(key).sign();
      HttpResponse<String> first = get(service, "/orders/7", token, proof(key, service, token));
      assertThat(first.statusCode()).isEqualTo(401);
      assertThat(first.headers().firstValue("Cache-Control")).contains("no-store");
      String nonce = first.headers().firstValue("DPoP-Nonce").orElseThrow();

      String proof = key.proof("GET", uri(service)).accessToken(token).nonce(nonce).sign();
      assertThat(get(service, "/orders/7", token, proof).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void proof_thatComesManyTimesAtOnce_isAcceptedOnce() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try (ServerFixture service = service()) {
      DpopKey key = issuer.dpopKey();
      String token = issuer.token().boundTo(key).sign();
      for (int round = 0; round < 5; round++) {
        String proof = proof(key, service, token);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          calls.add(() -> get(service, "/orders/7", token, proof).statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> each : clients.invokeAll(calls)) {
          statuses.add(each.get());
        }
        assertThat(statuses).hasSize(16).containsOnly(200, 401).containsOnlyOnce(200);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void certificateOfTheConnection_isWhatTheTokenIsBoundTo() throws Exception {
    SigningKey own = SigningKey.generate(Algorithm.ES256);
    X509Certificate certificate = own.certificate();
    String token = issuer.token().boundTo(certificate).sign();
    try (TlsHost host = TlsHost.start(issuer)) {
      assertThat(host.get(own, certificate, "Bearer " + token)).isEqualTo(200);
      assertThat(host.get(own, certificate, "Bearer " + token)).as("known").isEqualTo(200);
      SigningKey other = SigningKey.generate(Algorithm.ES256);
      assertThat(host.get(other, other.certificate(), "Bearer " + token)).isEqualTo(401);
      assertThat(host.get(null, null, "Bearer " + token)).isEqualTo(401);
      assertThat(host.get(own, own.certificate(), "Bearer " + token))
          .as("another certificate of the same key")
          .isEqualTo(401);
    }
  }

  @Test
  void keyAndCertificate_bothHaveToHoldOverTls() throws Exception {
    SigningKey own = SigningKey.generate(Algorithm.ES256);
    X509Certificate certificate = own.certificate();
    DpopKey key = issuer.dpopKey();
    String token = issuer.token().boundTo(key).boundTo(certificate).sign();
    try (TlsHost host = TlsHost.start(issuer)) {
      String uri = host.uri().toString();
      String proof = key.proof("GET", uri).accessToken(token).sign();
      assertThat(host.get(null, null, "DPoP " + token, "DPoP", proof)).isEqualTo(401);
      assertThat(host.get(own, certificate, "DPoP " + token)).isEqualTo(401);
      String plain = uri.replace("https:", "http:");
      String downgraded = key.proof("GET", plain).accessToken(token).sign();
      assertThat(host.get(own, certificate, "DPoP " + token, "DPoP", downgraded)).isEqualTo(401);
      assertThat(host.get(own, certificate, "DPoP " + token, "DPoP", proof)).isEqualTo(200);
    }
  }

  @Test
  void row61_certificateInAHeader_isWorthNothingFromTheClientItself() throws Exception {
    X509Certificate certificate = SigningKey.generate(Algorithm.ES256).certificate();
    String token = issuer.token().boundTo(certificate).sign();
    String header = ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    try (ServerFixture trusting =
            service(
                "flyball.auth.mtls.header",
                "Client-Cert",
                "flyball.proxies.trusted",
                "127.0.0.1,::1");
        ServerFixture other =
            service(
                "flyball.auth.mtls.header", "Client-Cert", "flyball.proxies.trusted", "10.0.0.1")) {
      assertThat(status(trusting, token, header)).isEqualTo(200);
      assertThat(status(other, token, header)).isEqualTo(401);
    }
  }

  private static int status(ServerFixture service, String token, String header) throws Exception {
    return service
        .get("/orders/7", "Authorization", "Bearer " + token, "Client-Cert", header)
        .statusCode();
  }
}
