// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import dev.flyball.Parameters;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The variables of a path and their values, side by side. */
record RouteParameters(List<String> variables, List<String> values) implements Parameters {

  @Override
  public @Nullable Object get(String name) {
    int index = variables.indexOf(name);
    return index < 0 ? null : values.get(index);
  }

  @Override
  public Set<String> names() {
    return new LinkedHashSet<>(variables);
  }
}
