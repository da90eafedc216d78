// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON through the writer that comes with Nimbus. */
final class Json {

  private Json() {}

  static String object(Map<String, ?> members) {
    return JSONObjectUtils.toJSONString(members);
  }

  /**
   * Looks at a value that somebody wants in an object.
   *
   * @throws IllegalArgumentException if JSON has no such value
   */
  static void check(String name, @Nullable Object value) {
    if (value != null && !isJson(value)) {
      Object shown = value instanceof Number ? value : value.getClass().getName();
      throw new IllegalArgumentException(
          name
              + " of "
              + shown
              + " (expected: null, a string, a finite number, a boolean, a list or a map of these)");
    }
  }

  private static boolean isJson(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().allMatch(Json::isJson);
    }
    if (value instanceof Map<?, ?> map) {
      return map.keySet().stream().allMatch(String.class::isInstance)
          && map.values().stream().allMatch(Json::isJson);
    }
    if (value instanceof Double || value instanceof Float) {
      return Double.isFinite(((Number) value).doubleValue());
    }
    return value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean;
  }
}
