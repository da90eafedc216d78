// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Surgery on the text of compact tokens. */
final class Segments {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private Segments() {}

  static String encode(String text) {
    return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static String decode(String token, int segment) {
    byte[] bytes = Base64.getUrlDecoder().decode(token.split("\\.", -1)[segment]);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The token with one segment replaced. */
  static String with(String token, int segment, String text) {
    String[] parts = token.split("\\.", -1);
    parts[segment] = text;
    return String.join(".", parts);
  }

  /** The token with a text in the middle of one segment. */
  static String insert(String token, int segment, String text) {
    String part = token.split("\\.", -1)[segment];
    int middle = part.length() / 2;
    return with(token, segment, part.substring(0, middle) + text + part.substring(middle));
  }

  /** The token with a text behind one segment. */
  static String append(String token, int segment, String text) {
    return with(token, segment, token.split("\\.", -1)[segment] + text);
  }

  /** Whether the last character of a segment has bits that belong to no byte. */
  static boolean hasSpareBits(String token, int segment) {
    return token.split("\\.", -1)[segment].length() % 4 != 0;
  }

  /** The token with one segment written otherwise that decodes to the same bytes. */
  static String withSpareBit(String token, int segment) {
    String part = token.split("\\.", -1)[segment];
    int last = part.length() - 1;
    char other = ALPHABET.charAt(ALPHABET.indexOf(part.charAt(last)) | 1);
    return with(token, segment, part.substring(0, last) + other);
  }
}
