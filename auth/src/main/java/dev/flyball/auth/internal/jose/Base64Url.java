// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Base64url without padding (RFC 7515, section 2), read strictly: the alphabet only, no impossible
 * length, no bits left over. So each sequence of bytes has one form.
 */
public final class Base64Url {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private Base64Url() {}

  public static byte[] decode(byte[] text, int from, int to) throws TokenRejected {
    if (from == to) {
      return new byte[0];
    }
    requireNothingLeftOver(text[to - 1], to - from);
    try {
      return Base64.getUrlDecoder().decode(ByteBuffer.wrap(text, from, to - from)).array();
    } catch (IllegalArgumentException e) {
      throw new TokenRejected("malformed");
    }
  }

  /** What the JDK lets pass: padding, and a last character with bits that belong to no byte. */
  private static void requireNothingLeftOver(byte last, int length) throws TokenRejected {
    int value = ALPHABET.indexOf(last);
    int unused = (length & 3) == 2 ? 0xF : (length & 3) == 3 ? 0x3 : 0;
    if (value < 0 || (value & unused) != 0) {
      throw new TokenRejected("malformed");
    }
  }
}
