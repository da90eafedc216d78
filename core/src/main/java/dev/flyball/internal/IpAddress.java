// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of IP addresses in text form. Nothing of the platform is asked, which takes some texts
 * for names and looks them up.
 */
public final class IpAddress {

  private static final int LONGEST = 45;

  private IpAddress() {}

  /**
   * Four bytes or sixteen, null for any other text. An IPv4 address in the form of IPv6 ({@code
   * ::ffff:10.0.0.1}) is the IPv4 address.
   */
  public static byte @Nullable [] parse(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    byte[] bytes = text.indexOf(':') < 0 ? four(text) : sixteen(text);
    return bytes != null && isMapped(bytes) ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
  }

  private static byte @Nullable [] four(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      int value = number(parts[i], 10, 3);
      boolean isOctal = parts[i].length() > 1 && parts[i].charAt(0) == '0';
      if (value < 0 || value > 255 || isOctal) {
        return null;
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static byte @Nullable [] sixteen(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] whole = groups(text, true);
      return whole != null && whole.length == 16 ? whole : null;
    }
    byte[] head = groups(text.substring(0, gap), false);
    byte[] tail = groups(text.substring(gap + 2), true);
    if (head == null || tail == null || head.length + tail.length > 14) {
      return null;
    }
    byte[] bytes = Arrays.copyOf(head, 16);
    System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
    return bytes;
  }

  /** Groups of four hexadecimal digits; the last ones of an address may be written as IPv4. */
  private static byte @Nullable [] groups(String text, boolean isEnd) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    String last = parts[parts.length - 1];
    byte[] four = isEnd && last.indexOf('.') >= 0 ? four(last) : null;
    int plain = four == null ? parts.length : parts.length - 1;
    byte[] bytes = new byte[2 * plain + (four == null ? 0 : 4)];
    for (int i = 0; i < plain; i++) {
      int value = number(parts[i], 16, 4);
      if (value < 0) {
        return null;
      }
      bytes[2 * i] = (byte) (value >> 8);
      bytes[2 * i + 1] = (byte) value;
    }
    if (four != null) {
      System.arraycopy(four, 0, bytes, 2 * plain, 4);
    }
    return bytes;
  }

  /** A number of one to so many ASCII digits, else -1. */
  private static int number(String text, int radix, int mostDigits) {
    if (text.isEmpty() || text.length() > mostDigits) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  private static boolean isMapped(byte[] bytes) {
    if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
      return false;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
