// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.CallRecord;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.DpopKey;
import dev.flyball.issuer.SigningKey;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are bound to the certificate of a client, also behind a proxy (rows 60 to 62). */
class CertificateBindingTest {

  private static final String PROXY = "10.0.0.1";
  private static final String STRANGER = "203.0.113.1";
  private static final X509Certificate OWN = SigningKey.generate(Algorithm.ES256).certificate();
  private static final X509Certificate OTHER = SigningKey.generate(Algorithm.ES256).certificate();

  private static BindingApp app;
  private static BindingApp proxied;
  private static BindingApp envoy;

  @BeforeAll
  static void start() {
    app = BindingApp.start();
    proxied = behind("Client-Cert", "rfc-9440");
    envoy = behind("X-Forwarded-Client-Cert", "xfcc");
  }

  private static BindingApp behind(String header, String format) {
    Consumer<InProcessApp> change =
        a ->
            a.property("flyball.proxies.trusted", "10.0.0.0/8")
                .property("flyball.auth.mtls.header", header)
                .property("flyball.auth.mtls.header-format", format);
    return BindingApp.with(change);
  }

  @AfterAll
  static void stop() {
    app.close();
    proxied.close();
    envoy.close();
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] hash(X509Certificate certificate) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(der(certificate));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String byteSequence(X509Certificate certificate) {
    return ":" + Base64.getEncoder().encodeToString(der(certificate)) + ":";
  }

  private static String hex(X509Certificate certificate) {
    return HexFormat.of().formatHex(hash(certificate));
  }

  private static InProcessCarrier request(String token) {
    return BindingApp.request().bearer(token);
  }

  private static InProcessCarrier via(
      String peer, BindingApp service, String header, String value) {
    return request(service.token().boundTo(OWN).sign()).peer(peer).header(header, value);
  }

  private static CallRecord viaProxy(String value) {
    return proxied.call(via(PROXY, proxied, "Client-Cert", value));
  }

  private static CallRecord viaEnvoy(String value) {
    return envoy.call(via(PROXY, envoy, "X-Forwarded-Client-Cert", value));
  }

  private static void isUnbound(CallRecord record) {
    assertThat(record)
        .isRefusedBy("authenticate")
        .hasProblem(401, "invalid_token")
        .hasReason("cert_binding");
    assertThat(record.principal()).isNull();
    assertThat(record.problem().detail()).isEqualTo("the access token is not valid");
  }

  // ---- the certificate of the connection

  @Test
  void certificateOfTheConnection_isAcceptedEachTime() {
    String token = app.token().boundTo(OWN).sign();
    for (int i = 0; i < 3; i++) {
      assertThat(app.call(request(token).certificates(OWN))).isOk().hasSubject("alice");
    }
    isUnbound(app.call(request(token).certificates(OTHER)));
    isUnbound(app.call(request(token)));
  }

  @Test
  void row60_noCertificateOrAnother_isRefused() {
    isUnbound(app.call(request(app.token().boundTo(OWN).sign())));
    isUnbound(app.call(request(app.token().boundTo(OWN).sign()).certificates(OTHER)));
    isUnbound(app.call(request(app.token().boundTo(OWN).sign()).certificates(OTHER, OWN)));
  }

  @Test
  void row60_thumbprintInAnotherForm_isRefused() {
    byte[] hash = hash(OWN);
    String plain = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    assertThat(callBoundTo(plain)).isOk();
    isUnbound(callBoundTo(plain + "="));
    isUnbound(callBoundTo(HexFormat.of().formatHex(hash)));
    isUnbound(callBoundTo(HexFormat.of().withUpperCase().formatHex(hash)));
    isUnbound(callBoundTo(HexFormat.ofDelimiter(":").formatHex(hash)));
    isUnbound(callBoundTo(Base64.getEncoder().encodeToString(hash)));
    isUnbound(callBoundTo(" " + plain));
    isUnbound(callBoundTo(""));
    isUnbound(callBoundTo(lastBitsChanged(plain)));
  }

  private static CallRecord callBoundTo(String thumbprint) {
    String token = app.token().claim("cnf", Map.of("x5t#S256", thumbprint)).sign();
    return app.call(request(token).certificates(OWN));
  }

  /** Another last character that a lenient decoder reads as the same bytes. */
  private static String lastBitsChanged(String base64) {
    char last = base64.charAt(base64.length() - 1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char other = alphabet.charAt(alphabet.indexOf(last) ^ 1);
    return base64.substring(0, base64.length() - 1) + other;
  }

  @Test
  void certificateThatNobodyAskedFor_changesNothing() {
    assertThat(app.call(request(app.token().sign()).certificates(OTHER))).isOk();
  }

  @Test
  void tokenBoundToACertificate_asDpop_isRefused() {
    String token = app.token().boundTo(OWN).sign();
    InProcessCarrier request = BindingApp.request(token, app.proof(token).sign()).certificates(OWN);
    assertThat(app.call(request)).hasReason("dpop_unbound");
  }

  // ---- the certificate that a proxy has seen

  @Test
  void certificateOfADeclaredProxy_isAccepted() {
    assertThat(viaProxy(byteSequence(OWN))).isOk();
    isUnbound(viaProxy(byteSequence(OTHER)));
  }

  @Test
  void row61_headerOfAnotherPeer_isIgnored() {
    isUnbound(proxied.call(via(STRANGER, proxied, "Client-Cert", byteSequence(OWN))));
    isUnbound(
        proxied.call(via(STRANGER, proxied, "Client-Cert", byteSequence(OWN)).certificates(OTHER)));
    assertThat(
            proxied.call(
                via(STRANGER, proxied, "Client-Cert", byteSequence(OTHER)).certificates(OWN)))
        .as("the real certificate counts")
        .isOk();
  }

  @Test
  void row61_addressThatAHeaderNames_isNoPeer() {
    isUnbound(
        proxied.call(
            via(STRANGER, proxied, "Client-Cert", byteSequence(OWN))
                .header("X-Forwarded-For", PROXY)));
  }

  @Test
  void row61_headerTwice_isRefused() {
    isUnbound(
        proxied.call(
            via(PROXY, proxied, "Client-Cert", byteSequence(OWN))
                .header("Client-Cert", byteSequence(OWN))));
    isUnbound(viaProxy(byteSequence(OWN) + ", " + byteSequence(OWN)));
  }

  @Test
  void row61_headerBesideARealCertificate_isRefused() {
    isUnbound(
        proxied.call(via(PROXY, proxied, "Client-Cert", byteSequence(OWN)).certificates(OWN)));
    isUnbound(
        proxied.call(via(PROXY, proxied, "Client-Cert", byteSequence(OWN)).certificates(OTHER)));
  }

  @Test
  void proxyThatSaysNothing_lendsNobodyItsOwnCertificate() {
    String token = proxied.token().boundTo(OWN).sign();
    isUnbound(proxied.call(request(token).peer(PROXY).certificates(OWN)));
    isUnbound(proxied.call(request(token).peer(PROXY)));
  }

  @Test
  void row61_headerThatIsNotDeclared_isIgnored() {
    isUnbound(app.call(via(PROXY, app, "Client-Cert", byteSequence(OWN))));
    isUnbound(proxied.call(via(PROXY, proxied, "X-Forwarded-Client-Cert", "Hash=" + hex(OWN))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "::", ":::", ":!:", "MIIB", ":MIIB", "MIIB:", ":MIIB:;a=b"})
  void row61_headerThatIsNoByteSequence_isRefused(String value) {
    isUnbound(viaProxy(value));
  }

  @Test
  void row61_certificateInAnotherEncoding_isRefused() {
    isUnbound(viaProxy(Base64.getEncoder().encodeToString(der(OWN))));
    isUnbound(viaProxy(":" + hex(OWN) + ":"));
    isUnbound(viaProxy(byteSequence(OWN) + ";a=b"));
    isUnbound(viaProxy("\"" + byteSequence(OWN) + "\""));
  }

  // ---- Envoy

  @Test
  void hashOfEnvoy_isAccepted() {
    String pem =
        URLEncoder.encode(Base64.getEncoder().encodeToString(der(OTHER)), StandardCharsets.UTF_8);
    assertThat(viaEnvoy("Hash=" + hex(OWN))).isOk();
    assertThat(viaEnvoy("hash=" + hex(OWN).toUpperCase(java.util.Locale.ROOT))).isOk();
    assertThat(
            viaEnvoy(
                "By=spiffe://a/b;Hash="
                    + hex(OWN)
                    + ";Subject=\"CN=a, O=\\\"b;c\\\"\";URI=spiffe://c;Cert=\""
                    + pem
                    + "\""))
        .isOk();
  }

  @Test
  void row61_envoyElementsThatAreNotOne_areRefused() {
    isUnbound(viaEnvoy("Hash=" + hex(OTHER)));
    isUnbound(viaEnvoy("Hash=" + hex(OTHER) + ",Hash=" + hex(OWN)));
    isUnbound(viaEnvoy("Hash=" + hex(OWN) + ",Hash=" + hex(OTHER)));
    isUnbound(viaEnvoy("Hash=" + hex(OWN) + ";Hash=" + hex(OWN)));
    isUnbound(viaEnvoy("Subject=\"x;Hash=" + hex(OWN) + "\""));
    isUnbound(viaEnvoy("Subject=\"x;Hash=" + hex(OWN)));
    isUnbound(viaEnvoy("Subject=\"x\\\";Hash=" + hex(OWN) + ";\""));
    isUnbound(viaEnvoy("Hash="));
    isUnbound(viaEnvoy("Hash=" + hex(OWN) + "00"));
    isUnbound(viaEnvoy("Hash=" + hex(OWN).substring(2) + "zz"));
    isUnbound(viaEnvoy(byteSequence(OWN)));
    isUnbound(viaEnvoy(""));
    isUnbound(envoy.call(via(STRANGER, envoy, "X-Forwarded-Client-Cert", "Hash=" + hex(OWN))));
  }

  // ---- cnf

  @Test
  void row62_both_haveToHold() {
    DpopKey key = app.key;
    String token = app.token().boundTo(key).boundTo(OWN).sign();
    assertThat(app.call(proven(token).certificates(OWN))).isOk();
    assertThat(app.call(proven(token).certificates(OWN))).as("known").isOk();
    isUnbound(app.call(proven(token).certificates(OTHER)));
    isUnbound(app.call(proven(token)));
    assertThat(app.call(BindingApp.request(token, proof("x")).certificates(OWN)))
        .hasReason("invalid_dpop_proof");
    assertThat(app.call(request(token).certificates(OWN))).hasReason("dpop_required");
  }

  /** With a proof for a call over TLS, as one with certificates is. */
  private static InProcessCarrier proven(String token) {
    return BindingApp.request(token, proof(token));
  }

  private static String proof(String token) {
    return app.proof(token).claim("htu", "https://orders.example/guarded").sign();
  }

  @Test
  void row62_wrongCertificate_doesNotUseUpTheProof() {
    String token = app.token().boundTo(app.key).boundTo(OWN).sign();
    String proof = proof(token);
    isUnbound(app.call(BindingApp.request(token, proof).certificates(OTHER)));
    assertThat(app.call(BindingApp.request(token, proof).certificates(OWN))).isOk();
  }

  @Test
  void row62_unknownMethodAlone_isRefused() {
    for (Object cnf :
        List.of(
            Map.of(),
            Map.of("x5t", "abc"),
            Map.of("kid", "k"),
            Map.of("jwk", Map.of("kty", "oct")),
            Map.of("JKT", app.key.thumbprint()),
            Map.of("jkt", 7),
            Map.of("jkt", List.of(app.key.thumbprint())),
            Map.of("x5t#S256", true),
            "jkt",
            7,
            List.of(Map.of("jkt", app.key.thumbprint())))) {
      String token = app.token().claim("cnf", cnf).sign();
      assertThat(app.call(request(token).certificates(OWN)))
          .hasProblem(401, "invalid_token")
          .hasReason("cnf_unsupported");
      assertThat(app.call(proven(token).certificates(OWN))).hasReason("cnf_unsupported");
    }
    assertThat(app.call(request(app.token().claim("cnf", null).sign())))
        .hasReason("cnf_unsupported");
  }

  @Test
  void row62_nullBesideAKnownMethod_isRefused() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("jkt", null);
    members.put("x5t#S256", Base64.getUrlEncoder().withoutPadding().encodeToString(hash(OWN)));
    String token = app.token().claim("cnf", members).sign();
    assertThat(app.call(request(token).certificates(OWN))).hasReason("cnf_unsupported");
  }

  @Test
  void row62_unknownMethodBesideAKnownOne_isIgnored() {
    String token = app.token().claim("cnf", Map.of("jkt", app.key.thumbprint(), "kid", "k")).sign();
    assertThat(app.call(token, app.proof(token).sign())).isOk();
    assertThat(app.call(request(token))).hasReason("dpop_required");
  }

  @Test
  void headerName_thatIsNone_isAStartupProblem() {
    assertThatThrownBy(() -> behind("Client Cert:", "rfc-9440").close())
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.mtls.header")
        .hasMessageContaining("the name of a header");
  }
}
