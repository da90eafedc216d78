// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublicJwkTest {

  /** RFC 8037, appendix A.2 and A.3. */
  private static final String ED25519 = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

  private static final String ED25519_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

  @Test
  void keysOfAllTypes_areThoseOfNimbus() throws Exception {
    RSAKey rsa = new RSAKeyGenerator(2048).generate();
    PublicJwk read = PublicJwk.of(members(rsa));
    assertThat(read.key()).isEqualTo(rsa.toRSAPublicKey());
    assertThat(read.thumbprint()).isEqualTo(rsa.computeThumbprint().toString());
    for (Curve curve : List.of(Curve.P_256, Curve.P_384, Curve.P_521)) {
      ECKey elliptic = new ECKeyGenerator(curve).generate();
      read = PublicJwk.of(members(elliptic));
      assertThat(read.key()).isEqualTo(elliptic.toECPublicKey());
      assertThat(read.curve()).isEqualTo(curve.getName());
      assertThat(read.thumbprint()).isEqualTo(elliptic.computeThumbprint().toString());
    }
  }

  @Test
  void ed25519Key_isThatOfTheStandard() throws Exception {
    PublicJwk read = PublicJwk.of(Map.of("kty", "OKP", "crv", "Ed25519", "x", ED25519));
    assertThat(read.thumbprint()).isEqualTo(ED25519_THUMBPRINT);
    byte[] encoded = read.key().getEncoded();
    assertThat(Base64URL.encode(java.util.Arrays.copyOfRange(encoded, 12, 44)).toString())
        .isEqualTo(ED25519);
  }

  @Test
  void numberThatIsFilledUpWithZeros_isTheSameKey() throws Exception {
    RSAKey rsa = new RSAKeyGenerator(2048).generate();
    Map<String, Object> members = members(rsa);
    members.put(
        "n", Base64URL.encode(rsa.getModulus().decodeToBigInteger().toByteArray()).toString());
    members.put("e", "AAEAAQ==");
    assertThat(PublicJwk.of(members).thumbprint()).isEqualTo(rsa.computeThumbprint().toString());
  }

  @Test
  void pointThatIsNotOnItsCurve_isRefused() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();
    BigInteger p =
        Curve.P_256.toECParameterSpec().getCurve().getField()
                instanceof java.security.spec.ECFieldFp field
            ? field.getP()
            : BigInteger.ZERO;
    assertRefused("not on P-256", with(key, "y", key.getX().decodeToBigInteger()));
    assertRefused("not on P-256", with(key, "x", key.getX().decodeToBigInteger().add(p)));
    assertRefused("not on P-256", with(key, "y", key.getY().decodeToBigInteger().add(p)));
    assertRefused("not on P-256", with(key, "y", BigInteger.ZERO));
    Map<String, Object> other = members(key);
    other.put("crv", "P-384");
    assertRefused("not on P-384", other);
  }

  /** Zero, and the prime in its place: the equation holds for both, and only one is reduced. */
  @Test
  void coordinateThatIsThePrimeItself_isRefused() throws Exception {
    java.security.spec.EllipticCurve curve = Curve.P_256.toECParameterSpec().getCurve();
    BigInteger p = ((java.security.spec.ECFieldFp) curve.getField()).getP();
    BigInteger y = curve.getB().modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    assertThat(y.multiply(y).mod(p)).isEqualTo(curve.getB());
    Map<String, Object> members = members(new ECKeyGenerator(Curve.P_256).generate());
    members.put("x", Base64URL.encode(new byte[32]).toString());
    members.put("y", Base64URL.encode(y).toString());
    assertThat(PublicJwk.of(members).curve()).isEqualTo("P-256");
    members.put("x", Base64URL.encode(p).toString());
    assertRefused("not on P-256", members);
  }

  @Test
  void rsaKeys_areTakenUpToTheirLimits() throws Exception {
    Map<String, Object> rsa = members(new RSAKeyGenerator(2048).generate());
    rsa.put("e", "Aw");
    assertThat(PublicJwk.of(rsa).keyType()).isEqualTo("RSA");
    BigInteger large = BigInteger.ONE.shiftLeft(8191).add(BigInteger.ONE);
    rsa.put("n", Base64URL.encode(large).toString());
    assertThat(PublicJwk.of(rsa).keyType()).isEqualTo("RSA");
    rsa.put("n", Base64URL.encode(large.shiftLeft(1).add(BigInteger.ONE)).toString());
    assertRefused("an RSA key of 8193 bits", rsa);
  }

  @Test
  void membersThatMakeNoKey_areRefused() throws Exception {
    Map<String, Object> rsa = members(new RSAKeyGenerator(2048).generate());
    assertRefused("no member \"kty\"", Map.of());
    assertRefused("no member \"kty\"", Map.of("kty", 1L));
    assertRefused("no member \"n\"", Map.of("kty", "RSA", "e", "AQAB"));
    assertRefused("no member \"crv\"", Map.of("kty", "EC"));
    assertRefused("not supported", Map.of("kty", "EC", "crv", "secp256k1"));
    assertRefused("not supported", Map.of("kty", "OKP", "crv", "X25519"));
    assertRefused("not supported", Map.of("kty", "new"));
    rsa.put("e", "A+AB");
    assertRefused("\"e\" is not Base64url", rsa);
    rsa.put("e", "Ag");
    assertRefused("exponent 2", rsa);
    rsa.put("e", "");
    assertRefused("exponent 0", rsa);
    rsa.put("n", "");
    assertRefused("0 bits", rsa);
  }

  private static void assertRefused(String message, Map<String, Object> members) {
    assertThatThrownBy(() -> PublicJwk.of(members))
        .isInstanceOf(KeySetParser.Refused.class)
        .hasMessageContaining(message);
  }

  private static Map<String, Object> with(ECKey key, String name, BigInteger value) {
    Map<String, Object> members = members(key);
    members.put(name, Base64URL.encode(value).toString());
    return members;
  }

  private static Map<String, Object> members(JWK key) {
    return new HashMap<>(key.toPublicJWK().toJSONObject());
  }
}
