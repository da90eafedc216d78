// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Objects;

/** The forms in which a public key may lie about, for those who take it for a shared secret. */
public enum KeyEncoding {
  /** PEM without a line end behind the last line. */
  PEM,
  /** PEM as most tools write it. */
  PEM_LF,
  /** The X.509 form in DER. */
  DER,
  /** The JSON Web Key. */
  JWK,
  /** The bytes of the modulus; RSA only. */
  MODULUS;

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  /**
   * The public half of a key in this form.
   *
   * @param key any key
   * @return its bytes
   * @throws IllegalArgumentException if a key without a modulus is asked for its modulus
   */
  public byte[] encode(SigningKey key) {
    return switch (this) {
      case PEM -> utf8(pem(key.publicKey()));
      case PEM_LF -> utf8(pem(key.publicKey()) + "\n");
      case DER -> key.publicKey().getEncoded();
      case JWK -> utf8(Json.object(key.publicJwk()));
      case MODULUS -> modulus(key);
    };
  }

  private static String pem(PublicKey key) {
    String body = LINES.encodeToString(key.getEncoded());
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----";
  }

  private static byte[] modulus(SigningKey key) {
    Object modulus = key.publicJwk().get("n");
    if (modulus == null) {
      throw new IllegalArgumentException("modulus of " + key + " (expected: an RSA key)");
    }
    return new Base64URL(Objects.toString(modulus)).decode();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
