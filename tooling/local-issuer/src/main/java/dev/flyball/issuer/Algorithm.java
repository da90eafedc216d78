// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** The asymmetric signature algorithms of RFC 7518 and RFC 8037 that the JDK has. */
public enum Algorithm {
  /** RSA with SHA-256, PKCS #1 v1.5. */
  RS256(KeyFamily.RSA, "SHA256withRSA"),
  /** RSA with SHA-384, PKCS #1 v1.5. */
  RS384(KeyFamily.RSA, "SHA384withRSA"),
  /** RSA with SHA-512, PKCS #1 v1.5. */
  RS512(KeyFamily.RSA, "SHA512withRSA"),
  /** RSA with SHA-256, PSS. */
  PS256(KeyFamily.RSA, "SHA-256", 32),
  /** RSA with SHA-384, PSS. */
  PS384(KeyFamily.RSA, "SHA-384", 48),
  /** RSA with SHA-512, PSS. */
  PS512(KeyFamily.RSA, "SHA-512", 64),
  /** ECDSA on P-256. */
  ES256(KeyFamily.P256, "SHA256withECDSAinP1363Format"),
  /** ECDSA on P-384. */
  ES384(KeyFamily.P384, "SHA384withECDSAinP1363Format"),
  /** ECDSA on P-521. */
  ES512(KeyFamily.P521, "SHA512withECDSAinP1363Format"),
  /** Ed25519. */
  EDDSA(KeyFamily.ED25519, "Ed25519");

  private final KeyFamily family;
  private final String jcaName;
  private final int saltLength;

  Algorithm(KeyFamily family, String jcaName) {
    this(family, jcaName, 0);
  }

  Algorithm(KeyFamily family, String jcaName, int saltLength) {
    this.family = family;
    this.jcaName = jcaName;
    this.saltLength = saltLength;
  }

  /**
   * The name in the header of a token.
   *
   * @return for example {@code RS256} or {@code EdDSA}
   */
  public String id() {
    return this == EDDSA ? "EdDSA" : name();
  }

  KeyFamily family() {
    return family;
  }

  Signature signature() throws GeneralSecurityException {
    if (saltLength == 0) {
      return Signature.getInstance(jcaName);
    }
    Signature signature = Signature.getInstance("RSASSA-PSS");
    MGF1ParameterSpec mask = new MGF1ParameterSpec(jcaName);
    signature.setParameter(new PSSParameterSpec(jcaName, "MGF1", mask, saltLength, 1));
    return signature;
  }
}
