// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key of an issuer and what it may be used for. Thread-safe.
 *
 * <p>Two are equal where every token finds the same in both. It shows nothing of a secret.
 */
public final class VerificationKey {

  private final @Nullable String keyId;
  private final Set<Algorithm> algorithms;
  private final String thumbprint;
  private final Map<Algorithm, SignatureCheck> checks = new EnumMap<>(Algorithm.class);
  private final int rsaBytes;
  private final byte[] curveOrder;

  /**
   * A public key.
   *
   * @param keyId its {@code kid}; null where it has none
   * @param key the key
   * @param algorithms those that it may be used with
   * @param thumbprint tells whether a later set still holds the same key (RFC 7638)
   */
  public VerificationKey(
      @Nullable String keyId, PublicKey key, Set<Algorithm> algorithms, String thumbprint) {
    this.keyId = keyId;
    this.algorithms = Set.copyOf(algorithms);
    this.thumbprint = thumbprint;
    this.rsaBytes =
        key instanceof RSAPublicKey rsa ? (rsa.getModulus().bitLength() + 7) / Byte.SIZE : 0;
    this.curveOrder =
        key instanceof ECPublicKey elliptic
            ? bigEndian(elliptic.getParams().getOrder())
            : new byte[0];
    for (Algorithm algorithm : algorithms) {
      checks.put(algorithm, SignatureCheck.of(key, algorithm));
    }
  }

  private VerificationKey(Map<Algorithm, SignatureCheck> checks) {
    this.keyId = null;
    this.algorithms = Set.copyOf(checks.keySet());
    this.thumbprint = "a shared secret";
    this.rsaBytes = 0;
    this.curveOrder = new byte[0];
    this.checks.putAll(checks);
  }

  /**
   * A secret that issuer and service share, which has no id.
   *
   * @param secret at least as long as the codes
   * @param algorithms symmetric ones
   */
  public static VerificationKey symmetric(byte[] secret, Set<Algorithm> algorithms) {
    Map<Algorithm, SignatureCheck> checks = new EnumMap<>(Algorithm.class);
    algorithms.forEach(algorithm -> checks.put(algorithm, new HmacCode(secret, algorithm)));
    return new VerificationKey(checks);
  }

  /** A key without an id that is checked in one way only. */
  static VerificationKey with(Algorithm algorithm, SignatureCheck check) {
    return new VerificationKey(Map.of(algorithm, check));
  }

  /** Its {@code kid}; null where it has none. */
  public @Nullable String keyId() {
    return keyId;
  }

  /** The algorithms that it may be used with. */
  public Set<Algorithm> algorithms() {
    return algorithms;
  }

  /** Tells whether a later set still holds the same key (RFC 7638). */
  public String thumbprint() {
    return thumbprint;
  }

  /**
   * Whether a signature is that of this key over a part of a text, with exactly the length that the
   * algorithm demands, and numbers in their one form; providers accept others for some.
   */
  public boolean verifies(
      Algorithm algorithm, byte[] text, int from, int length, byte[] signature) {
    SignatureCheck check = checks.get(algorithm);
    if (check == null || !isExact(algorithm, signature)) {
      return false;
    }
    try {
      return check.verifies(text, from, length, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private boolean isExact(Algorithm algorithm, byte[] signature) {
    if (signature.length != (rsaBytes > 0 ? rsaBytes : algorithm.length)) {
      return false;
    }
    if (algorithm == Algorithm.EDDSA) {
      return Ed25519.isCanonical(signature);
    }
    return curveOrder.length == 0
        || (isInRange(signature, 0) && isInRange(signature, signature.length / 2));
  }

  /** Each half of an ECDSA signature lies between 0 and the order of the curve, both excluded. */
  private boolean isInRange(byte[] signature, int from) {
    int to = from + curveOrder.length;
    int bits = 0;
    for (int i = from; i < to; i++) {
      bits |= signature[i];
    }
    return bits != 0
        && Arrays.compareUnsigned(signature, from, to, curveOrder, 0, curveOrder.length) < 0;
  }

  private static byte[] bigEndian(BigInteger number) {
    byte[] signed = number.toByteArray();
    return signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VerificationKey key
        && Objects.equals(keyId, key.keyId)
        && algorithms.equals(key.algorithms)
        && thumbprint.equals(key.thumbprint);
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyId, algorithms, thumbprint);
  }

  @Override
  public String toString() {
    return "key " + keyId + " for " + algorithms;
  }
}
