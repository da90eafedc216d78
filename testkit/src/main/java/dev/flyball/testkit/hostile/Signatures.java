// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/** Good signatures, spoiled. */
final class Signatures {

  /** The order of the base point of P-256 (FIPS 186-5). */
  private static final BigInteger P256_ORDER =
      new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);

  /** The order of the base point of edwards25519 (RFC 8032, section 5.1). */
  private static final BigInteger ED25519_ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final int HALF = 32;
  private static final int DIGEST = 32;
  private static final int DIGEST_INFO = 19 + DIGEST;

  private Signatures() {}

  // ---- ECDSA

  static byte[] orderAsR(byte[] signature) {
    return concat(unsigned(P256_ORDER), Arrays.copyOfRange(signature, HALF, 2 * HALF));
  }

  static byte[] orderAsS(byte[] signature) {
    return concat(Arrays.copyOf(signature, HALF), unsigned(P256_ORDER));
  }

  static byte[] orderAndZero(byte[] signature) {
    return concat(unsigned(P256_ORDER), new byte[HALF]);
  }

  /** The form that most tools outside of JOSE write. */
  static byte[] der(byte[] signature) {
    byte[] r = new BigInteger(1, Arrays.copyOf(signature, HALF)).toByteArray();
    byte[] s = new BigInteger(1, Arrays.copyOfRange(signature, HALF, 2 * HALF)).toByteArray();
    byte[] numbers = concat(concat(new byte[] {2, (byte) r.length}, r), two(s));
    return concat(new byte[] {0x30, (byte) numbers.length}, numbers);
  }

  private static byte[] two(byte[] s) {
    return concat(new byte[] {2, (byte) s.length}, s);
  }

  // ---- Ed25519

  /**
   * S + L: equal modulo the order, and so good for whoever forgets to compare (RFC 8032, 5.1.7).
   */
  static byte[] largeS(byte[] signature) {
    byte[] bigEndian = reversed(Arrays.copyOfRange(signature, HALF, 2 * HALF));
    byte[] larger = unsigned(new BigInteger(1, bigEndian).add(ED25519_ORDER));
    return concat(Arrays.copyOf(signature, HALF), reversed(larger));
  }

  // ---- RSA: the padded hash is 00 01 FF..FF 00 DigestInfo hash

  /** A short padding with anything behind the hash (Bleichenbacher 2006). */
  static byte[] garbageBehindHash(byte[] padded) {
    byte[] info = digestInfo(padded);
    byte[] changed = new byte[padded.length];
    changed[1] = 1;
    Arrays.fill(changed, 2, 10, (byte) 0xFF);
    System.arraycopy(info, 0, changed, 11, info.length);
    Arrays.fill(changed, 11 + info.length, changed.length, (byte) 0x5A);
    return changed;
  }

  static byte[] otherBlockType(byte[] padded) {
    return with(padded, 1, 2);
  }

  static byte[] firstByteOne(byte[] padded) {
    return with(padded, 0, 1);
  }

  static byte[] paddingWithAHole(byte[] padded) {
    return with(padded, 20, 0xFE);
  }

  static byte[] zerosForPadding(byte[] padded) {
    byte[] changed = padded.clone();
    Arrays.fill(changed, 2, padded.length - DIGEST_INFO - 1, (byte) 0);
    return changed;
  }

  static byte[] separatorNotZero(byte[] padded) {
    return with(padded, padded.length - DIGEST_INFO - 1, 0xFF);
  }

  /** The hash alone, without saying which. */
  static byte[] withoutDigestInfo(byte[] padded) {
    return repadded(
        padded.length, Arrays.copyOfRange(padded, padded.length - DIGEST, padded.length));
  }

  /** The name of another hash than the one that follows. */
  static byte[] otherHashName(byte[] padded) {
    byte[] changed = padded.clone();
    changed[padded.length - DIGEST - 5] = 2; // SHA-384
    return changed;
  }

  /** A length in the long form, which DER forbids. */
  static byte[] longFormOfLength(byte[] padded) {
    byte[] info = digestInfo(padded);
    byte[] longer =
        concat(
            new byte[] {info[0], (byte) 0x81, info[1]}, Arrays.copyOfRange(info, 2, info.length));
    return repadded(padded.length, longer);
  }

  /** Parameters with something in them, which a lenient parser skips. */
  static byte[] garbageInParameters(byte[] padded) {
    byte[] info = digestInfo(padded);
    byte[] head = Arrays.copyOf(info, 15);
    byte[] tail = Arrays.copyOfRange(info, 17, info.length);
    byte[] longer = concat(concat(head, new byte[] {0x04, 0x04, 1, 2, 3, 4}), tail);
    longer[1] = (byte) (longer[1] + 4);
    longer[3] = (byte) (longer[3] + 4);
    return repadded(padded.length, longer);
  }

  static byte[] hashWithOneBitTurned(byte[] padded) {
    return with(padded, padded.length - 1, padded[padded.length - 1] ^ 1);
  }

  private static byte[] digestInfo(byte[] padded) {
    return Arrays.copyOfRange(padded, padded.length - DIGEST_INFO, padded.length);
  }

  private static byte[] repadded(int length, byte[] content) {
    byte[] padded = new byte[length];
    padded[1] = 1;
    Arrays.fill(padded, 2, length - content.length - 1, (byte) 0xFF);
    System.arraycopy(content, 0, padded, length - content.length, content.length);
    return padded;
  }

  // ---- bytes

  static byte[] longer(byte[] signature, int bytes) {
    return Arrays.copyOf(signature, signature.length + bytes);
  }

  static byte[] behindZero(byte[] signature) {
    return concat(new byte[1], signature);
  }

  private static byte[] with(byte[] bytes, int index, int value) {
    byte[] changed = bytes.clone();
    changed[index] = (byte) value;
    return changed;
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] signed = number.toByteArray();
    byte[] bytes = new byte[HALF];
    int count = Math.min(HALF, signed.length);
    System.arraycopy(signed, signed.length - count, bytes, HALF - count, count);
    return bytes;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static byte[] concat(byte[] one, byte[] other) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(one);
    both.writeBytes(other);
    return both.toByteArray();
  }
}
