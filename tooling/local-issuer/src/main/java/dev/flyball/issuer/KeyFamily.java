// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** The kinds of keys; algorithms of one family share a key. */
enum KeyFamily {
  RSA("RSA", ""),
  P256("EC", "secp256r1"),
  P384("EC", "secp384r1"),
  P521("EC", "secp521r1"),
  ED25519("Ed25519", "");

  private static final int RSA_BITS = 2048;

  private final String generator;
  private final String curve;

  KeyFamily(String generator, String curve) {
    this.generator = generator;
    this.curve = curve;
  }

  KeyPair generate() {
    return this == RSA ? rsa(RSA_BITS) : generateCurve();
  }

  static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
      keys.initialize(bits);
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make an RSA key of " + bits + " bits", e);
    }
  }

  private KeyPair generateCurve() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance(generator);
      if (!curve.isEmpty()) {
        keys.initialize(new ECGenParameterSpec(curve));
      }
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make a key of the family " + this, e);
    }
  }
}
