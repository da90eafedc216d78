// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One reason why a service cannot start: what is wrong, where it was written, what to do.
 *
 * @param what what was wrong, with the value (never a secret) and what was expected
 * @param where the place it came from, for example {@code flyball.properties:4}; null if there is
 *     none
 * @param hint the next step; null if the first part says it all
 */
public record StartupProblem(String what, @Nullable String where, @Nullable String hint) {

  /** Checks that something is said. */
  public StartupProblem {
    Objects.requireNonNull(what, "what");
  }

  /**
   * The problem as indented lines.
   *
   * @return text without a line end at its end
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(what);
    if (where != null) {
      text.append("\n     at ").append(where);
    }
    if (hint != null) {
      text.append("\n     -> ").append(hint);
    }
    return text.toString();
  }
}
