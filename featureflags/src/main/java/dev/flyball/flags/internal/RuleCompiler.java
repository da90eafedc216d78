// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.internal.Expression.Constant;
import dev.flyball.flags.internal.Fractional.Bucket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the rule of one flag. Used once. */
final class RuleCompiler {

  /** How deep a rule may be nested, with the shared rules that it refers to. */
  static final int MAX_DEPTH = 200;

  /** How many parts all rules of a set may have, with the shared rules that they refer to. */
  static final int MAX_PARTS = 1_000_000;

  private static final String REF = "$ref";
  private static final String FRACTIONAL = "fractional";

  /** In the order in which a hint should prefer them. */
  private static final List<String> OPERATORS =
      List.of(
          FRACTIONAL,
          "starts_with",
          "ends_with",
          "sem_ver",
          "var",
          "if",
          "and",
          "or",
          "in",
          "cat",
          "substr",
          "merge",
          "map",
          "filter",
          "reduce",
          "all",
          "some",
          "none",
          "missing",
          "missing_some",
          "min",
          "max",
          "lower",
          "upper",
          "log",
          REF);

  private final String flagKey;
  private final Bucketing bucketing;
  private final Map<String, Json> shared;
  private final Findings findings;
  private final Set<String> open = new LinkedHashSet<>();
  private final Set<String> used = new LinkedHashSet<>();
  private boolean readsTime;
  private boolean splits;
  private int parts;
  private int depth;

  /**
   * A compiler.
   *
   * @param parts how many parts the rules before this one have
   */
  RuleCompiler(
      String flagKey, Bucketing bucketing, Map<String, Json> shared, int parts, Findings findings) {
    this.flagKey = flagKey;
    this.parts = parts;
    this.bucketing = bucketing;
    this.shared = shared;
    this.findings = findings;
  }

  /** The rule as it is evaluated over a context. */
  Expression compile(Json rule, Path path) throws Uncompilable {
    return compile(rule, path, false);
  }

  /** The rule as it is evaluated over one value; for the suites of JsonLogic. */
  Expression compileLocal(Json rule, Path path) throws Uncompilable {
    return compile(rule, path, true);
  }

  /** Whether the rule depends on the time. */
  boolean readsTime() {
    return readsTime;
  }

  /** Whether the rule splits units, so that the generation of bucketing matters. */
  boolean splits() {
    return splits;
  }

  /** How many parts the rules up to this one have. */
  int parts() {
    return parts;
  }

  /** The names of the shared rules that the rule refers to, directly or not. */
  Set<String> used() {
    return used;
  }

  private Expression compile(Json json, Path path, boolean local) throws Uncompilable {
    if (++parts > MAX_PARTS) {
      String most = " (expected: at most " + MAX_PARTS + " in the whole set)";
      throw refused(json, path + " is one part too many" + most);
    }
    if (++depth > MAX_DEPTH) {
      throw refused(json, path + " is nested too deep (expected: at most " + MAX_DEPTH + ")");
    }
    Expression compiled = part(json, path, local);
    depth--;
    return compiled;
  }

  /** Too large is not a mistake of one flag: the whole set is refused. */
  private Uncompilable refused(Json json, String what) {
    findings.problem(json.place(), what, null);
    return new Uncompilable(new Finding(json.place(), what, null));
  }

  /** Texts are interned, as those in code are: to compare them is then mostly one look. */
  private Expression part(Json json, Path path, boolean local) throws Uncompilable {
    if (json instanceof Json.Members members) {
      return operation(members, path, local);
    }
    if (json instanceof Json.Elements elements) {
      return Operators.list(all(elements.values(), path, local));
    }
    return new Constant(json.plain() instanceof String text ? text.intern() : json.plain());
  }

  private Expression operation(Json.Members members, Path path, boolean local) throws Uncompilable {
    if (members.byName().size() != 1) {
      String what = path + " has " + members.byName().size() + " names (expected: one operator)";
      throw new Uncompilable(new Finding(members.place(), what, null));
    }
    Map.Entry<String, Json.Member> only = members.byName().entrySet().iterator().next();
    String name = only.getKey();
    Json value = only.getValue().value();
    Path inside = path.name(name);
    List<Json> args = value instanceof Json.Elements list ? list.values() : List.of(value);
    return switch (name) {
      case REF -> reference(value, inside, local);
      case "var" -> variable(args, inside, local);
      case "missing" -> missing(args, inside, local);
      case "missing_some" -> missingSome(args, inside, local);
      case FRACTIONAL -> fractional(args, inside, local);
      default -> operator(name, only.getValue(), args, inside, local);
    };
  }

  private Expression operator(
      String name, Json.Member member, List<Json> args, Path path, boolean local)
      throws Uncompilable {
    List<Expression> compiled = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      boolean looksAtElements = i == 1 && Operators.bindsElements(name);
      compiled.add(compile(args.get(i), path.index(i), local || looksAtElements));
    }
    Expression operation = Operators.of(name, compiled);
    if (operation == null) {
      String hint = Findings.didYouMean(name, OPERATORS);
      throw new Uncompilable(new Finding(member.place(), path + " is no operator", hint));
    }
    noteUseless(name, member.value(), compiled, path);
    return operation;
  }

  private List<Expression> all(List<Json> values, Path path, boolean local) throws Uncompilable {
    List<Expression> compiled = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      compiled.add(compile(values.get(i), path.index(i), local));
    }
    return compiled;
  }

  // ---- shared rules

  private Expression reference(Json name, Path path, boolean local) throws Uncompilable {
    String target = name.text();
    Json rule = target == null ? null : shared.get(target);
    if (target == null || rule == null) {
      String what = Findings.mismatch(path, name, "the name of one of $evaluators");
      String hint = target == null ? null : Findings.didYouMean(target, shared.keySet());
      throw new Uncompilable(new Finding(name.place(), what, hint));
    }
    if (!open.add(target)) {
      String what = path + " refers to itself: " + String.join(" -> ", open) + " -> " + target;
      throw new Uncompilable(new Finding(name.place(), what, null));
    }
    used.add(target);
    Expression compiled = compile(rule, Path.TOP.name("$evaluators").name(target), local);
    open.remove(target);
    return compiled;
  }

  // ---- data

  private Expression variable(List<Json> args, Path path, boolean local) throws Uncompilable {
    List<Expression> compiled = all(args, path, local);
    Expression name = compiled.isEmpty() ? Constant.NULL : compiled.get(0);
    Json written = args.isEmpty() ? null : args.get(0);
    Expression value =
        name instanceof Constant constant
            ? read(Concatenation.textOf(constant.value()), written, path, local)
            : readBy(name, local);
    return compiled.size() < 2 ? value : orElse(value, compiled.get(1));
  }

  private Expression read(String name, @Nullable Json written, Path path, boolean local) {
    if (!local) {
      readsTime |= Variable.readsTime(name);
      noteUnknownProperty(name, written, path);
      if (name.equals(Variable.FLAGD + "." + Variable.FLAG_KEY)) {
        return new Constant(flagKey);
      }
      if (name.equals(Variable.FLAGD + "." + Variable.TIMESTAMP)) {
        return (context, now, element) -> now;
      }
    }
    if (!local && Variable.isAttribute(name)) {
      String attribute = name.intern();
      return (context, now, element) -> context.attribute(attribute);
    }
    return new Variable(name, flagKey, local);
  }

  private Expression readBy(Expression name, boolean local) {
    readsTime |= !local;
    return (context, now, element) -> {
      String path = Concatenation.textOf(name.evaluate(context, now, element));
      return new Variable(path, flagKey, local).evaluate(context, now, element);
    };
  }

  private static Expression orElse(Expression value, Expression otherwise) {
    return (context, now, local) -> {
      Object found = value.evaluate(context, now, local);
      Object instead = otherwise.evaluate(context, now, local);
      return found != null ? found : instead;
    };
  }

  private Expression missing(List<Json> args, Path path, boolean local) throws Uncompilable {
    Expression names = Operators.list(all(args, path, local));
    return missing(names, local);
  }

  /** The names, of those in a list or in the list that is its first element, without a value. */
  private Expression missing(Expression names, boolean local) {
    return (context, now, element) -> {
      Object value = names.evaluate(context, now, element);
      List<?> list = value instanceof List<?> known ? known : List.of();
      Collection<?> asked =
          !list.isEmpty() && list.get(0) instanceof Collection<?> inner ? inner : list;
      List<@Nullable Object> missing = new ArrayList<>();
      for (Object name : asked) {
        Variable variable = new Variable(Concatenation.textOf(name), flagKey, local);
        Object found = variable.evaluate(context, now, element);
        if (found == null || found.equals("")) {
          missing.add(name);
        }
      }
      return missing;
    };
  }

  private Expression missingSome(List<Json> args, Path path, boolean local) throws Uncompilable {
    List<Expression> compiled = all(args, path, local);
    Expression needed = compiled.isEmpty() ? Constant.NULL : compiled.get(0);
    Expression names = compiled.size() < 2 ? Constant.NULL : compiled.get(1);
    Expression missing = missing(names, local);
    return (context, now, element) -> {
      Collection<?> absent = (Collection<?>) missing.evaluate(context, now, element);
      int asked =
          names.evaluate(context, now, element) instanceof Collection<?> all ? all.size() : 0;
      int present = asked - (absent == null ? 0 : absent.size());
      boolean isEnough = present >= Values.number(needed.evaluate(context, now, element));
      return isEnough ? List.of() : absent;
    };
  }

  // ---- fractional

  private Expression fractional(List<Json> args, Path path, boolean local) throws Uncompilable {
    splits = true;
    boolean hasKey = !args.isEmpty() && !(args.get(0) instanceof Json.Elements);
    Expression key = hasKey ? compile(args.get(0), path.index(0), local) : null;
    List<Bucket> buckets = new ArrayList<>();
    for (int i = hasKey ? 1 : 0; i < args.size(); i++) {
      if (!(args.get(i) instanceof Json.Elements bucket) || bucket.values().isEmpty()) {
        String what = Findings.mismatch(path.index(i), args.get(i), "[variant, weight]");
        findings.note(args.get(i).place(), what + ": always the default variant", null);
        return Constant.NULL;
      }
      buckets.add(bucket(bucket, path.index(i), local));
    }
    noteWeights(args, path);
    return new Fractional(bucketing, flagKey, key, buckets);
  }

  private Bucket bucket(Json.Elements bucket, Path path, boolean local) throws Uncompilable {
    List<Json> values = bucket.values();
    Expression variant = compile(values.get(0), path.index(0), local);
    if (values.size() < 2) {
      return new Bucket(variant, null);
    }
    Expression weight = compile(values.get(1), path.index(1), local);
    if (weight instanceof Constant constant) {
      checkWeight(values.get(1), constant.value(), path.index(1));
    }
    return new Bucket(variant, weight);
  }

  private void checkWeight(Json json, @Nullable Object value, Path path) {
    if (!(value instanceof Number number)) {
      if (value != null) {
        String what = Findings.mismatch(path, json, "a whole number");
        findings.note(json.place(), what + ": always the default variant", null);
      }
      return;
    }
    double weight = number.doubleValue();
    if (weight != Math.rint(weight)) {
      String hint = "multiply all weights so that they are whole, for example 333 of 1000";
      findings.problem(json.place(), Findings.mismatch(path, json, "a whole number"), hint);
    } else if (weight < 0) {
      String what = Findings.mismatch(path, json, "0 or more");
      findings.note(json.place(), what + ": counts as 0", null);
    }
  }

  /** A split that never comes to anything. */
  private void noteWeights(List<Json> args, Path path) {
    double total = 0;
    for (Json arg : args) {
      if (arg instanceof Json.Elements bucket) {
        Object weight =
            bucket.values().size() < 2 ? Long.valueOf(1) : bucket.values().get(1).plain();
        if (bucket.values().size() > 1 && bucket.values().get(1) instanceof Json.Members) {
          return;
        }
        total += weight instanceof Number number ? Math.max(0, number.doubleValue()) : 1;
      }
    }
    if (!args.isEmpty() && (total == 0 || total > Integer.MAX_VALUE)) {
      String what = "the weights of " + path + " sum up to " + Values.text(total);
      String expected = " (expected: from 1 to " + Integer.MAX_VALUE + ")";
      findings.note(args.get(0).place(), what + expected + ": always the default variant", null);
    }
  }

  // ---- what works and cannot be meant

  private void noteUnknownProperty(String name, @Nullable Json written, Path path) {
    boolean isFlagd = name.startsWith(Variable.FLAGD + ".");
    List<String> known =
        List.of(
            Variable.FLAGD + "." + Variable.FLAG_KEY, Variable.FLAGD + "." + Variable.TIMESTAMP);
    if (isFlagd && written != null && !known.contains(name)) {
      String what = path + " reads " + name + ", which flagd does not have";
      findings.note(written.place(), what, Findings.didYouMean(name, known));
    }
  }

  private void noteUseless(String name, Json value, List<Expression> args, Path path) {
    String expected =
        switch (name) {
          case "starts_with", "ends_with" -> args.size() == 2 ? null : "two texts";
          case "lower", "upper" -> args.size() == 1 ? null : "one text";
          case "sem_ver" -> uselessVersion(args);
          default -> null;
        };
    if (expected != null) {
      String what = path + " is always null (expected: " + expected + ")";
      findings.note(value.place(), what, null);
    }
  }

  private static @Nullable String uselessVersion(List<Expression> args) {
    if (args.size() != 3) {
      return "a version, an operator and a version";
    }
    if (args.get(1) instanceof Constant operator && !SemVer.isOperator(operator.value())) {
      return "one of the operators " + String.join(" ", SemVer.OPERATORS);
    }
    boolean isNoVersion =
        args.get(2) instanceof Constant target && SemVer.of(target.value()) == null;
    return isNoVersion ? "a version such as 1.2.3" : null;
  }
}
