// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;

/**
 * One header line to add to a response or an outgoing request.
 *
 * @param name the field name; case does not matter
 * @param value the field value, without line breaks
 */
public record Header(String name, String value) {

  /** Refuses what would break out of the line. */
  public Header {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    if (name.isEmpty() || !isSingleLine(name) || !isSingleLine(value)) {
      throw new IllegalArgumentException("header " + name + " (expected: one line of text)");
    }
  }

  private static boolean isSingleLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        return false;
      }
    }
    return true;
  }
}
