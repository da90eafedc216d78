// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.flags.FlagContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import tools.jackson.databind.ObjectMapper;

/** What is compiled means the same as what is interpreted. */
class RuleProperties {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String FLAG = "flag-ü";

  @Property(tries = 5_000)
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void compiledRule_agreesWithTheInterpreter(
      @ForAll("rules") Object rule,
      @ForAll("contexts") Map<String, Object> context,
      @ForAll("generations") Bucketing bucketing)
      throws Uncompilable {
    Object expected = interpreted(rule, context, bucketing);
    Object actual = compiled(rule, context, bucketing);

    String kind = expected == null ? "null" : expected.getClass().getSimpleName();
    Statistics.label("kind").collect(kind);
    Statistics.label("kind")
        .coverage(coverage -> {
          coverage.check("null").percentage(share -> share > 10);
          coverage.check("Boolean").percentage(share -> share > 10);
          coverage.check("String").percentage(share -> share > 5);
          coverage.check("Double").percentage(share -> share > 2);
        });
    assertThat(JsonLogicSuiteTest.comparable(actual))
        .as("%s over %s", rule, context)
        .isEqualTo(JsonLogicSuiteTest.comparable(expected));
  }

  private static Object interpreted(Object rule, Map<String, Object> context, Bucketing bucketing) {
    try {
      return new NaiveLogic(FLAG, bucketing).apply(rule, context);
    } catch (NaiveLogic.NoUnit e) {
      return "no unit";
    }
  }

  private static Object compiled(Object rule, Map<String, Object> context, Bucketing bucketing)
      throws Uncompilable {
    Findings findings = new Findings();
    Json json = JsonReader.read(MAPPER.writeValueAsString(rule), findings);
    RuleCompiler compiler = new RuleCompiler(FLAG, bucketing, Map.of(), 0, findings);
    Expression expression = compiler.compile(json, Path.TOP);
    try {
      return expression.evaluate(context(context), 0, null);
    } catch (Abandoned e) {
      return e == Abandoned.NO_UNIT ? "no unit" : e;
    }
  }

  private static FlagContext context(Map<String, Object> attributes) {
    Map<String, Object> others = new HashMap<>(attributes);
    String unit = (String) others.remove("targetingKey");
    return FlagContext.builder().targetingKey(unit).attributes(others).build();
  }

  @Provide
  Arbitrary<Bucketing> generations() {
    return Arbitraries.of(Bucketing.V1, Bucketing.V2);
  }

  @Provide
  Arbitrary<Map<String, Object>> contexts() {
    Arbitrary<Object> unit = Arbitraries.of("u1", "u2", "zürich", "😀").map(Object.class::cast);
    Arbitrary<Object> list = scalars().list().ofMaxSize(3).map(Object.class::cast);
    return Combinators.combine(
            unit.injectNull(0.3),
            scalars(),
            scalars(),
            list,
            scalars(),
            Arbitraries.of("ann", "Bob"))
        .as((key, a, b, c, nested, name) -> {
          Map<String, Object> context = new HashMap<>();
          put(context, "targetingKey", key);
          put(context, "a", a);
          put(context, "b", b);
          context.put("list", c);
          Map<String, Object> user = new HashMap<>();
          put(user, "x", nested);
          user.put("name", name);
          context.put("user", user);
          return context;
        });
  }

  private static void put(Map<String, Object> map, String name, Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private static Arbitrary<Object> scalars() {
    return Arbitraries.of(
        Arrays.asList(
            null, true, false, -2L, 0L, 1L, 2L, 3L, 0.5, -1.25, "", "a", "b", "ab", "Ab", "1",
            "2.5", "-3x", " 4 ", "0"));
  }

  @Provide
  Arbitrary<Object> rules() {
    return rules(4);
  }

  private static Arbitrary<Object> rules(int depth) {
    Arbitrary<Object> variable =
        Arbitraries.of(
                "a",
                "b",
                "list",
                "list.0",
                "list.9",
                "user",
                "user.name",
                "user.x",
                "targetingKey",
                "missing",
                "missing.deep",
                "$flagd.flagKey",
                "current",
                "accumulator")
            .map(name -> Map.of("var", name));
    Arbitrary<Object> element = Arbitraries.of("", "0").map(name -> Map.of("var", name));
    Arbitrary<Object> leaf = Arbitraries.oneOf(scalars(), variable, variable);
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<Object> inner = Arbitraries.lazy(() -> rules(depth - 1));
    Arbitrary<Object> body = Arbitraries.oneOf(inner, inner, element);
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(2, leaf),
        net.jqwik.api.Tuple.of(1, inner.list().ofMaxSize(3).map(Object.class::cast)),
        net.jqwik.api.Tuple.of(3, operation(inner, 0, 5, "if", "?:", "and", "or")),
        net.jqwik.api.Tuple.of(
            3, operation(inner, 2, 2, "==", "!=", "===", "!==", ">", ">=", "in")),
        net.jqwik.api.Tuple.of(1, operation(inner, 2, 3, "<", "<=")),
        net.jqwik.api.Tuple.of(1, operation(inner, 1, 1, "!", "!!", "lower")),
        net.jqwik.api.Tuple.of(1, operation(inner, 1, 3, "+", "*", "min", "max", "cat", "merge")),
        net.jqwik.api.Tuple.of(
            1, operation(inner, 2, 2, "-", "/", "%", "starts_with", "ends_with")),
        net.jqwik.api.Tuple.of(1, operation(inner, 1, 2, "var", "missing")),
        net.jqwik.api.Tuple.of(1, binding(inner, body)),
        net.jqwik.api.Tuple.of(2, fractional(inner)));
  }

  private static Arbitrary<Object> operation(
      Arbitrary<Object> inner, int min, int max, String... names) {
    return Combinators.combine(Arbitraries.of(names), inner.list().ofMinSize(min).ofMaxSize(max))
        .as(Map::of);
  }

  private static Arbitrary<Object> binding(Arbitrary<Object> inner, Arbitrary<Object> body) {
    return Combinators.combine(
            Arbitraries.of("map", "filter", "all", "some", "none", "reduce"), inner, body, inner)
        .as((name, list, each, start) ->
            Map.of(
                name,
                name.equals("reduce")
                    ? Arrays.asList(list, each, start)
                    : Arrays.asList(list, each)));
  }

  private static Arbitrary<Object> fractional(Arbitrary<Object> inner) {
    Arbitrary<Object> weight =
        Arbitraries.oneOf(
            Arbitraries.of(0L, 1L, 2L, 50L, -1L).map(Object.class::cast),
            inner.filter(each -> !(each instanceof Double)));
    Arbitrary<Object> bucket =
        Combinators.combine(inner, weight, Arbitraries.of(true, false))
            .as((variant, share, isShort) ->
                isShort ? Arrays.asList(variant) : Arrays.asList(variant, share));
    Arbitrary<Object> key =
        inner
            .filter(each -> !(each instanceof List<?>))
            .map(each -> Map.of("cat", Arrays.asList("s-", each)));
    Arbitrary<List<Object>> buckets = bucket.list().ofMinSize(1).ofMaxSize(4);
    return Arbitraries.oneOf(
        buckets.map(all -> Map.of("fractional", all)),
        Combinators.combine(key, buckets)
            .as((by, all) -> {
              List<Object> args = new ArrayList<>();
              args.add(by);
              args.addAll(all);
              return Map.of("fractional", args);
            }));
  }
}
