// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.math.BigInteger;
import java.security.interfaces.EdECPublicKey;

/** The numbers of Ed25519 as bytes (RFC 8032, section 5.1): little-endian. */
final class Ed25519 {

  private static final int BYTES = 32;
  private static final BigInteger ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final byte[] ORDER_BYTES = littleEndian(ORDER);

  private Ed25519() {}

  /** A key as 32 bytes: its y, and whether its x is odd in the last bit. */
  static byte[] encode(EdECPublicKey key) {
    byte[] encoded = littleEndian(key.getPoint().getY());
    if (key.getPoint().isXOdd()) {
      encoded[BYTES - 1] |= (byte) 0x80;
    }
    return encoded;
  }

  /** Whether the second half of a signature is below the order of the group, as it must be. */
  static boolean isCanonical(byte[] signature) {
    for (int i = BYTES - 1; i >= 0; i--) {
      int difference = (signature[BYTES + i] & 0xFF) - (ORDER_BYTES[i] & 0xFF);
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }

  private static byte[] littleEndian(BigInteger number) {
    byte[] bigEndian = number.toByteArray();
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < Math.min(BYTES, bigEndian.length); i++) {
      bytes[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return bytes;
  }
}
