// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import org.jspecify.annotations.Nullable;

/**
 * Something in a flag file that somebody should look at.
 *
 * @param place where it stands
 * @param what what is wrong, with the path, the value and what was expected
 * @param hint the next step; null if the first part says it all
 */
public record Finding(Place place, String what, @Nullable String hint) {

  /** One line: place, what, and what to do. */
  public String in(String file) {
    return file + ":" + place + " " + what + (hint == null ? "" : "; " + hint);
  }
}
