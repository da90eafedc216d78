// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.FlagContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code cat} makes: the texts of its arguments, one after the other. */
final class Concatenation implements Expression {

  private final Expression[] parts;

  Concatenation(List<Expression> parts) {
    this.parts = parts.toArray(new Expression[0]);
  }

  @Override
  public String evaluate(FlagContext context, long now, @Nullable Object local) {
    StringBuilder text = new StringBuilder();
    for (Expression part : parts) {
      Values.append(text, textOf(part.evaluate(context, now, local)));
    }
    return text.toString();
  }

  /** What comes before the last argument if it is always the same, or null. */
  @Nullable String constantPrefix() {
    if (parts.length == 0) {
      return null;
    }
    StringBuilder prefix = new StringBuilder();
    for (int i = 0; i < parts.length - 1; i++) {
      if (!(parts[i] instanceof Constant constant)) {
        return null;
      }
      prefix.append(textOf(constant.value()));
    }
    return prefix.toString();
  }

  /** The last argument. */
  Expression last() {
    return parts[parts.length - 1];
  }

  static String textOf(@Nullable Object value) {
    return value == null ? "" : Values.text(value);
  }
}
