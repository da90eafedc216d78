// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import com.google.crypto.tink.subtle.Ed25519Verify;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** Ed25519 by Tink. The only class that names one of Tink's; {@link Tink} says whether it may. */
final class TinkEd25519 implements SignatureCheck {

  private final Ed25519Verify verifier;

  TinkEd25519(byte[] publicKey) throws GeneralSecurityException {
    this.verifier = new Ed25519Verify(publicKey);
  }

  @Override
  public boolean verifies(byte[] text, int from, int length, byte[] signature)
      throws GeneralSecurityException {
    verifier.verify(signature, Arrays.copyOfRange(text, from, from + length));
    return true;
  }
}
