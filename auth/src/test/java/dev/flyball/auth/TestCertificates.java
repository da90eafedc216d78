// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority that nobody knows, and a server that it vouches for. */
final class TestCertificates {

  private static final char[] PASSWORD = "of the store".toCharArray();
  private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};
  private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
  private static final byte[] ALTERNATIVE_NAMES = {0x55, 0x1d, 0x11};
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };

  private final KeyPair authorityKeys = keys();
  private final KeyPair serverKeys = keys();
  private final Certificate authority;
  private final Certificate server;

  /** Certificates for the names of a server. */
  TestCertificates(String... hosts) throws GeneralSecurityException {
    authority = certificate("authority", authorityKeys, 1, extension(BASIC_CONSTRAINTS, isCa()));
    server = certificate("server", serverKeys, 2, extension(ALTERNATIVE_NAMES, names(hosts)));
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  // ---- what servers and clients need

  /** What a server shows. */
  SSLContext serverContext() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", serverKeys.getPrivate(), PASSWORD, new Certificate[] {server, authority});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** The authority as text. */
  Path pem(Path file) throws GeneralSecurityException, IOException {
    String text =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(authority.getEncoded());
    return Files.writeString(
        file,
        "# who we trust\n-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
  }

  /** The authority in a store of some type, with the password {@code of the store}. */
  Path store(Path file, String type) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setCertificateEntry("authority", authority);
    try (var out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    return file;
  }

  // ---- X.509, as little of it as there can be

  private Certificate certificate(String name, KeyPair subject, int serial, byte[] extension)
      throws GeneralSecurityException {
    byte[] algorithm = sequence(value(0x06, ECDSA_WITH_SHA256));
    byte[] content =
        sequence(
            value(0xa0, value(0x02, new byte[] {2})),
            value(0x02, BigInteger.valueOf(serial).toByteArray()),
            algorithm,
            name("authority"),
            sequence(time("200101000000Z"), time("491231235959Z")),
            name(name),
            subject.getPublic().getEncoded(),
            value(0xa3, sequence(extension)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(authorityKeys.getPrivate());
    signature.update(content);
    byte[] whole = sequence(content, algorithm, bits(signature.sign()));
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] isCa() {
    return sequence(value(0x01, new byte[] {(byte) 0xff}));
  }

  private static byte[] names(String... hosts) {
    byte[][] names = new byte[hosts.length][];
    for (int i = 0; i < hosts.length; i++) {
      names[i] = value(0x82, hosts[i].getBytes(StandardCharsets.US_ASCII));
    }
    return sequence(names);
  }

  private static byte[] extension(byte[] id, byte[] content) {
    return sequence(value(0x06, id), value(0x04, content));
  }

  private static byte[] name(String text) {
    byte[] common = value(0x0c, text.getBytes(StandardCharsets.US_ASCII));
    return sequence(value(0x31, sequence(value(0x06, COMMON_NAME), common)));
  }

  private static byte[] time(String moment) {
    return value(0x17, moment.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] bits(byte[] content) {
    return value(0x03, concat(new byte[] {0}, content));
  }

  private static byte[] sequence(byte[]... parts) {
    return value(0x30, concat(parts));
  }

  private static byte[] value(int tag, byte[] content) {
    int length = content.length;
    byte first = (byte) tag;
    byte low = (byte) length;
    if (length < 0x80) {
      return concat(new byte[] {first, low}, content);
    }
    return length < 0x100
        ? concat(new byte[] {first, (byte) 0x81, low}, content)
        : concat(new byte[] {first, (byte) 0x82, (byte) (length >> 8), low}, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
