// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.http;

import dev.flyball.auth.internal.http.HttpSettings.StoreType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Trusted certificates out of a file. */
final class TrustStore {

  private static final String PEM_BEGIN = "-----BEGIN";
  private static final int PEM_WITHIN = 8_192;
  private static final int JKS_MAGIC = 0xFE;

  private TrustStore() {}

  /**
   * Reads a file and trusts what is in it, and nothing else.
   *
   * @param type what the file is said to be
   * @param password of a store; null for none
   */
  static SSLContext read(Path file, StoreType type, @Nullable String password)
      throws IOException, GeneralSecurityException {
    byte[] bytes = Files.readAllBytes(file);
    StoreType actual = type == StoreType.AUTO ? guess(bytes) : type;
    KeyStore store = actual == StoreType.PEM ? pem(bytes) : load(bytes, actual, password);
    requireCertificates(store, password);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Why a file cannot be used; messages of the JDK name no password. */
  static String reason(Exception error) {
    if (error.getCause() instanceof UnrecoverableKeyException) {
      return "the password is wrong or missing";
    }
    String message = error.getMessage();
    return error instanceof java.nio.file.NoSuchFileException || message == null
        ? error.getClass().getSimpleName()
        : message;
  }

  private static StoreType guess(byte[] bytes) {
    if (bytes.length > 0 && (bytes[0] & 0xFF) == JKS_MAGIC) {
      return StoreType.JKS;
    }
    int length = Math.min(bytes.length, PEM_WITHIN);
    String start = new String(bytes, 0, length, StandardCharsets.US_ASCII);
    return start.contains(PEM_BEGIN) ? StoreType.PEM : StoreType.PKCS12;
  }

  private static KeyStore pem(byte[] bytes) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (Certificate each : factory.generateCertificates(new ByteArrayInputStream(bytes))) {
      store.setCertificateEntry("authority-" + ++number, each);
    }
    return store;
  }

  private static KeyStore load(byte[] bytes, StoreType type, @Nullable String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(type.name());
    store.load(new ByteArrayInputStream(bytes), password == null ? null : password.toCharArray());
    return store;
  }

  private static void requireCertificates(KeyStore store, @Nullable String password)
      throws KeyStoreException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isCertificateEntry(alias)) {
        return;
      }
    }
    throw new KeyStoreException(
        password == null
            ? "it holds no trusted certificate that can be read without a password"
            : "it holds no trusted certificate");
  }
}
