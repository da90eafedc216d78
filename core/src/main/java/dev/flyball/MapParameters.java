// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parameters that somebody has in a map. */
record MapParameters(Map<String, ?> values) implements Parameters {

  static final Parameters NONE = new MapParameters(Map.of());

  @Override
  public @Nullable Object get(String name) {
    return values.get(name);
  }

  @Override
  public Set<String> names() {
    return values.keySet();
  }
}
