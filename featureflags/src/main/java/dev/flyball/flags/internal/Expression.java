// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.FlagContext;
import org.jspecify.annotations.Nullable;

/**
 * A rule, or a part of one, compiled. Stateless: the same inputs give the same value.
 *
 * <p>Values are null, Boolean, String, Number, Collection and Map, as in JSON.
 */
@FunctionalInterface
interface Expression {

  /**
   * The value.
   *
   * @param context what is known of the unit
   * @param now the time in seconds since 1970, for rules that ask
   * @param local what {@code var} looks at inside of {@code map}, {@code filter} and the like
   */
  @Nullable Object evaluate(FlagContext context, long now, @Nullable Object local);

  /** A value that is written in the rule. */
  record Constant(@Nullable Object value) implements Expression {

    static final Constant NULL = new Constant(null);

    @Override
    public @Nullable Object evaluate(FlagContext context, long now, @Nullable Object local) {
      return value;
    }
  }
}
