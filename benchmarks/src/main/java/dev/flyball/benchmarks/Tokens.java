// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * An issuer's key, and access tokens of twelve claims that it has signed; one of RS256 has about
 * 895 characters.
 */
public final class Tokens {

  /** The {@code iss} of all tokens. */
  public static final String ISSUER = "https://issuer.example.org/realms/shop";

  /** The {@code aud} of all tokens. */
  public static final String AUDIENCE = "orders";

  private static final String KEY_ID = "signing-2026-11";

  private final String algorithm;
  private final KeyPair keys;
  private final List<String> tokens;
  private final List<byte[]> headers;
  private int next;

  private Tokens(String algorithm, KeyPair keys, int count) {
    this.algorithm = algorithm;
    this.keys = keys;
    this.tokens = IntStream.range(0, count).parallel().mapToObj(this::sign).toList();
    this.headers = tokens.stream().map(Tokens::header).toList();
  }

  /**
   * A new key, and tokens of it.
   *
   * @param algorithm RS256, ES256 or EdDSA
   * @param count how many different tokens
   */
  public static Tokens of(String algorithm, int count) {
    try {
      return new Tokens(algorithm, generate(algorithm), count);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no key for " + algorithm, e);
    }
  }

  private static KeyPair generate(String algorithm) throws GeneralSecurityException {
    switch (algorithm) {
      case "RS256" -> {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
      }
      case "ES256" -> {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
      }
      case "EdDSA" -> {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      }
      default -> throw new IllegalArgumentException(algorithm);
    }
  }

  /** One of the tokens, each in turn. */
  public String next() {
    return tokens.get(advance());
  }

  /** The next token as the bytes of its header, as they come from a connection. */
  public byte[] nextHeader() {
    return headers.get(advance());
  }

  private int advance() {
    next = next + 1 == tokens.size() ? 0 : next + 1;
    return next;
  }

  /** A token as the bytes of its header. */
  public static byte[] header(String token) {
    return ("Bearer " + token).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A token whose signature does not fit its claims. */
  String forged() {
    String one = tokens.get(0);
    String other = tokens.get(1);
    return one.substring(0, one.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
  }

  /** RS256, ES256 or EdDSA. */
  String algorithm() {
    return algorithm;
  }

  /** The key by which the tokens are checked. */
  public PublicKey key() {
    return keys.getPublic();
  }

  /** What the JDK calls the algorithm of signatures as they stand in a token. */
  public String jdkName() {
    return switch (algorithm) {
      case "RS256" -> "SHA256withRSA";
      case "ES256" -> "SHA256withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }

  /** Writes the key as a JWK set to a file. */
  public Path publish() {
    try {
      return Files.writeString(Shop.folder().resolve("jwks.json"), keySet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String keySet() {
    return new JWKSet(jwk()).toString();
  }

  /** The key as a JWK. */
  JWK jwk() {
    return switch (algorithm) {
      case "RS256" -> new RSAKey.Builder((RSAPublicKey) key()).keyID(KEY_ID).build();
      case "ES256" -> new ECKey.Builder(Curve.P_256, (ECPublicKey) key()).keyID(KEY_ID).build();
      default -> new OctetKeyPair.Builder(Curve.Ed25519, point()).keyID(KEY_ID).build();
    };
  }

  /** The last 32 bytes of the encoded form (RFC 8410, section 4). */
  private Base64URL point() {
    byte[] encoded = key().getEncoded();
    return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  private String sign(int number) {
    String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + KEY_ID + "\"}";
    String text = base64Url(bytes(header)) + "." + base64Url(bytes(claims(number)));
    try {
      Signature signature = Signature.getInstance(jdkName());
      signature.initSign(keys.getPrivate());
      signature.update(bytes(text));
      return text + "." + base64Url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String claims(int number) {
    long now = Instant.now().getEpochSecond();
    Map<String, String> texts =
        new TreeMap<>(
            Map.of(
                "iss",
                ISSUER,
                "sub",
                "7c1d6f0a-2f7e-4c52-9b1e-%08x".formatted(number),
                "aud",
                AUDIENCE,
                "jti",
                "a3f0c9d2-5b8e-4e61-8d57-%08x".formatted(number),
                "client_id",
                "web-shop",
                "scope",
                "orders:read orders:write profile email",
                "tenant",
                "acme",
                "country",
                "DE"));
    StringBuilder json = new StringBuilder("{");
    texts.forEach((name, value) -> json.append('"' + name + "\":\"" + value + "\","));
    return json.append("\"roles\":[\"customer\",\"reviewer\"],\"iat\":")
        .append(now)
        .append(",\"nbf\":")
        .append(now)
        .append(",\"exp\":")
        .append(now + Duration.ofHours(12).toSeconds())
        .append('}')
        .toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
