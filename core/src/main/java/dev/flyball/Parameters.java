// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inputs that identify what a call is about: path variables, arguments of a GraphQL field.
 * Policies that decide by ownership look at them.
 *
 * <p>Adapters implement it or wrap a map. Read on the threads that run stages.
 */
public interface Parameters {

  /**
   * No parameters.
   *
   * @return the empty parameters
   */
  static Parameters none() {
    return MapParameters.NONE;
  }

  /**
   * Parameters from a map.
   *
   * @param values decoded values by name; copied
   * @return parameters
   */
  static Parameters of(Map<String, ?> values) {
    return new MapParameters(Map.copyOf(values));
  }

  /**
   * One value.
   *
   * @param name as in the path template or the schema
   * @return the decoded value, null where there is none
   */
  @Nullable Object get(String name);

  /**
   * The names.
   *
   * @return the names that have a value
   */
  Set<String> names();
}
