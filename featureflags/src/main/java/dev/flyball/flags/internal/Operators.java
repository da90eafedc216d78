// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.internal.Expression.Constant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The operators of JsonLogic, and those of flagd that look at nothing but their arguments.
 *
 * <p>Only {@code if}, {@code and} and {@code or} leave arguments unevaluated.
 */
final class Operators {

  private static final Constant NOT_A_NUMBER = new Constant(Double.NaN);

  private Operators() {}

  /** The operator over its arguments, or null where there is no such operator. */
  static @Nullable Expression of(String name, List<Expression> args) {
    return switch (name) {
      case "if", "?:" -> condition(args);
      case "and" -> firstThatIs(false, args);
      case "or" -> firstThatIs(true, args);
      case "!" -> negation(first(args));
      case "!!" -> truth(first(args));
      case "==" -> test(args, Values::isEqual);
      case "!=" -> test(args, (a, b) -> !Values.isEqual(a, b));
      case "===" -> test(args, Values::isSame);
      case "!==" -> test(args, (a, b) -> !Values.isSame(a, b));
      case "<" -> order(args, Values::isLess);
      case "<=" -> order(args, Values::isAtMost);
      case ">" -> order(twoOf(args), (a, b) -> Values.isLess(b, a));
      case ">=" -> order(twoOf(args), (a, b) -> Values.isAtMost(b, a));
      case "+" -> fold(args, Double::sum, 0);
      case "*" -> fold(args, (a, b) -> a * b, 1);
      case "-" -> minus(args);
      case "/" -> arithmetic(args, (a, b) -> a / b);
      case "%" -> arithmetic(args, (a, b) -> a % b);
      case "min" -> extreme(args, Math::min);
      case "max" -> extreme(args, Math::max);
      case "log" -> first(args);
      default -> text(name, args);
    };
  }

  private static @Nullable Expression text(String name, List<Expression> args) {
    return switch (name) {
      case "cat" -> new Concatenation(args);
      case "substr" -> Texts.part(argument(args, 0), argument(args, 1), optional(args, 2));
      case "lower" -> Texts.casing(args, Texts::lower);
      case "upper" -> Texts.casing(args, Texts::upper);
      case "starts_with" -> Texts.comparison(args, String::startsWith);
      case "ends_with" -> Texts.comparison(args, String::endsWith);
      case "sem_ver" -> Texts.version(args);
      case "in" -> Lists.membership(argument(args, 0), argument(args, 1));
      case "merge" -> Lists.merge(args);
      case "map" -> Lists.map(argument(args, 0), argument(args, 1));
      case "filter" -> Lists.filter(argument(args, 0), argument(args, 1));
      case "reduce" -> Lists.reduce(argument(args, 0), argument(args, 1), argument(args, 2));
      case "all" -> Lists.all(argument(args, 0), argument(args, 1));
      case "some" -> Lists.some(argument(args, 0), argument(args, 1));
      case "none" -> negation(Lists.some(argument(args, 0), argument(args, 1)));
      default -> null;
    };
  }

  /** Whether the arguments after the first look at the elements of the first. */
  static boolean bindsElements(String name) {
    return switch (name) {
      case "map", "filter", "reduce", "all", "some", "none" -> true;
      default -> false;
    };
  }

  /** Pairs of a condition and what holds then; at the end, what holds otherwise. */
  private static Expression condition(List<Expression> args) {
    Expression[] parts = args.toArray(new Expression[0]);
    if (parts.length == 3) {
      Expression test = parts[0];
      Expression then = parts[1];
      Expression otherwise = parts[2];
      return (context, now, local) ->
          Values.isTrue(test.evaluate(context, now, local))
              ? then.evaluate(context, now, local)
              : otherwise.evaluate(context, now, local);
    }
    return (context, now, local) -> {
      int last = parts.length - 1;
      for (int i = 0; i < last; i += 2) {
        if (Values.isTrue(parts[i].evaluate(context, now, local))) {
          return parts[i + 1].evaluate(context, now, local);
        }
      }
      return parts.length % 2 == 1 ? parts[last].evaluate(context, now, local) : null;
    };
  }

  private static Expression firstThatIs(boolean truth, List<Expression> args) {
    Expression[] parts = args.toArray(new Expression[0]);
    return (context, now, local) -> {
      Object value = null;
      for (Expression part : parts) {
        value = part.evaluate(context, now, local);
        if (Values.isTrue(value) == truth) {
          return value;
        }
      }
      return value;
    };
  }

  private static Expression negation(Expression value) {
    return (context, now, local) -> !Values.isTrue(value.evaluate(context, now, local));
  }

  private static Expression truth(Expression value) {
    return (context, now, local) -> Values.isTrue(value.evaluate(context, now, local));
  }

  private static Expression test(
      List<Expression> args, BiPredicate<@Nullable Object, @Nullable Object> test) {
    return test(argument(args, 0), argument(args, 1), test);
  }

  private static Expression test(
      Expression a, Expression b, BiPredicate<@Nullable Object, @Nullable Object> test) {
    return (context, now, local) ->
        test.test(a.evaluate(context, now, local), b.evaluate(context, now, local));
  }

  /** Two values in order, or three: the second between the others. */
  private static Expression order(
      List<Expression> args, BiPredicate<@Nullable Object, @Nullable Object> inOrder) {
    Expression a = args.isEmpty() ? NOT_A_NUMBER : args.get(0);
    Expression b = args.size() < 2 ? NOT_A_NUMBER : args.get(1);
    if (args.size() < 3) {
      return test(a, b, inOrder);
    }
    Expression c = args.get(2);
    return (context, now, local) -> {
      Object low = a.evaluate(context, now, local);
      Object middle = b.evaluate(context, now, local);
      Object high = c.evaluate(context, now, local);
      return inOrder.test(low, middle) && inOrder.test(middle, high);
    };
  }

  private static List<Expression> twoOf(List<Expression> args) {
    return args.size() > 2 ? args.subList(0, 2) : args;
  }

  private static Expression fold(List<Expression> args, DoubleBinaryOperator operator, double one) {
    Expression[] parts = args.toArray(new Expression[0]);
    return (context, now, local) -> {
      double result = one;
      for (Expression part : parts) {
        double next = Values.leadingNumber(part.evaluate(context, now, local));
        result = operator.applyAsDouble(result, next);
      }
      return result;
    };
  }

  private static Expression minus(List<Expression> args) {
    if (args.size() > 1) {
      return arithmetic(args, (a, b) -> a - b);
    }
    Expression value = first(args);
    return (context, now, local) -> -Values.number(value.evaluate(context, now, local));
  }

  private static Expression arithmetic(List<Expression> args, DoubleBinaryOperator operator) {
    Expression a = args.isEmpty() ? NOT_A_NUMBER : args.get(0);
    Expression b = args.size() < 2 ? NOT_A_NUMBER : args.get(1);
    return (context, now, local) ->
        operator.applyAsDouble(
            Values.number(a.evaluate(context, now, local)),
            Values.number(b.evaluate(context, now, local)));
  }

  private static Expression extreme(List<Expression> args, DoubleBinaryOperator operator) {
    if (args.isEmpty()) {
      return Constant.NULL;
    }
    Expression[] parts = args.toArray(new Expression[0]);
    Expression[] others = Arrays.copyOfRange(parts, 1, parts.length);
    return (context, now, local) -> {
      double result = Values.number(parts[0].evaluate(context, now, local));
      for (Expression part : others) {
        double next = Values.number(part.evaluate(context, now, local));
        result = operator.applyAsDouble(result, next);
      }
      return result;
    };
  }

  private static Expression first(List<Expression> args) {
    return argument(args, 0);
  }

  private static Expression argument(List<Expression> args, int index) {
    return index < args.size() ? args.get(index) : Constant.NULL;
  }

  private static @Nullable Expression optional(List<Expression> args, int index) {
    return index < args.size() ? args.get(index) : null;
  }

  /** An array in a rule, whose elements may be rules. */
  static Expression list(List<Expression> elements) {
    if (elements.stream().allMatch(Constant.class::isInstance)) {
      List<@Nullable Object> values = new ArrayList<>();
      elements.forEach(element -> values.add(((Constant) element).value()));
      return new Constant(java.util.Collections.unmodifiableList(values));
    }
    Expression[] parts = elements.toArray(new Expression[0]);
    return (context, now, local) -> {
      List<@Nullable Object> values = new ArrayList<>(parts.length);
      for (Expression part : parts) {
        values.add(part.evaluate(context, now, local));
      }
      return values;
    };
  }
}
