// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeySetParserTest {

  private static final JWK RSA = generate(2048, "rsa");
  private static final ECKey EC = elliptic("ec");

  @Test
  void goodKeys_areTakenWithTheAlgorithmsThatFit() throws Exception {
    KeySet keys = parse(RSA, EC);
    assertThat(keys.size()).isEqualTo(2);
    assertThat(keys.find("rsa").algorithms())
        .containsExactlyInAnyOrder(
            Algorithm.RS256,
            Algorithm.RS384,
            Algorithm.RS512,
            Algorithm.PS256,
            Algorithm.PS384,
            Algorithm.PS512);
    assertThat(keys.find("ec").algorithms()).containsExactly(Algorithm.ES256);
    assertThat(keys.find("nobody")).isNull();
    assertThat(keys.only(Algorithm.ES256)).isSameAs(keys.find("ec"));
  }

  @Test
  void poisonedSets_areRefusedWhole() {
    JWK privateKey = privateRsa();
    assertRefused("a private key among published keys", json(RSA, privateKey));
    assertRefused(
        "a symmetric key among published keys",
        "{\"keys\":[" + RSA.toPublicJWK().toJSONString() + ",{\"kty\":\"oct\",\"k\":\"AAAA\"}]}");
    assertRefused(
        "one kid for two keys", json(RSA.toPublicJWK(), generate(2048, "rsa").toPublicJWK()));
    assertRefused("no usable key", "{\"keys\":[]}");
    assertRefused("no member \"keys\"", "{}");
    assertRefused("no member \"keys\"", "{\"keys\":{}}");
    assertRefused("not a JSON object", "<html>");
    assertRefused("not a JSON object", "{\"keys\":[],\"keys\":[]}");
    assertRefused("a key that is not an object", "{\"keys\":[1]}");
    String many =
        IntStream.range(0, 101).mapToObj(i -> "{\"kty\":\"x\"}").collect(Collectors.joining(","));
    assertRefused("101 keys", "{\"keys\":[" + many + "]}");
    assertRefused("more than", " ".repeat(KeySetParser.MAX_BYTES) + "{}");
  }

  @Test
  void weakAndUnfitKeys_areLeftOutWithAReason() throws Exception {
    Map<String, Object> offCurve =
        Map.of(
            "kty",
            "EC",
            "crv",
            "P-256",
            "kid",
            "off",
            "x",
            Base64URL.encode(BigInteger.ONE).toString(),
            "y",
            Base64URL.encode(BigInteger.TWO).toString());
    String set =
        "{\"keys\":["
            + Stream.of(
                    RSA.toPublicJWK().toJSONString(),
                    modulus(1024, "small"),
                    exponentOne(),
                    "{\"kty\":\"new\",\"kid\":\"later\"}",
                    encryption(),
                    com.nimbusds.jose.util.JSONObjectUtils.toJSONString(offCurve),
                    pinned("ES521"),
                    "{\"kty\":\"RSA\",\"kid\":7}",
                    "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AAAA\",\"kid\":\"448\"}",
                    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\",\"kid\":\"short\"}")
                .collect(Collectors.joining(","))
            + "]}";
    KeySet keys = KeySetParser.parse(set.getBytes(StandardCharsets.UTF_8));
    assertThat(keys.size()).isEqualTo(1);
    assertThat(keys.dropped()).hasSize(9);
    assertThat(String.join("\n", keys.dropped()))
        .contains(
            "key 2: an RSA key of 1024 bits",
            "key 3: an RSA key with exponent 1",
            "not for signatures");
  }

  @Test
  void keySetsAndKeyIds_areTakenUpToTheirLimits() throws Exception {
    String longest = "k".repeat(256);
    String set = "{\"keys\":[" + elliptic(longest).toPublicJWK().toJSONString() + "]}";
    String filled = set + " ".repeat(KeySetParser.MAX_BYTES - set.length());
    assertThat(KeySetParser.parse(filled.getBytes(StandardCharsets.UTF_8)).find(longest))
        .isNotNull();
    assertRefused("more than", filled + " ");
    assertRefused(
        "no usable key",
        "{\"keys\":[" + elliptic(longest + "k").toPublicJWK().toJSONString() + "]}");
  }

  @Test
  void keyPinnedToAnAlgorithm_isUsedWithNoOther() throws Exception {
    KeySet keys =
        KeySetParser.parse(
            ("{\"keys\":[" + pinned("PS256") + "]}").getBytes(StandardCharsets.UTF_8));
    assertThat(keys.find("pinned").algorithms()).containsExactly(Algorithm.PS256);
  }

  @Test
  void modulusWithTheRocaFingerprint_isSuspect() {
    BigInteger product = BigInteger.ONE;
    for (int prime :
        new int[] {
          3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
          97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167
        }) {
      product = product.multiply(BigInteger.valueOf(prime));
    }
    BigInteger power = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(12345), product);
    BigInteger suspect = power.add(product.multiply(BigInteger.valueOf(77)));
    assertThat(Roca.isSuspect(suspect)).isTrue();
    assertThat(Roca.isSuspect(suspect.add(BigInteger.TWO))).isFalse();
    assertThat(Roca.isSuspect(new BigInteger(1, ((RSAKey) RSA).getModulus().decode()))).isFalse();
  }

  @Test
  void sameKeys_areTheSameSetWhateverTheirOrder() throws Exception {
    assertThat(parse(RSA, EC).isSameAs(parse(EC, RSA))).isTrue();
    assertThat(parse(RSA, EC).isSameAs(parse(RSA))).isFalse();
    assertThat(parse(RSA).holds(parse(RSA, EC).find("rsa"))).isTrue();
    assertThat(parse(RSA).holds(parse(RSA, EC).find("ec"))).isFalse();
  }

  @Test
  void keysThatHaveChangedTheirIds_areAnotherSet() throws Exception {
    ECKey other = elliptic("other");
    KeySet before = parse(withId(EC, "a"), withId(other, "b"));
    assertThat(before.isSameAs(parse(withId(EC, "b"), withId(other, "a")))).isFalse();
    assertThat(before.isSameAs(parse(withId(other, "b"), withId(EC, "a")))).isTrue();
  }

  @Test
  void keyThatIsPinnedFromNowOn_isAnotherSet_andNoLongerTheKeyOfOldTokens() throws Exception {
    KeySet free = parse(RSA);
    KeySet pinned = parse(new RSAKey.Builder((RSAKey) RSA).algorithm(JWSAlgorithm.PS256).build());
    assertThat(pinned.isSameAs(free)).isFalse();
    assertThat(pinned.holds(free.find("rsa"))).isFalse();
    assertThat(free.holds(pinned.find("rsa"))).isTrue();
  }

  private static JWK withId(ECKey key, String id) {
    return new ECKey.Builder(key).keyID(id).build();
  }

  private static void assertRefused(String message, String set) {
    assertThatThrownBy(() -> KeySetParser.parse(set.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(KeySetParser.Refused.class)
        .hasMessageContaining(message);
  }

  private static KeySet parse(JWK... keys) throws KeySetParser.Refused {
    return KeySetParser.parse(
        json(List.of(keys).stream().map(JWK::toPublicJWK).toArray(JWK[]::new))
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String json(JWK... keys) {
    return "{\"keys\":["
        + Stream.of(keys).map(JWK::toJSONString).collect(Collectors.joining(","))
        + "]}";
  }

  private static String modulus(int bits, String keyId) {
    return generate(bits, keyId).toPublicJWK().toJSONString();
  }

  private static String exponentOne() {
    return new RSAKey.Builder(((RSAKey) RSA).getModulus(), Base64URL.encode(BigInteger.ONE))
        .keyID("one")
        .build()
        .toJSONString();
  }

  private static String encryption() {
    return new RSAKey.Builder((RSAKey) RSA.toPublicJWK())
        .keyID("enc")
        .keyUse(com.nimbusds.jose.jwk.KeyUse.ENCRYPTION)
        .build()
        .toJSONString();
  }

  private static String pinned(String algorithm) {
    return new RSAKey.Builder((RSAKey) RSA.toPublicJWK())
        .keyID("pinned")
        .algorithm(new com.nimbusds.jose.Algorithm(algorithm))
        .build()
        .toJSONString();
  }

  private static JWK privateRsa() {
    return generate(2048, "private");
  }

  private static JWK generate(int bits, String keyId) {
    try {
      return new RSAKeyGenerator(bits, true).keyID(keyId).generate();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ECKey elliptic(String keyId) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(keyId).generate();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
