// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A public key of an issuer and what it may be used for.
 *
 * @param keyId its {@code kid}; null where it has none
 * @param key the key
 * @param algorithms those that it may be used with
 * @param thumbprint tells whether a later set still holds the same key (RFC 7638)
 */
public record VerificationKey(
    @Nullable String keyId, PublicKey key, Set<Algorithm> algorithms, String thumbprint) {

  public VerificationKey {
    algorithms = Set.copyOf(algorithms);
  }

  /**
   * Whether a signature is that of this key over a part of a text, with exactly the length that the
   * algorithm demands; the JDK accepts other lengths for some.
   */
  public boolean verifies(
      Algorithm algorithm, byte[] text, int from, int length, byte[] signature) {
    if (signature.length != bytes(algorithm) || !isInRange(signature)) {
      return false;
    }
    try {
      Signature verifier = verifier(algorithm);
      verifier.initVerify(key);
      verifier.update(text, from, length);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private int bytes(Algorithm algorithm) {
    return key instanceof RSAPublicKey rsa
        ? (rsa.getModulus().bitLength() + 7) / 8
        : algorithm.length;
  }

  /** Both halves of an ECDSA signature lie between 0 and the order of the curve, both excluded. */
  private boolean isInRange(byte[] signature) {
    if (!(key instanceof ECPublicKey elliptic)) {
      return true;
    }
    BigInteger order = elliptic.getParams().getOrder();
    int half = signature.length / 2;
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, half));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, half, signature.length));
    return r.signum() > 0 && s.signum() > 0 && r.compareTo(order) < 0 && s.compareTo(order) < 0;
  }

  private static Signature verifier(Algorithm algorithm) throws GeneralSecurityException {
    if (!algorithm.isPss()) {
      return Signature.getInstance(algorithm.jdkName);
    }
    Signature verifier = Signature.getInstance("RSASSA-PSS");
    verifier.setParameter(
        new PSSParameterSpec(
            algorithm.jdkName,
            "MGF1",
            new MGF1ParameterSpec(algorithm.jdkName),
            algorithm.length,
            PSSParameterSpec.TRAILER_FIELD_BC));
    return verifier;
  }
}
