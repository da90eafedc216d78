// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Codes of a shared secret (RFC 7518, section 3.2), compared in a time that tells nothing. */
final class HmacCode implements SignatureCheck {

  private final SecretKeySpec secret;

  HmacCode(byte[] secret, Algorithm algorithm) {
    this.secret = new SecretKeySpec(secret, algorithm.jdkName);
  }

  @Override
  public boolean verifies(byte[] text, int from, int length, byte[] signature)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(secret.getAlgorithm());
    mac.init(secret);
    mac.update(text, from, length);
    return MessageDigest.isEqual(mac.doFinal(), signature);
  }
}
