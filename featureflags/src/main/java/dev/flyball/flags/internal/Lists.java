// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.internal.Expression.Constant;
import dev.flyball.flags.internal.Variable.Reduction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Operators over lists. */
final class Lists {

  private static final int LARGE = 8;

  private Lists() {}

  /** Whether a list holds a value, or a text holds another. */
  static Expression membership(Expression value, Expression container) {
    if (container instanceof Constant constant && constant.value() instanceof Collection<?> list) {
      return membership(value, list);
    }
    return (context, now, local) -> {
      Object element = value.evaluate(context, now, local);
      return holds(container.evaluate(context, now, local), element);
    };
  }

  /** In a list that is written in the rule. */
  private static Expression membership(Expression value, Collection<?> list) {
    if (list.size() > LARGE && list.stream().allMatch(String.class::isInstance)) {
      Set<Object> set = Set.copyOf(list);
      return (context, now, local) ->
          value.evaluate(context, now, local) instanceof String text && set.contains(text);
    }
    if (list.stream().allMatch(String.class::isInstance)) {
      String[] texts = list.toArray(new String[0]);
      return (context, now, local) ->
          value.evaluate(context, now, local) instanceof String text && isAmong(texts, text);
    }
    @Nullable Object[] elements = list.toArray();
    return (context, now, local) -> {
      Object wanted = value.evaluate(context, now, local);
      for (Object each : elements) {
        if (Values.isSame(each, wanted)) {
          return true;
        }
      }
      return false;
    };
  }

  private static boolean isAmong(String[] texts, String wanted) {
    for (String each : texts) {
      if (each.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(@Nullable Object container, @Nullable Object value) {
    if (container instanceof String text) {
      return value != null && text.contains(Values.text(value));
    }
    if (container instanceof Set<?> set && value instanceof String) {
      return set.contains(value);
    }
    if (container instanceof List<?> list && list instanceof RandomAccess) {
      return holds(list, value);
    }
    if (container instanceof Collection<?> list) {
      for (Object each : list) {
        if (Values.isSame(each, value)) {
          return true;
        }
      }
    }
    return false;
  }

  /** By index: an iterator would be an allocation. */
  private static boolean holds(List<?> list, @Nullable Object value) {
    for (int i = 0; i < list.size(); i++) {
      if (Values.isSame(list.get(i), value)) {
        return true;
      }
    }
    return false;
  }

  static Expression merge(List<Expression> args) {
    Expression[] parts = args.toArray(new Expression[0]);
    return (context, now, local) -> {
      List<@Nullable Object> merged = new ArrayList<>();
      for (Expression part : parts) {
        Object value = part.evaluate(context, now, local);
        if (value instanceof Collection<?> list) {
          list.forEach(each -> add(merged, each));
        } else {
          add(merged, value);
        }
      }
      return merged;
    };
  }

  private static void add(List<@Nullable Object> list, @Nullable Object value) {
    if (list.size() >= Values.MAX_SIZE) {
      throw Abandoned.TOO_LARGE;
    }
    list.add(value);
  }

  static Expression map(Expression list, Expression body) {
    return (context, now, local) -> {
      List<@Nullable Object> results = new ArrayList<>();
      for (Object each : elements(list.evaluate(context, now, local))) {
        results.add(body.evaluate(context, now, each));
      }
      return results;
    };
  }

  static Expression filter(Expression list, Expression body) {
    return (context, now, local) -> {
      List<@Nullable Object> kept = new ArrayList<>();
      for (Object each : elements(list.evaluate(context, now, local))) {
        if (Values.isTrue(body.evaluate(context, now, each))) {
          kept.add(each);
        }
      }
      return kept;
    };
  }

  static Expression reduce(Expression list, Expression body, Expression start) {
    return (context, now, local) -> {
      Object result = start.evaluate(context, now, local);
      for (Object each : elements(list.evaluate(context, now, local))) {
        result = body.evaluate(context, now, new Reduction(each, result));
      }
      return result;
    };
  }

  /** Whether every element passes; never for an empty list. */
  static Expression all(Expression list, Expression body) {
    return (context, now, local) -> {
      Collection<?> elements = elements(list.evaluate(context, now, local));
      for (Object each : elements) {
        if (!Values.isTrue(body.evaluate(context, now, each))) {
          return false;
        }
      }
      return !elements.isEmpty();
    };
  }

  static Expression some(Expression list, Expression body) {
    return (context, now, local) -> {
      for (Object each : elements(list.evaluate(context, now, local))) {
        if (Values.isTrue(body.evaluate(context, now, each))) {
          return true;
        }
      }
      return false;
    };
  }

  private static Collection<?> elements(@Nullable Object value) {
    return value instanceof Collection<?> list ? list : List.of();
  }
}
