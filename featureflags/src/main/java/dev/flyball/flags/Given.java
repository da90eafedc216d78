// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A context that somebody has built. */
final class Given implements FlagContext {

  static final Given NONE = new Given(null, Map.of());

  private final @Nullable String targetingKey;
  private final HashMap<String, Object> attributes;

  Given(@Nullable String targetingKey, Map<String, Object> attributes) {
    this.targetingKey = targetingKey;
    this.attributes = new HashMap<>(attributes);
  }

  @Override
  public @Nullable String targetingKey() {
    return targetingKey;
  }

  @Override
  public @Nullable Object attribute(String name) {
    return attributes.get(name);
  }

  @Override
  public Map<String, Object> attributes() {
    return Collections.unmodifiableMap(attributes);
  }
}
