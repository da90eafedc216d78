// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms of RFC 7518 and RFC 8037 that a token may use: signatures, and the codes of a
 * secret that issuer and service share.
 */
public enum Algorithm {
  RS256("RS256", "RSA", "", "SHA256withRSA", 0),
  RS384("RS384", "RSA", "", "SHA384withRSA", 0),
  RS512("RS512", "RSA", "", "SHA512withRSA", 0),
  PS256("PS256", "RSA", "", "SHA-256", 32),
  PS384("PS384", "RSA", "", "SHA-384", 48),
  PS512("PS512", "RSA", "", "SHA-512", 64),
  ES256("ES256", "EC", "P-256", "SHA256withECDSAinP1363Format", 64),
  ES384("ES384", "EC", "P-384", "SHA384withECDSAinP1363Format", 96),
  ES512("ES512", "EC", "P-521", "SHA512withECDSAinP1363Format", 132),
  EDDSA("EdDSA", "OKP", "Ed25519", "Ed25519", 64),
  HS256("HS256", "oct", "", "HmacSHA256", 32),
  HS384("HS384", "oct", "", "HmacSHA384", 48),
  HS512("HS512", "oct", "", "HmacSHA512", 64);

  private static final Map<String, Algorithm> BY_NAME = new HashMap<>();

  static {
    for (Algorithm algorithm : values()) {
      BY_NAME.put(algorithm.joseName, algorithm);
    }
  }

  /** The value of {@code alg}. */
  public final String joseName;

  /** The type of key, {@code kty}. */
  public final String keyType;

  /** The curve, {@code crv}; empty for RSA. */
  public final String curve;

  /** The name of the JDK: of the signature, or for PSS of the digest. */
  public final String jdkName;

  /** Bytes of a signature or code; for RSA the key decides, for PSS it is the salt. */
  public final int length;

  Algorithm(String joseName, String keyType, String curve, String jdkName, int length) {
    this.joseName = joseName;
    this.keyType = keyType;
    this.curve = curve;
    this.jdkName = jdkName;
    this.length = length;
  }

  /** The algorithm of a name, compared exactly; null for any other. */
  public static @Nullable Algorithm of(String joseName) {
    return BY_NAME.get(joseName);
  }

  public boolean isPss() {
    return this == PS256 || this == PS384 || this == PS512;
  }

  /** Whether who can check a code can make one too (RFC 7518, section 3.2). */
  public boolean isSymmetric() {
    return keyType.equals("oct");
  }
}
