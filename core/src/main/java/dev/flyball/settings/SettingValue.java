// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is in force for one key, and why.
 *
 * @param key the whole key
 * @param text the value as written, {@code ***} for a secret, null where nothing is set
 * @param origin where it was written
 * @param shadowed the values of lower layers that this one hides, nearest first
 */
public record SettingValue(
    String key, @Nullable String text, Origin origin, List<Shadowed> shadowed) {

  /** Copies the list. */
  public SettingValue {
    shadowed = List.copyOf(shadowed);
  }

  /**
   * A value that a higher layer hides.
   *
   * @param text the value as written, {@code ***} for a secret
   * @param origin where it was written
   */
  public record Shadowed(String text, Origin origin) {}

  /**
   * One line: key, value, origin, and what is shadowed.
   *
   * @return for example {@code flyball.http.port = 8081 (PORT), over 8080 (flyball.properties:2)}
   */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(key);
    line.append(" = ").append(text == null ? "(not set)" : text).append(" (").append(origin);
    line.append(')');
    for (Shadowed hidden : shadowed) {
      line.append(", over ").append(hidden.text()).append(" (").append(hidden.origin()).append(')');
    }
    return line.toString();
  }
}
