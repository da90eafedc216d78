// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Time;
import dev.flyball.flags.FlagContext;
import dev.flyball.flags.internal.FlagSetReader.Reading;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
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

/** Whatever the file holds: it is loaded, or refused with a place; nothing is thrown. */
class AnyTextProperties {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String GOOD =
      """
      {"metadata": {"bucketing": "v2", "team": "shop"},
       "$evaluators": {"e": {"in": [{"var": "country"}, ["DE", "FR"]]}},
       "flags": {
        "f": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
          "targeting": {"if": [{"$ref": "e"}, {"fractional": [["on", 20], ["off", 80]]}, "off"]}},
        "g": {"state": "DISABLED", "variants": {"a": 1.5, "b": -2e3}, "defaultVariant": null,
          "targeting": {"sem_ver": [{"var": ["v", "1.0.0"]}, "^", "1.0.0"]}}}}
      """;

  @Property
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void anyBytes_areLoadedOrRefusedWithAPlace(@ForAll byte[] bytes) {
    check(bytes);
  }

  @Property(tries = 5_000)
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void goodTextWithAChange_isLoadedOrRefusedWithAPlace(@ForAll("changed") String text) {
    check(text.getBytes(StandardCharsets.UTF_8));
    Statistics.label("loaded")
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 3));
  }

  @Property
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void anyDocument_isLoadedOrRefusedWithAPlace(@ForAll("documents") Object document) {
    check(MAPPER.writeValueAsBytes(document));
    Statistics.label("loaded")
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 20));
  }

  private static void check(byte[] bytes) {
    Reading reading = FlagSetReader.read(bytes);
    FlagSet set = reading.set();
    Statistics.label("loaded").collect(set != null);
    if (set == null) {
      assertThat(reading.problems()).isNotEmpty();
    } else {
      assertThat(reading.problems()).isEmpty();
      set.keys().forEach(key -> evaluate(set.get(key)));
    }
    long lines = new String(bytes, StandardCharsets.UTF_8).lines().count() + 1;
    reading.problems().forEach(problem -> checkPlace(problem, lines));
    reading.notes().forEach(note -> checkPlace(note, lines));
  }

  private static void checkPlace(Finding finding, long lines) {
    assertThat((long) finding.place().line()).isBetween(1L, lines);
    assertThat(finding.place().column()).isPositive();
    assertThat(finding.what()).isNotBlank();
  }

  private static void evaluate(CompiledFlag flag) {
    FlagContext context =
        FlagContext.builder()
            .targetingKey("unit")
            .attribute("country", "DE")
            .attribute("list", List.of(1, "a", Map.of("b", true)))
            .build();
    for (FlagContext each : List.of(context, FlagContext.none())) {
      Resolution answer = flag.evaluate(each, Time.system());
      assertThat(answer.reason()).isNotNull();
      assertThat(flag.evaluate(each, Time.system())).isSameAs(answer);
    }
  }

  @Provide
  Arbitrary<String> changed() {
    Arbitrary<String> piece =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(3),
            Arbitraries.of(
                "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999", "-", "\\u", "\\ud800",
                "{}", "[]", "\"on\"", "0.5", "\n", "\u0000"));
    return Combinators.combine(
            Arbitraries.integers().between(0, GOOD.length()),
            Arbitraries.integers().between(0, 30),
            piece)
        .as((at, length, text) ->
            GOOD.substring(0, at) + text + GOOD.substring(Math.min(GOOD.length(), at + length)));
  }

  @Provide
  Arbitrary<Object> documents() {
    return object(5);
  }

  private static Arbitrary<Object> object(int depth) {
    Arbitrary<String> names =
        names(
            "flags",
            "$evaluators",
            "metadata",
            "bucketing",
            "f",
            "e",
            "state",
            "variants",
            "defaultVariant",
            "targeting",
            "if",
            "var",
            "$ref",
            "fractional",
            "and",
            "==",
            "in",
            "map",
            "reduce",
            "sem_ver",
            "starts_with",
            "cat",
            "missing",
            "missing_some",
            "substr",
            "merge",
            "on",
            "off",
            "");
    Arbitrary<Object> value = Arbitraries.lazy(() -> value(depth - 1));
    return Combinators.combine(names.list().ofMaxSize(4), value.list().ofSize(4))
        .as((keys, values) -> {
          Map<String, Object> map = new LinkedHashMap<>();
          for (int i = 0; i < keys.size(); i++) {
            map.put(keys.get(i), values.get(i));
          }
          return withFlags(map, values);
        });
  }

  /** Mostly what looks like a set, so that more than the first check is reached. */
  private static Map<String, Object> withFlags(Map<String, Object> map, List<Object> values) {
    Map<String, Object> flag = new LinkedHashMap<>();
    flag.put("state", "ENABLED");
    flag.put("variants", Map.of("on", true, "off", false));
    flag.put("targeting", values.get(0));
    map.putIfAbsent("flags", Map.of("f", flag));
    return map;
  }

  private static Arbitrary<Object> value(int depth) {
    Arbitrary<Object> scalar =
        Arbitraries.of(
            java.util.Arrays.asList(
                null,
                true,
                false,
                0,
                1,
                -1,
                0.5,
                1e300,
                "",
                "on",
                "off",
                "ENABLED",
                "v1",
                "v3",
                "e",
                "f",
                "list",
                "=",
                "1.2.3",
                "$flagd.timestamp",
                "$flagd.x"));
    if (depth <= 0) {
      return scalar;
    }
    Arbitrary<Object> inner = Arbitraries.lazy(() -> value(depth - 1));
    return Arbitraries.oneOf(
        scalar, inner.list().ofMaxSize(4).map(Object.class::cast), object(depth), object(depth));
  }

  private static Arbitrary<String> names(String... names) {
    return Arbitraries.of(names);
  }
}
