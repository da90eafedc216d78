// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Signatures by the JDK.
 *
 * <p>A few verifiers are kept, each used by one thread at a time, as making one allocates. Only one
 * that has just found a signature valid is kept: nothing of the last token is left in it then,
 * whatever its provider.
 */
final class JdkSignature implements SignatureCheck {

  private static final int KEPT = 4;

  private final PublicKey key;
  private final Algorithm algorithm;
  private final AtomicReferenceArray<@Nullable Signature> idle = new AtomicReferenceArray<>(KEPT);

  JdkSignature(PublicKey key, Algorithm algorithm) {
    this.key = key;
    this.algorithm = algorithm;
  }

  @Override
  public boolean verifies(byte[] text, int from, int length, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = take();
    verifier.update(text, from, length);
    boolean valid = verifier.verify(signature);
    if (valid) {
      keep(verifier);
    }
    return valid;
  }

  private Signature take() throws GeneralSecurityException {
    for (int i = 0; i < KEPT; i++) {
      Signature kept = idle.get(i);
      if (kept != null && idle.compareAndSet(i, kept, null)) {
        return kept;
      }
    }
    Signature made = make();
    made.initVerify(key);
    return made;
  }

  private void keep(Signature verifier) {
    for (int i = 0; i < KEPT; i++) {
      if (idle.get(i) == null && idle.compareAndSet(i, null, verifier)) {
        return;
      }
    }
  }

  private Signature make() throws GeneralSecurityException {
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
