// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;

/**
 * One header line to add to a response or an outgoing request.
 *
 * @param name the field name, a token of RFC 9110; case does not matter
 * @param value the field value, one line of Latin-1 text
 */
public record Header(String name, String value) {

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /** Refuses what would break out of the line. */
  public Header {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    if (!isToken(name)) {
      throw new IllegalArgumentException("name of a header (expected: a token of RFC 9110)");
    }
    if (!isValue(value)) {
      throw new IllegalArgumentException(
          "value of the header " + name + " (expected: one line of Latin-1 text)");
    }
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isWord = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isWord && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Beyond Latin-1 some hosts keep only the lower byte of a character, which may end the line. */
  private static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\t' && (c < ' ' || c > 0xFF || c == 0x7F)) {
        return false;
      }
    }
    return true;
  }
}
