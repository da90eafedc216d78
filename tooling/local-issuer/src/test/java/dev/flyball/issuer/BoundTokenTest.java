// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens that only their sender can use, and the proofs of senders. */
final class BoundTokenTest {

  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
  private static final AtomicReference<Instant> NOW = new AtomicReference<>(START);

  private static LocalIssuer issuer;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.builder().audience("orders").clock(NOW::get).start();
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  private static boolean isSigned(String proof) throws Exception {
    SignedJWT jwt = SignedJWT.parse(proof);
    JWK shown = jwt.getHeader().getJWK();
    return jwt.verify(
        new DefaultJWSVerifierFactory()
            .createJWSVerifier(jwt.getHeader(), ((AsymmetricJWK) shown).toPublicKey()));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EDDSA") // Nimbus needs Tink for it
  void proof_ofEachAlgorithm_verifiesUnderTheKeyThatItShows(Algorithm algorithm) throws Exception {
    DpopKey key = issuer.dpopKey(algorithm);
    String proof = key.proof("GET", "https://orders.example/").sign();

    assertThat(isSigned(proof)).isTrue();
    assertThat(SignedJWT.parse(proof).getHeader().getJWK().computeThumbprint().toString())
        .isEqualTo(key.thumbprint());
  }

  @Test
  void proof_sayingNothing_isFreshAndForOneRequest() {
    DpopKey key = issuer.dpopKey();
    DpopProofBuilder builder = key.proof("POST", "https://orders.example/orders");

    assertThat(Client.header(builder.sign()))
        .containsOnlyKeys("typ", "alg", "jwk")
        .containsEntry("typ", "dpop+jwt")
        .containsEntry("alg", "ES256")
        .hasEntrySatisfying(
            "jwk",
            jwk ->
                assertThat(((Map<?, ?>) jwk).keySet()).isEqualTo(Set.of("kty", "crv", "x", "y")));
    assertThat(Client.claims(builder.sign()))
        .containsOnlyKeys("jti", "htm", "htu", "iat")
        .containsEntry("htm", "POST")
        .containsEntry("htu", "https://orders.example/orders")
        .containsEntry("iat", START.getEpochSecond());
    assertThat(Client.claims(builder.sign()).get("jti"))
        .isNotEqualTo(Client.claims(builder.sign()).get("jti"));
  }

  @Test
  void proof_sayingEverything_saysSo() {
    String proof =
        issuer
            .dpopKey()
            .proof("GET", "https://orders.example/")
            .accessToken("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
            .nonce("n-1")
            .id("id-1")
            .issuedAt(START.plusSeconds(9))
            .header("kid", "k")
            .claim("more", true)
            .without("htm")
            .withoutHeader("typ")
            .sign();

    assertThat(Client.header(proof)).containsOnlyKeys("alg", "jwk", "kid");
    assertThat(Client.claims(proof))
        .containsOnlyKeys("jti", "htu", "iat", "ath", "nonce", "more")
        .containsEntry("ath", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo") // of RFC 9449
        .containsEntry("nonce", "n-1")
        .containsEntry("jti", "id-1")
        .containsEntry("iat", START.getEpochSecond() + 9);
  }

  @Test
  void proof_signedByAnother_doesNotVerify() throws Exception {
    String proof =
        issuer.dpopKey().proof("GET", "https://a.example/").signedBy(issuer.dpopKey()).sign();
    assertThat(isSigned(proof)).isFalse();
  }

  @Test
  void token_boundToKeyAndCertificate_namesBoth() throws Exception {
    DpopKey key = DpopKey.generate(Algorithm.EDDSA);
    X509Certificate certificate = SigningKey.generate(Algorithm.ES256).certificate();
    String token = issuer.token().boundTo(key).boundTo(certificate).sign();

    String thumbprint =
        com.nimbusds.jose.util.X509CertUtils.computeSHA256Thumbprint(certificate).toString();
    assertThat(Client.claims(token))
        .containsEntry("cnf", Map.of("jkt", key.thumbprint(), "x5t#S256", thumbprint));
  }

  @Test
  void keyStore_holdsTheKeyAndItsCertificate() throws Exception {
    SigningKey key = SigningKey.generate(Algorithm.ES256);
    KeyStore store = key.keyStore(key.certificate(), "secret".toCharArray());

    assertThat(store.getCertificate("key").getPublicKey()).isEqualTo(key.publicKey());
    assertThat(store.getKey("key", "secret".toCharArray()).getAlgorithm()).isEqualTo("EC");
  }
}
