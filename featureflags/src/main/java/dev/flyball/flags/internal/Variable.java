// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.FlagContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code var} reads: a path into the context or, inside of {@code map} and the like, into the
 * element. The path is cut once, when the rule is compiled.
 */
final class Variable implements Expression {

  static final String TARGETING_KEY = "targetingKey";
  static final String FLAGD = "$flagd";
  static final String FLAG_KEY = "flagKey";
  static final String TIMESTAMP = "timestamp";

  /** What a rule inside of {@code reduce} looks at. */
  record Reduction(@Nullable Object current, @Nullable Object accumulator) {}

  private final String[] steps;
  private final String flagKey;
  private final boolean local;

  /**
   * A path.
   *
   * @param path names with dots between them; empty for everything
   * @param flagKey the flag that is evaluated
   * @param local whether the path begins at the element instead of the context
   */
  Variable(String path, String flagKey, boolean local) {
    this.steps = path.isEmpty() ? new String[0] : path.split("\\.", -1);
    this.flagKey = flagKey;
    this.local = local;
  }

  /** Whether a rule that reads the path depends on the time. */
  static boolean readsTime(String path) {
    return path.isEmpty() || path.equals(FLAGD) || path.equals(FLAGD + "." + TIMESTAMP);
  }

  /** Whether a path is the name of an attribute of a context, and nothing more. */
  static boolean isAttribute(String path) {
    boolean isReserved = path.equals(FLAGD) || path.equals(TARGETING_KEY);
    return !path.isEmpty() && path.indexOf('.') < 0 && !isReserved;
  }

  @Override
  public @Nullable Object evaluate(FlagContext context, long now, @Nullable Object element) {
    if (steps.length == 0) {
      return local ? whole(element) : whole(context, now);
    }
    Object value = local ? step(element, steps[0]) : first(context, now);
    for (int i = 1; i < steps.length && value != null; i++) {
      value = step(value, steps[i]);
    }
    return value;
  }

  private @Nullable Object first(FlagContext context, long now) {
    String name = steps[0];
    if (name.equals(FLAGD)) {
      return properties(now);
    }
    if (name.equals(TARGETING_KEY)) {
      String unit = context.targetingKey();
      return unit != null ? unit : context.attribute(name);
    }
    return context.attribute(name);
  }

  private Map<String, Object> properties(long now) {
    return Map.of(FLAG_KEY, flagKey, TIMESTAMP, now);
  }

  private Map<String, Object> whole(FlagContext context, long now) {
    Map<String, Object> all = new LinkedHashMap<>(context.attributes());
    String unit = context.targetingKey();
    if (unit != null) {
      all.put(TARGETING_KEY, unit);
    }
    all.put(FLAGD, properties(now));
    return all;
  }

  private static @Nullable Object whole(@Nullable Object element) {
    if (element instanceof Reduction reduction) {
      Map<String, @Nullable Object> both = new LinkedHashMap<>();
      both.put("current", reduction.current);
      both.put("accumulator", reduction.accumulator);
      return both;
    }
    return element;
  }

  private static @Nullable Object step(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return map.get(name);
    }
    if (value instanceof Reduction reduction) {
      return switch (name) {
        case "current" -> reduction.current;
        case "accumulator" -> reduction.accumulator;
        default -> null;
      };
    }
    return value instanceof Collection<?> list ? element(list, name) : null;
  }

  private static @Nullable Object element(Collection<?> list, String index) {
    int at = index(index);
    if (at < 0 || at >= list.size()) {
      return null;
    }
    List<?> ordered = list instanceof List<?> known ? known : new ArrayList<>(list);
    return ordered.get(at);
  }

  private static int index(String text) {
    if (text.isEmpty() || text.length() > 9) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      value = value * 10 + digit - '0';
    }
    return value;
  }
}
