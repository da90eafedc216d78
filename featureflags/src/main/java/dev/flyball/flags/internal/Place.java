// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

/**
 * Where something stands in the text.
 *
 * @param line the line, from 1
 * @param column the character in the line, from 1
 */
public record Place(int line, int column) {

  static final Place START = new Place(1, 1);

  /** Line and column as editors understand them. */
  @Override
  public String toString() {
    return line + ":" + column;
  }
}
