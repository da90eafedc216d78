// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Certificates as the JDK knows them. */
final class Certificates {

  private Certificates() {}

  static X509Certificate of(SigningKey key) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(SelfSignedCertificate.of(key)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot read the certificate of " + key, e);
    }
  }

  static KeyStore store(PrivateKey key, X509Certificate certificate, char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("key", key, password, new Certificate[] {certificate});
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JDK cannot keep a key and its certificate", e);
    }
  }

  /** The {@code x5t#S256} of RFC 8705. */
  static String thumbprint(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate without an encoded form", e);
    }
  }
}
