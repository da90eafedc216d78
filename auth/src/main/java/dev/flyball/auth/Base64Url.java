// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.util.Arrays;

/**
 * Base64url without padding (RFC 7515, section 2), read strictly: the alphabet only, no impossible
 * length, no bits left over. So each sequence of bytes has one form.
 */
final class Base64Url {

  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int i = 0; i < alphabet.length(); i++) {
      VALUES[alphabet.charAt(i)] = (byte) i;
    }
  }

  private Base64Url() {}

  static byte[] decode(String text, int from, int to) throws TokenRejected {
    int length = to - from;
    int rest = length & 3;
    if (rest == 1) {
      throw new TokenRejected("malformed");
    }
    byte[] bytes = new byte[length / 4 * 3 + (rest == 0 ? 0 : rest - 1)];
    int out = 0;
    int in = from;
    for (int end = to - rest; in < end; in += 4) {
      int block =
          (value(text, in) << 18)
              | (value(text, in + 1) << 12)
              | (value(text, in + 2) << 6)
              | value(text, in + 3);
      bytes[out++] = (byte) (block >> 16);
      bytes[out++] = (byte) (block >> 8);
      bytes[out++] = (byte) block;
    }
    if (rest > 0) {
      decodeTail(text, in, rest, bytes, out);
    }
    return bytes;
  }

  private static void decodeTail(String text, int in, int rest, byte[] bytes, int out)
      throws TokenRejected {
    int block = (value(text, in) << 12) | (value(text, in + 1) << 6);
    if (rest == 3) {
      block |= value(text, in + 2);
    }
    int unused = rest == 3 ? 0x3 : 0x3FF;
    if ((block & unused) != 0) {
      throw new TokenRejected("malformed");
    }
    bytes[out] = (byte) (block >> 10);
    if (rest == 3) {
      bytes[out + 1] = (byte) (block >> 2);
    }
  }

  private static int value(String text, int index) throws TokenRejected {
    char c = text.charAt(index);
    int value = c < 128 ? VALUES[c] : -1;
    if (value < 0) {
      throw new TokenRejected("malformed");
    }
    return value;
  }
}
