// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * JsonLogic and the operators of flagd, read off their descriptions and interpreted from the top
 * for every evaluation: slow, plain, and written apart from the compiler, to be compared with it.
 * Numbers are doubles.
 */
final class NaiveLogic {

  /** What the compiled rule abandons for. */
  static final class NoUnit extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What has no identity: whoever asks for it as a whole gets a map of their own. */
  private static final class Scope extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;
  }

  private final String flagKey;
  private final Bucketing bucketing;

  NaiveLogic(String flagKey, Bucketing bucketing) {
    this.flagKey = flagKey;
    this.bucketing = bucketing;
  }

  Object apply(Object rule, Map<String, Object> context) {
    Scope data = new Scope();
    data.putAll(context);
    data.put("$flagd", Map.of("flagKey", flagKey, "timestamp", 0L));
    return eval(rule, data, data);
  }

  private Object eval(Object rule, Object data, Map<String, Object> root) {
    if (rule instanceof List<?> list) {
      return list.stream()
          .map(each -> eval(each, data, root))
          .collect(Collectors.toCollection(ArrayList::new));
    }
    if (!(rule instanceof Map<?, ?> map)) {
      return rule;
    }
    String operator = (String) map.keySet().iterator().next();
    Object value = map.get(operator);
    List<?> args = value instanceof List<?> list ? list : Collections.singletonList(value);
    switch (operator) {
      case "if":
      case "?:":
        for (int i = 0; i + 1 < args.size(); i += 2) {
          if (truth(eval(args.get(i), data, root))) {
            return eval(args.get(i + 1), data, root);
          }
        }
        return args.size() % 2 == 1 ? eval(args.get(args.size() - 1), data, root) : null;
      case "and":
      case "or":
        Object last = null;
        for (Object arg : args) {
          last = eval(arg, data, root);
          if (truth(last) == operator.equals("or")) {
            return last;
          }
        }
        return last;
      case "map":
      case "filter":
      case "all":
      case "some":
      case "none":
        return overElements(operator, args, data, root);
      case "reduce":
        Object result = eval(args.get(2), data, root);
        for (Object each : list(eval(args.get(0), data, root))) {
          Scope scope = new Scope();
          scope.put("current", each);
          scope.put("accumulator", result);
          result = eval(args.get(1), scope, root);
        }
        return result;
      case "fractional":
        return fractional(args, data, root);
      default:
        return operation(
            operator,
            args.stream()
                .map(arg -> eval(arg, data, root))
                .collect(Collectors.toCollection(ArrayList::new)),
            data);
    }
  }

  private Object overElements(
      String operator, List<?> args, Object data, Map<String, Object> root) {
    List<Object> elements = list(eval(args.get(0), data, root));
    List<Object> results = new ArrayList<>();
    for (Object each : elements) {
      results.add(eval(args.get(1), each, root));
    }
    long passed = results.stream().filter(NaiveLogic::truth).count();
    return switch (operator) {
      case "map" -> results;
      case "filter" -> {
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
          if (truth(results.get(i))) {
            kept.add(elements.get(i));
          }
        }
        yield kept;
      }
      case "all" -> !elements.isEmpty() && passed == elements.size();
      case "some" -> passed > 0;
      default -> passed == 0;
    };
  }

  private Object operation(String operator, List<Object> args, Object data) {
    Supplier<Object> a = () -> args.isEmpty() ? null : args.get(0);
    Supplier<Object> b = () -> args.size() < 2 ? null : args.get(1);
    return switch (operator) {
      case "var" -> {
        Object found = find(data, a.get() == null ? "" : text(a.get()));
        yield found == null ? b.get() : found;
      }
      case "!" -> !truth(a.get());
      case "!!" -> truth(a.get());
      case "==" -> equal(a.get(), b.get());
      case "!=" -> !equal(a.get(), b.get());
      case "===" -> same(a.get(), b.get());
      case "!==" -> !same(a.get(), b.get());
      case "<" -> less(a.get(), b.get()) && (args.size() < 3 || less(b.get(), args.get(2)));
      case "<=" -> atMost(a.get(), b.get()) && (args.size() < 3 || atMost(b.get(), args.get(2)));
      case ">" -> less(b.get(), a.get());
      case ">=" -> atMost(b.get(), a.get());
      case "+" -> args.stream().mapToDouble(NaiveLogic::parse).reduce(0, Double::sum);
      case "*" -> args.stream().mapToDouble(NaiveLogic::parse).reduce(1, (x, y) -> x * y);
      case "-" -> args.size() < 2 ? -number(a.get()) : number(a.get()) - number(b.get());
      case "/" -> number(a.get()) / number(b.get());
      case "%" -> number(a.get()) % number(b.get());
      case "min" -> args.stream().mapToDouble(NaiveLogic::number).reduce(Math::min).getAsDouble();
      case "max" -> args.stream().mapToDouble(NaiveLogic::number).reduce(Math::max).getAsDouble();
      case "cat" ->
          args.stream().map(each -> each == null ? "" : text(each)).collect(Collectors.joining());
      case "in" -> contains(b.get(), a.get());
      case "merge" -> {
        List<Object> merged = new ArrayList<>();
        args.forEach(each ->
            merged.addAll(each instanceof List<?> ? list(each) : Collections.singletonList(each)));
        yield merged;
      }
      case "missing" -> missing(a.get() instanceof List<?> ? list(a.get()) : args, data);
      case "lower" ->
          a.get() instanceof String text ? text.toLowerCase(java.util.Locale.ROOT) : null;
      case "starts_with" ->
          a.get() instanceof String text && b.get() instanceof String start
              ? text.startsWith(start)
              : null;
      case "ends_with" ->
          a.get() instanceof String text && b.get() instanceof String end
              ? text.endsWith(end)
              : null;
      default -> throw new AssertionError(operator);
    };
  }

  private List<Object> missing(List<Object> names, Object data) {
    return names.stream()
        .filter(name -> {
          Object found = find(data, name == null ? "" : text(name));
          return found == null || found.equals("");
        })
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private Object fractional(List<?> args, Object data, Map<String, Object> root) {
    boolean shorthand = args.get(0) instanceof List<?>;
    Object unit = root.get("targetingKey");
    Object key = shorthand ? null : eval(args.get(0), data, root);
    List<?> buckets = shorthand ? args : args.subList(1, args.size());
    if (shorthand && unit == null) {
      throw new NoUnit();
    }
    if (!(key instanceof String)) {
      if (unit == null) {
        return null;
      }
      key = flagKey + unit;
    }
    List<Object> given = new ArrayList<>();
    for (Object bucket : buckets) {
      List<?> parts = (List<?>) bucket;
      Object weight = parts.size() < 2 ? null : eval(parts.get(1), data, root);
      given.add(weight == null ? 1.0 : weight);
    }
    long total = 0;
    List<Long> weights = new ArrayList<>();
    for (Object weight : given) {
      if (!(weight instanceof Number n)
          || n.doubleValue() != Math.floor(n.doubleValue())
          || n.doubleValue() > Integer.MAX_VALUE) {
        return null;
      }
      weights.add(Math.max(0, n.longValue()));
      total += weights.get(weights.size() - 1);
    }
    if (total == 0 || total > Integer.MAX_VALUE) {
      return null;
    }
    int hash = Hashing.murmur3_32_fixed().hashString((String) key, StandardCharsets.UTF_8).asInt();
    double sum = 0;
    for (int i = 0; i < weights.size(); i++) {
      boolean isHit;
      if (bucketing == Bucketing.V1) {
        sum += 100.0 * weights.get(i) / total;
        isHit = Math.abs((double) hash) / 2147483647.0 * 100 < sum;
      } else {
        sum += weights.get(i);
        isHit = Integer.toUnsignedLong(hash) * total / (1L << 32) < sum;
      }
      if (isHit) {
        Object variant = eval(((List<?>) buckets.get(i)).get(0), data, root);
        return variant instanceof List<?> || variant instanceof Map<?, ?> ? null : variant;
      }
    }
    return null;
  }

  private static Object find(Object data, String path) {
    if (path.isEmpty()) {
      return data instanceof Scope scope ? new HashMap<>(scope) : data;
    }
    Object at = data;
    for (String step : path.split("\\.", -1)) {
      if (at instanceof Map<?, ?> map) {
        at = map.get(step);
      } else if (at instanceof List<?> list
          && step.matches("[0-9]{1,9}")
          && Integer.parseInt(step) < list.size()) {
        at = list.get(Integer.parseInt(step));
      } else {
        return null;
      }
    }
    return at;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return value instanceof List<?> list ? (List<Object>) list : List.of();
  }

  private static boolean contains(Object container, Object value) {
    if (container instanceof String text) {
      return value != null && text.contains(text(value));
    }
    return list(container).stream().anyMatch(each -> same(each, value));
  }

  private static boolean truth(Object value) {
    return !(value == null
        || value.equals(false)
        || value.equals("")
        || value instanceof Number n && (n.doubleValue() == 0 || Double.isNaN(n.doubleValue()))
        || value instanceof List<?> list && list.isEmpty());
  }

  private static boolean same(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    boolean isContainer = a instanceof List<?> || a instanceof Map<?, ?>;
    return isContainer ? a == b : Objects.equals(a, b) && !(a instanceof Number);
  }

  private static boolean equal(Object a, Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    boolean containerA = a instanceof List<?> || a instanceof Map<?, ?>;
    boolean containerB = b instanceof List<?> || b instanceof Map<?, ?>;
    if (containerA && containerB) {
      return a == b;
    }
    Object x = containerA ? text(a) : a;
    Object y = containerB ? text(b) : b;
    return x instanceof String && y instanceof String ? x.equals(y) : number(x) == number(y);
  }

  private static boolean less(Object a, Object b) {
    return a instanceof String x && b instanceof String y
        ? x.compareTo(y) < 0
        : number(a) < number(b);
  }

  private static boolean atMost(Object a, Object b) {
    return a instanceof String x && b instanceof String y
        ? x.compareTo(y) <= 0
        : number(a) <= number(b);
  }

  private static double number(Object value) {
    if (value == null || value.equals(false)) {
      return 0;
    }
    if (value.equals(true)) {
      return 1;
    }
    if (value instanceof Number n) {
      return n.doubleValue();
    }
    String text = text(value).strip();
    return text.isEmpty() ? 0 : text.matches(NUMBER) ? Double.parseDouble(text) : Double.NaN;
  }

  private static final String NUMBER = "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?";

  private static double parse(Object value) {
    if (value instanceof Number n) {
      return n.doubleValue();
    }
    java.util.regex.Matcher start =
        java.util.regex.Pattern.compile(NUMBER).matcher(text(value).strip());
    return start.lookingAt() ? Double.parseDouble(start.group()) : Double.NaN;
  }

  /** Numbers here are small: whole ones have no fraction, others few digits. */
  private static String text(Object value) {
    if (value instanceof List<?> list) {
      return list.stream()
          .map(each -> each == null ? "" : text(each))
          .collect(Collectors.joining(","));
    }
    if (value instanceof Map<?, ?>) {
      return "[object Object]";
    }
    if (value instanceof Number n) {
      double d = n.doubleValue();
      return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : Values.text(n);
    }
    return String.valueOf(value);
  }
}
