// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.security.GeneralSecurityException;
import java.security.PublicKey;

/** Tells whether a signature is that of one key, by one algorithm. Thread-safe. */
interface SignatureCheck {

  /** The check of a public key, through the fastest provider there is. */
  static SignatureCheck of(PublicKey key, Algorithm algorithm) {
    SignatureCheck tink = algorithm == Algorithm.EDDSA ? Tink.find(key) : null;
    return tink != null ? tink : new JdkSignature(key, algorithm);
  }

  /**
   * Looks at a signature of the right length over a part of a text.
   *
   * @throws GeneralSecurityException if it is none, as with false
   */
  boolean verifies(byte[] text, int from, int length, byte[] signature)
      throws GeneralSecurityException;
}
