// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.flags.internal.Variant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a variant is read as a value of one type; null where it is of another. */
record FlagType<T>(Function<Variant, @Nullable T> reader) {

  static final FlagType<Boolean> BOOL = new FlagType<>(Variant::bool);
  static final FlagType<String> STRING = new FlagType<>(Variant::string);
  static final FlagType<Long> INTEGER = new FlagType<>(Variant::integer);
  static final FlagType<Double> NUMBER = new FlagType<>(Variant::number);
  static final FlagType<Map<String, @Nullable Object>> OBJECT = new FlagType<>(Variant::object);

  @Nullable T read(Variant variant) {
    return reader.apply(variant);
  }
}
