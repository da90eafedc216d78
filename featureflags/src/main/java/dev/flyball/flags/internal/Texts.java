// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.internal.Expression.Constant;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators over texts. Those of flagd give null where their arguments do not fit. */
final class Texts {

  private Texts() {}

  /** Some characters: from a place, counted from the end where negative, and so many. */
  static Expression part(Expression text, Expression start, @Nullable Expression length) {
    return (context, now, local) -> {
      String whole = Values.text(text.evaluate(context, now, local));
      int from = begin(whole, Values.number(start.evaluate(context, now, local)));
      if (length == null) {
        return whole.substring(from);
      }
      double count = Values.number(length.evaluate(context, now, local));
      int end = count < 0 ? bound(whole.length() + count, whole) : bound(from + count, whole);
      return whole.substring(from, Math.max(from, end));
    };
  }

  private static int begin(String text, double start) {
    return bound(start < 0 ? text.length() + start : start, text);
  }

  private static int bound(double place, String text) {
    return (int) Math.max(0, Math.min(text.length(), Double.isNaN(place) ? 0 : place));
  }

  /** Another letter case, in ASCII only: the same everywhere. */
  static Expression casing(List<Expression> args, UnaryOperator<String> casing) {
    if (args.size() != 1) {
      return Constant.NULL;
    }
    Expression text = args.get(0);
    return (context, now, local) ->
        text.evaluate(context, now, local) instanceof String value ? casing.apply(value) : null;
  }

  static String lower(String text) {
    StringBuilder lower = new StringBuilder(text);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      lower.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return lower.toString();
  }

  static String upper(String text) {
    StringBuilder upper = new StringBuilder(text);
    for (int i = 0; i < upper.length(); i++) {
      char c = upper.charAt(i);
      upper.setCharAt(i, c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
    }
    return upper.toString();
  }

  /** A test of two texts. */
  static Expression comparison(List<Expression> args, BiPredicate<String, String> test) {
    if (args.size() != 2) {
      return Constant.NULL;
    }
    Expression a = args.get(0);
    Expression b = args.get(1);
    return (context, now, local) -> {
      Object whole = a.evaluate(context, now, local);
      Object part = b.evaluate(context, now, local);
      return whole instanceof String text && part instanceof String other
          ? (Object) test.test(text, other)
          : null;
    };
  }

  /** A comparison of two versions. */
  static Expression version(List<Expression> args) {
    if (args.size() != 3) {
      return Constant.NULL;
    }
    Expression version = args.get(0);
    Expression operator = args.get(1);
    Expression target = target(args.get(2));
    return (context, now, local) -> {
      SemVer left = SemVer.of(version.evaluate(context, now, local));
      Object relation = operator.evaluate(context, now, local);
      Object right = target.evaluate(context, now, local);
      return left == null ? null : compare(left, relation, right);
    };
  }

  private static @Nullable Boolean compare(
      SemVer version, @Nullable Object relation, @Nullable Object to) {
    SemVer target = to instanceof SemVer parsed ? parsed : SemVer.of(to);
    if (target == null || !(relation instanceof String operator)) {
      return null;
    }
    return SemVer.OPERATORS.contains(operator) ? version.matches(operator, target) : null;
  }

  /** A version that is written in the rule is read once. */
  private static Expression target(Expression target) {
    return target instanceof Constant constant ? new Constant(SemVer.of(constant.value())) : target;
  }
}
