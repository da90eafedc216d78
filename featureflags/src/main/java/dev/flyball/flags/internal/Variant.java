// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A variant of a flag: a name and a value, boxed once for each type in which it can be asked for.
 *
 * <p>A number is given as another kind of number only where nothing of it is lost.
 */
public final class Variant {

  private static final double LARGEST_EXACT = 9007199254740991.0;

  private final String name;
  private final Object value;
  private final @Nullable Long whole;
  private final @Nullable Double decimal;

  Variant(String name, Object value) {
    this.name = name;
    this.value = value;
    this.whole = whole(value);
    this.decimal = value instanceof Number number ? (Double) number.doubleValue() : null;
  }

  private static @Nullable Long whole(Object value) {
    if (value instanceof Long known) {
      return known;
    }
    boolean isWhole =
        value instanceof Double number
            && number == Math.rint(number)
            && Math.abs(number) <= LARGEST_EXACT;
    return isWhole ? (Long) ((Double) value).longValue() : null;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The value as a truth value, or null. */
  public @Nullable Boolean bool() {
    return value instanceof Boolean truth ? truth : null;
  }

  /** The value as a text, or null. */
  public @Nullable String string() {
    return value instanceof String text ? text : null;
  }

  /** The value as a whole number, or null. */
  public @Nullable Long integer() {
    return whole;
  }

  /** The value as a number, or null. */
  public @Nullable Double number() {
    return decimal;
  }

  /** The value as an object, or null. */
  @SuppressWarnings("unchecked")
  public @Nullable Map<String, @Nullable Object> object() {
    return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
  }
}
