// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;

/**
 * The smallest X.509 certificate in which a key vouches for itself. The JDK can read certificates
 * but has no public way to make one.
 */
final class SelfSignedCertificate {

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OBJECT_ID = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private static final byte[] NULL = {0x05, 0x00};
  private static final byte[] SHA256_WITH_RSA = {
    0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x0b
  };
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };
  private static final byte[] ED25519 = {0x2b, 0x65, 0x70};
  private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

  private SelfSignedCertificate() {}

  /** The certificate in DER, version 1, valid in the first half of this century. */
  static byte[] of(SigningKey key) {
    byte[] content =
        sequence(
            value(INTEGER, new byte[] {1}),
            algorithm(key.family()),
            name(),
            sequence(time("000101000000Z"), time("491231235959Z")),
            name(),
            key.publicKey().getEncoded());
    byte[] signature = concat(new byte[] {0}, sign(key, content));
    return sequence(content, algorithm(key.family()), value(BIT_STRING, signature));
  }

  private static byte[] sign(SigningKey key, byte[] content) {
    try {
      return key.sign(Signature.getInstance(jcaName(key.family())), content);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(key + " cannot sign a certificate", e);
    }
  }

  private static String jcaName(KeyFamily family) {
    return switch (family) {
      case RSA -> "SHA256withRSA";
      case ED25519 -> "Ed25519";
      case P256, P384, P521 -> "SHA256withECDSA";
    };
  }

  private static byte[] algorithm(KeyFamily family) {
    return switch (family) {
      case RSA -> sequence(value(OBJECT_ID, SHA256_WITH_RSA), NULL);
      case ED25519 -> sequence(value(OBJECT_ID, ED25519));
      case P256, P384, P521 -> sequence(value(OBJECT_ID, ECDSA_WITH_SHA256));
    };
  }

  private static byte[] name() {
    byte[] text = value(UTF8_STRING, "stranger".getBytes(StandardCharsets.US_ASCII));
    return sequence(value(SET, sequence(value(OBJECT_ID, COMMON_NAME), text)));
  }

  private static byte[] time(String moment) {
    return value(UTC_TIME, moment.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sequence(byte[]... parts) {
    return value(SEQUENCE, concat(parts));
  }

  private static byte[] value(int tag, byte[] content) {
    byte[] start = {(byte) tag};
    return concat(start, length(content.length), content);
  }

  private static byte[] length(int length) {
    if (length < 0x80) {
      return new byte[] {(byte) length};
    }
    if (length < 0x100) {
      return new byte[] {(byte) 0x81, (byte) length};
    }
    return new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
