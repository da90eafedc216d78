// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flyball.Event;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How issuers are asked: over TLS, through a proxy, within some time. */
class KeyTransportTest {

  private static final String STORE = "flyball.auth.http.trust-store";

  @TempDir Path folder;

  private static Consumer<InProcessApp> trusting(TlsIssuer issuer, Consumer<InProcessApp> more) {
    return app -> {
      app.property("flyball.auth.issuers.tls.issuer", issuer.value);
      app.property("flyball.auth.issuers.tls.audience", "orders");
      more.accept(app);
    };
  }

  private static Consumer<InProcessApp> store(Path file) {
    return app -> app.property(STORE, file.toString());
  }

  private static String whyNot(AuthApp app, String issuer) {
    return app.app.events().stream()
        .filter(event -> event.name().equals("auth.keys.refresh-failed"))
        .filter(event -> issuer.equals(event.fields().get("flyball.issuer")))
        .map(Event::fields)
        .map(fields -> String.valueOf(fields.get("flyball.reason")))
        .findFirst()
        .orElse("");
  }

  private static void awaitFailure(AuthApp app, String reason) {
    await()
        .untilAsserted(() -> {
          app.advance(Duration.ofSeconds(1));
          assertThat(whyNot(app, "tls")).contains(reason);
        });
  }

  /** The first handshake of a process may take longer than a call waits for keys. */
  private static void assertServed(AuthApp app, TlsIssuer issuer) {
    await()
        .untilAsserted(() -> {
          app.advance(Duration.ofSeconds(1));
          assertThat(whyNot(app, "tls")).isEmpty();
          assertThat(app.call(issuer.token(app))).isOk();
        });
  }

  // ---- TLS

  @Test
  void authorityInPem_isTrusted() throws Exception {
    TestCertificates certificates = new TestCertificates("localhost");
    Path pem = certificates.pem(folder.resolve("ca.pem"));
    try (TlsIssuer issuer = new TlsIssuer("localhost", 0, certificates.serverContext());
        AuthApp app = AuthApp.with(trusting(issuer, store(pem)))) {
      assertServed(app, issuer);
      assertThat(issuer.requests.get()).as("discovery and keys").isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"PKCS12,auto", "PKCS12,pkcs12", "JKS,auto", "JKS,jks"})
  void authorityInAStore_isTrusted(String type, String said) throws Exception {
    TestCertificates certificates = new TestCertificates("localhost");
    Path file = certificates.store(folder.resolve("trusted"), type);
    try (TlsIssuer issuer = new TlsIssuer("localhost", 0, certificates.serverContext());
        AuthApp app =
            AuthApp.with(
                trusting(
                    issuer,
                    store(file)
                        .andThen(a -> a.property(STORE + "-type", said))
                        .andThen(a -> a.property(STORE + "-password", "of the store"))))) {
      assertServed(app, issuer);
    }
  }

  @Test
  void authorityThatNobodyKnows_isNotTrusted() throws Exception {
    TestCertificates certificates = new TestCertificates("localhost");
    try (TlsIssuer issuer = new TlsIssuer("localhost", 0, certificates.serverContext());
        AuthApp app = AuthApp.with(trusting(issuer, a -> {}))) {
      assertThat(app.call(issuer.token(app))).hasProblem(503, "keys_unavailable");
      awaitFailure(app, "SSLHandshakeException");
      assertThat(issuer.requests.get()).isZero();
    }
  }

  @Test
  void certificateOfAnotherHost_isNotTrusted() throws Exception {
    TestCertificates certificates = new TestCertificates("other.example");
    Path pem = certificates.pem(folder.resolve("ca.pem"));
    try (TlsIssuer issuer = new TlsIssuer("localhost", 0, certificates.serverContext());
        AuthApp app = AuthApp.with(trusting(issuer, store(pem)))) {
      assertThat(app.call(issuer.token(app))).hasProblem(503, "keys_unavailable");
      awaitFailure(app, "SSL");
      assertThat(issuer.requests.get()).isZero();
    }
  }

  @Test
  void authorityOfAnother_isNotTrusted() throws Exception {
    TestCertificates certificates = new TestCertificates("localhost");
    Path pem = new TestCertificates("localhost").pem(folder.resolve("ca.pem"));
    try (TlsIssuer issuer = new TlsIssuer("localhost", 0, certificates.serverContext());
        AuthApp app = AuthApp.with(trusting(issuer, store(pem)))) {
      assertThat(app.call(issuer.token(app))).hasProblem(503, "keys_unavailable");
      awaitFailure(app, "SSLHandshakeException");
    }
  }

  // ---- what is wrong at the start

  @Test
  void storeThatCannotBeUsed_isAProblemOfTheStart() throws Exception {
    TestCertificates certificates = new TestCertificates("localhost");
    Path store = certificates.store(folder.resolve("trusted.p12"), "PKCS12");
    Path text = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN nothing");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    assertProblem(store(folder.resolve("no-such-file")), "NoSuchFileException");
    assertProblem(store(text), "ca.pem: ");
    assertProblem(store(empty), "empty.pem: ");
    assertProblem(store(store), "without a password");
    assertProblem(
        store(store).andThen(a -> a.property(STORE + "-password", "a wrong guess")),
        "the password is wrong or missing");
    assertProblem(store(store).andThen(a -> a.property(STORE + "-type", "jks")), "trusted.p12: ");
    assertProblem(store(folder), "cannot be used");
  }

  private static void assertProblem(Consumer<InProcessApp> change, String message) {
    assertThatThrownBy(() -> AuthApp.with(change))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.http.trust-store cannot be used: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("a wrong guess");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy", "proxy:", "proxy:x", ":3128", "http://proxy:3128", "u@proxy:1"})
  void proxyThatIsNoHostAndPort_isAProblemOfTheStart(String text) {
    assertThatThrownBy(() -> AuthApp.with(a -> a.property("flyball.auth.http.proxy", text)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.http.proxy")
        .hasMessageContaining("a host and a port");
  }

  // ---- proxies

  @Test
  void proxy_isAskedForTheTunnel_butNotForLoopback() throws Exception {
    TestCertificates certificates = new TestCertificates("issuer.example");
    Path pem = certificates.pem(folder.resolve("ca.pem"));
    try (TlsIssuer issuer = new TlsIssuer("issuer.example", 443, certificates.serverContext());
        ConnectProxy proxy = new ConnectProxy(issuer.port());
        AuthApp app =
            AuthApp.with(
                trusting(
                    issuer,
                    store(pem)
                        .andThen(a -> a.property("flyball.auth.http.proxy", proxy.address()))))) {
      assertServed(app, issuer);
      assertThat(proxy.asked).isNotEmpty().containsOnly("CONNECT issuer.example:443 HTTP/1.1");
      assertThat(app.call(app.issuer.token().sign())).as("the issuer on loopback").isOk();
    }
  }

  @Test
  void proxyThatRefuses_isNotPassedBy() throws Exception {
    TestCertificates certificates = new TestCertificates("issuer.example");
    Path pem = certificates.pem(folder.resolve("ca.pem"));
    try (TlsIssuer issuer = new TlsIssuer("issuer.example", 443, certificates.serverContext());
        ConnectProxy proxy = new ConnectProxy(issuer.port())) {
      proxy.refusing = true;
      try (AuthApp app =
          AuthApp.with(
              trusting(
                  issuer,
                  store(pem)
                      .andThen(a -> a.property("flyball.auth.http.proxy", proxy.address()))))) {
        assertThat(app.call(issuer.token(app))).hasProblem(503, "keys_unavailable");
        await()
            .untilAsserted(() -> {
              app.advance(Duration.ofSeconds(1));
              assertThat(whyNot(app, "tls")).isNotEmpty();
            });
        assertThat(issuer.requests.get()).isZero();
      }
    }
  }

  // ---- time

  @Test
  void answerThatIsLate_isGivenUp() {
    try (AuthApp app =
        AuthApp.with(a -> {
          a.property("flyball.auth.http.connect-timeout", "100ms");
          a.property("flyball.auth.http.timeout", "100ms");
        })) {
      app.issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofSeconds(1)));
      app.advance(Duration.ofMinutes(5));
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(1));
            assertThat(whyNot(app, "main")).contains("Timeout");
          });
    }
  }

  @Test
  void plainHttp_isAProblemOfTheStart_unlessItIsLoopback() {
    assertThatThrownBy(() ->
            AuthApp.with(a -> {
              a.property("flyball.auth.issuers.plain.issuer", "http://issuer.example");
              a.property("flyball.auth.issuers.plain.audience", "orders");
            }))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.issuers.plain.issuer is http://issuer.example")
        .hasMessageContaining("expected: an https:// address");
  }
}
