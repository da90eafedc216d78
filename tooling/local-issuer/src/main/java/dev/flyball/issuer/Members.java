// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What somebody wants different from the default members of an object; the last word counts. */
final class Members {

  private static final Object ABSENT = new Object();

  private final Map<String, @Nullable Object> changes = new LinkedHashMap<>();

  synchronized void set(String name, @Nullable Object value) {
    Objects.requireNonNull(name, "name");
    Json.check(name, value);
    changes.put(name, value);
  }

  synchronized void remove(String name) {
    changes.put(Objects.requireNonNull(name, "name"), ABSENT);
  }

  /** The defaults with the changes, in the order of the defaults. */
  synchronized Map<String, @Nullable Object> over(
      Map<String, ? extends @Nullable Object> defaults) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>(defaults);
    members.putAll(changes);
    members.values().removeIf(ABSENT::equals);
    return members;
  }
}
