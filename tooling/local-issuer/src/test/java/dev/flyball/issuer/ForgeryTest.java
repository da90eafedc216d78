// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.JWK;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForgeryTest {

  private static LocalIssuer issuer;
  private static Client client;

  @BeforeAll
  static void start() {
    Instant now = Instant.now();
    issuer = LocalIssuer.builder().clock(() -> now).start();
    client = new Client(issuer);
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
  void unsigned_hasTheWordAndAnEmptySignature(String word) {
    String token = forge().unsigned(word);

    assertThat(token).endsWith(".").matches("[^.]+\\.[^.]+\\.");
    assertThat(Client.header(token)).containsEntry("alg", word);
    assertThat(Client.claims(token)).containsEntry("sub", "ada");
  }

  @Test
  void unsigned_byDefault_isNone() {
    assertThat(Client.header(forge().unsigned())).containsEntry("alg", "none");
  }

  @Test
  void unsignedWithSignature_isSignedByThePublishedKey() throws Exception {
    String token = forge().unsignedWithSignature("none");
    String[] segments = token.split("\\.");

    assertThat(Client.header(token)).containsEntry("alg", "none");
    assertThat(rsaVerifies(segments)).isTrue();
  }

  @Test
  void withoutSignature_promisesOne() {
    String token = forge().withoutSignature();

    assertThat(token).endsWith(".");
    assertThat(Client.header(token)).containsEntry("alg", "RS256");
  }

  @ParameterizedTest
  @EnumSource
  void hmac_isKeyedWithThePublicKey(KeyEncoding encoding) throws Exception {
    String token = forge().hmac(encoding);
    byte[] secret = encoding.encode(issuer.keys().current());

    assertThat(Client.header(token))
        .containsEntry("alg", "HS256")
        .containsEntry("kid", issuer.keys().current().id());
    assertThat(hmacVerifies(token, secret)).isTrue();
  }

  @Test
  void keyEncodings_holdTheKey() throws Exception {
    SigningKey key = issuer.keys().current();
    String pem = text(KeyEncoding.PEM.encode(key));
    byte[] modulus = ((RSAPublicKey) key.publicKey()).getModulus().toByteArray();

    assertThat(pem)
        .startsWith("-----BEGIN PUBLIC KEY-----\n")
        .endsWith("\n-----END PUBLIC KEY-----")
        .doesNotContain("\r");
    assertThat(pem.lines().mapToInt(String::length).max()).hasValue(64);
    assertThat(text(KeyEncoding.PEM_LF.encode(key))).isEqualTo(pem + "\n");
    assertThat(read(KeyEncoding.DER.encode(key))).isEqualTo(key.publicKey());
    assertThat(read(unwrapped(pem))).isEqualTo(key.publicKey());
    assertThat(JWK.parse(text(KeyEncoding.JWK.encode(key))).toRSAKey().toPublicKey())
        .isEqualTo(key.publicKey());
    // without the sign
    assertThat(KeyEncoding.MODULUS.encode(key))
        .hasSize(256)
        .isEqualTo(Arrays.copyOfRange(modulus, 1, modulus.length));
  }

  @Test
  void modulus_ofAnEllipticKey_isRefused() {
    Forgery forgery = issuer.token().algorithm(Algorithm.ES256).forge();

    assertThatThrownBy(() -> forgery.hmac(KeyEncoding.MODULUS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("(expected: an RSA key)");
  }

  @Test
  void hmac_ofAnySecret_evenNone() throws Exception {
    assertThat(hmacVerifies(forge().hmac(bytes("secret")), bytes("secret"))).isTrue();
    // HMAC fills a short key up with zeros
    assertThat(hmacVerifies(forge().hmac(new byte[0]), new byte[64])).isTrue();
  }

  @Test
  void tamperedClaim_keepsTheOldSignature() throws Exception {
    TokenBuilder token = issuer.token().claim("jti", "1").scopes("orders:read");
    String good = token.sign();
    String tampered = token.forge().tamperedClaim("scope", "orders:read admin");

    assertThat(Client.claims(tampered)).containsEntry("scope", "orders:read admin");
    assertThat(tampered.split("\\.")[2]).isEqualTo(good.split("\\.")[2]);
    assertThat(client.verifies(good)).isTrue();
    assertThat(client.verifies(tampered)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA"})
  void tamperedSignature_hasTheRightLengthAndFails(Algorithm algorithm) throws Exception {
    TokenBuilder token = issuer.token().algorithm(algorithm);
    String tampered = token.forge().tamperedSignature();

    assertThat(tampered).hasSameSizeAs(token.sign());
    assertThat(client.verifies(tampered)).isFalse();
  }

  @Test
  void signature_canBeAnything() {
    Forgery forgery = issuer.token().algorithm(Algorithm.ES256).forge();
    String zeros = forgery.signature(good -> new byte[good.length]);
    String longer = forgery.signature(good -> Arrays.copyOf(good, good.length + 1));

    assertThat(signature(zeros)).hasSize(64).containsOnly(0);
    assertThat(signature(longer)).hasSize(65);
  }

  @Test
  void stranger_namesAKeyThatDidNotSign() throws Exception {
    String token = forge().stranger();

    assertThat(Client.header(token)).containsEntry("kid", issuer.keys().current().id());
    assertThat(client.verifies(token)).isFalse();
    assertThat(strangerVerifies(token)).isTrue();
  }

  @Test
  void embeddedJwk_isTheKeyThatSigned() throws Exception {
    String token = forge().embeddedJwk();
    JWSObject parsed = JWSObject.parse(token);

    assertThat(Client.verifies(parsed, parsed.getHeader().getJWK())).isTrue();
    assertThat(parsed.getHeader().getJWK().isPrivate()).isFalse();
    assertThat(client.verifies(token)).isFalse();
  }

  @Test
  void jkuAndX5u_sayWhereTheStrangersKeyIs() throws Exception {
    String jku = forge().jku("http://169.254.169.254/keys");
    String x5u = forge().x5u("file:///etc/passwd");

    assertThat(Client.header(jku)).containsEntry("jku", "http://169.254.169.254/keys");
    assertThat(Client.header(x5u)).containsEntry("x5u", "file:///etc/passwd");
    assertThat(strangerVerifies(jku)).isTrue();
    assertThat(strangerVerifies(x5u)).isTrue();
  }

  @Test
  void jku_servedByTheIssuer_isARealAttack() throws Exception {
    Map<String, Object> jwk = issuer.keys().stranger(Algorithm.RS256).publicJwk();
    String set = Json.object(Map.of("keys", List.of(jwk)));
    issuer.fault("/attacker", Fault.answer(200, "application/json", set));

    String token = forge().jku(issuer.url() + "/attacker");
    String path = ((String) Client.header(token).get("jku")).substring(issuer.url().length());

    assertThat(client.get(path).body()).isEqualTo(set);
    issuer.clearFaults();
  }

  @ParameterizedTest
  @EnumSource(names = {"RS256", "ES256", "ES512", "EDDSA"})
  void x5c_isASelfSignedCertificateOfTheKeyThatSigned(Algorithm algorithm) throws Exception {
    String token = issuer.token().algorithm(algorithm).forge().x5c();
    List<?> chain = (List<?>) Client.header(token).get("x5c");
    byte[] der = Base64.getDecoder().decode((String) chain.get(0));
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));

    certificate.verify(certificate.getPublicKey());
    certificate.checkValidity();
    assertThat(certificate.getPublicKey()).isEqualTo(issuer.keys().stranger(algorithm).publicKey());
    assertThat(certificate.getSubjectX500Principal()).hasToString("CN=stranger");
  }

  @Test
  void crit_namesHeadersThatAreThere() throws Exception {
    String some = forge().crit("exp", "b64");
    String none = forge().crit();
    String given = issuer.token().header("b64", false).forge().crit("b64");

    assertThat(Client.header(some))
        .containsEntry("crit", List.of("exp", "b64"))
        .containsEntry("exp", true)
        .containsEntry("b64", true);
    assertThat(Client.header(none)).containsEntry("crit", List.of());
    assertThat(Client.header(given)).containsEntry("b64", false);
    assertThat(rsaVerifies(some.split("\\."))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"sub\":\"a\",\"sub\":\"b\"}",
        "\uFEFF{}",
        "{}\u0000",
        "{\"s\":\"\\ud800\"}"
      })
  void raw_anyText_isSignedAsItIs(String text) throws Exception {
    String payload = forge().rawPayload(text);
    String header = forge().rawHeader(text);
    String both = forge().raw(text, text);

    assertThat(segment(payload, 1)).isEqualTo(bytes(text));
    assertThat(Client.header(payload)).containsEntry("alg", "RS256");
    assertThat(segment(header, 0)).isEqualTo(bytes(text));
    assertThat(Client.claims(header)).containsEntry("sub", "ada");
    assertThat(rsaVerifies(payload.split("\\."))).isTrue();
    assertThat(rsaVerifies(header.split("\\."))).isTrue();
    assertThat(rsaVerifies(both.split("\\."))).isTrue();
  }

  @Test
  void raw_bytesThatAreNotUtf8_areSignedAsTheyAre() throws Exception {
    byte[] broken = {(byte) 0xff, (byte) 0xc0, (byte) 0x80};
    String token = forge().raw(bytes("{\"alg\":\"RS256\"}"), broken);

    assertThat(segment(token, 1)).isEqualTo(broken);
    assertThat(rsaVerifies(token.split("\\."))).isTrue();
  }

  @Test
  void raw_aMegabyte_isSignedAsItIs() throws Exception {
    String deep = "[".repeat(1 << 20);
    String token = forge().rawPayload(deep);

    assertThat(segment(token, 1)).hasSize(1 << 20);
    assertThat(rsaVerifies(token.split("\\."))).isTrue();
  }

  private static Forgery forge() {
    return issuer.token().subject("ada").forge();
  }

  private static boolean strangerVerifies(String token) throws Exception {
    JWK stranger = JWK.parse(issuer.keys().stranger(Algorithm.RS256).publicJwk());
    return Client.verifies(JWSObject.parse(token), stranger);
  }

  private static boolean rsaVerifies(String[] segments) throws Exception {
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(issuer.keys().current().publicKey());
    signature.update(bytes(segments[0] + '.' + segments[1]));
    return signature.verify(Base64.getUrlDecoder().decode(segments[2]));
  }

  private static boolean hmacVerifies(String token, byte[] secret) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    byte[] expected = mac.doFinal(bytes(token.substring(0, token.lastIndexOf('.'))));
    return Arrays.equals(expected, signature(token));
  }

  private static PublicKey read(byte[] der) throws Exception {
    return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
  }

  private static byte[] unwrapped(String pem) {
    String body = pem.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
    return Base64.getDecoder().decode(body);
  }

  private static byte[] signature(String token) {
    return segment(token, 2);
  }

  private static byte[] segment(String token, int index) {
    return Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
