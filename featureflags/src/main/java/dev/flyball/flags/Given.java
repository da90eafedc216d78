// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A context that somebody has built. */
record Given(@Nullable String targetingKey, Map<String, Object> attributes) implements FlagContext {

  static final Given NONE = new Given(null, Map.of());

  @Override
  public @Nullable Object attribute(String name) {
    return attributes.get(name);
  }
}
