// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import org.jspecify.annotations.Nullable;

/**
 * Whether Tink happens to be on the class path, which checks Ed25519 faster than the JDK. Where it
 * is not, none of its classes is touched.
 */
final class Tink {

  static final String CLASS = "com.google.crypto.tink.subtle.Ed25519Verify";

  private static final boolean PRESENT = isPresent();

  private Tink() {}

  /** A check through Tink; null where it is absent, incomplete, or does not want to. */
  static @Nullable SignatureCheck find(PublicKey key) {
    if (!PRESENT || !(key instanceof EdECPublicKey edwards)) {
      return null;
    }
    try {
      SignatureCheck check = new TinkEd25519(Ed25519.encode(edwards));
      return refuses(check) ? check : null;
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      return null; // as where only a part of it is there, or where it is bound to FIPS
    }
  }

  /** Tries it once: what it lacks shows only when it is used. */
  private static boolean refuses(SignatureCheck check) {
    try {
      return !check.verifies(new byte[0], 0, 0, new byte[Algorithm.EDDSA.length]);
    } catch (GeneralSecurityException e) {
      return true;
    }
  }

  private static boolean isPresent() {
    try {
      Class.forName(CLASS, false, Tink.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
