// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/** RS256 tokens of 12 claims and 895 characters, and the public key as both sides read it. */
final class Tokens {

  static final String ISSUER = "https://issuer.benchmark.test";
  static final String AUDIENCE = "hello";

  /** Many times what the small cache holds. */
  static final int COUNT = 4_096;

  private static final int LENGTH = 895;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;
  private final long now = Instant.now().getEpochSecond();

  Tokens() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    this.keys = generator.generateKeyPair();
  }

  static Path tokens(Path directory) {
    return directory.resolve("tokens");
  }

  static Path jwks(Path directory) {
    return directory.resolve("jwks.json");
  }

  static Path publicKey(Path directory) {
    return directory.resolve("public.der");
  }

  /** Writes the tokens, one a line, and the key. */
  void writeTo(Path directory) throws IOException {
    List<String> tokens =
        IntStream.range(0, COUNT).parallel().mapToObj(i -> token(i, "hello:read")).toList();
    Files.write(tokens(directory), tokens);
    Files.writeString(jwks(directory), keySet());
    Files.write(publicKey(directory), keys.getPublic().getEncoded());
  }

  /** A token like the others that may do something else. */
  String ofOtherScope() {
    return token(0, "other:read");
  }

  private String token(int number, String scope) {
    String header = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"benchmark-1\"}");
    String content = header + '.' + encode(claims(number, scope, ""));
    int missing = LENGTH - content.length() - 1 - 342;
    content =
        header + '.' + encode(claims(number, scope, "x".repeat(Math.max(0, missing * 3 / 4))));
    return content + '.' + BASE64.encodeToString(sign(content));
  }

  private String claims(int number, String scope, String padding) {
    return """
    {"iss":"%s","sub":"user-%06d","aud":["%s"],"exp":%d,"nbf":%d,"iat":%d,"jti":"%032x",\
    "scope":"%s openid","client_id":"client-1","tenant":"tenant-1","roles":["reader"],"note":"%s"}\
    """
        .formatted(
            ISSUER, number, AUDIENCE, now + 6 * 3_600, now - 60, now - 60, number, scope, padding);
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] sign(String content) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK does not sign with RSA", e);
    }
  }

  private String keySet() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return """
    {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"benchmark-1","n":"%s","e":"%s"}]}
    """
        .formatted(encode(key.getModulus()), encode(key.getPublicExponent()));
  }

  private static String encode(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int sign = bytes[0] == 0 ? 1 : 0;
    return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, sign, bytes.length));
  }
}
