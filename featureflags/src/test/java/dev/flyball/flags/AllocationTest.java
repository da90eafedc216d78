// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flyball.GovernedEndpoint;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many bytes an evaluation allocates: counted, so that it does not depend on the machine. */
class AllocationTest {

  private static final String FLAGS =
      """
      {"metadata": {"bucketing": "GENERATION"},
       "$evaluators": {"nearby": {"in": [{"var": "country"}, ["DE", "FR"]]}},
       "flags": {
        "static": {"state": "ENABLED", "variants": {"on": true, "off": false},
          "defaultVariant": "on"},
        "whole": {"state": "ENABLED", "variants": {"ten": 1000000}, "defaultVariant": "ten"},
        "decimal": {"state": "ENABLED", "variants": {"ten": 1000000}, "defaultVariant": "ten"},
        "object": {"state": "ENABLED", "variants": {"a": {"b": 1}}, "defaultVariant": "a"},
        "text": {"state": "ENABLED", "variants": {"a": "A"}, "defaultVariant": "a"},
        "rollout": {"state": "ENABLED", "variants": {"on": true, "off": false},
          "defaultVariant": "off",
          "targeting": {"if": [{"$ref": "nearby"}, {"fractional": [["on", 20], ["off", 80]]}]}},
        "salted": {"state": "ENABLED", "variants": {"on": true, "off": false},
          "defaultVariant": "off",
          "targeting": {"fractional": [
            {"cat": [{"var": "$flagd.flagKey"}, {"var": "targetingKey"}]}, ["on", 20], ["off", 80]]}},
        "conditions": {"state": "ENABLED", "variants": {"on": true, "off": false},
          "defaultVariant": "off",
          "targeting": {"if": [{"and": [
            {"starts_with": [{"var": "country"}, "D"]}, {">=": [{"var": "age"}, 18]},
            {"!": [{"==": [{"var": "plan"}, "free"]}]},
            {"in": ["orders:read", {"var": "scopes"}]}]}, "on", "off"]}},
        "missing-unit": {"state": "ENABLED", "variants": {"on": true, "off": false},
          "targeting": {"fractional": [["on", 20], ["off", 80]]}}
      }}
      """;

  private static final FlagContext CONTEXT =
      FlagContext.builder()
          .targetingKey("user-4711-zürich")
          .attribute("country", "DE")
          .attribute("age", 33L)
          .attribute("plan", "gold")
          .attribute("scopes", List.of("orders:write", "orders:read"))
          .build();

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;
  private FlagApp app;

  private Flags start(String generation) {
    app = FlagApp.with(folder, FLAGS.replace("GENERATION", generation)).start();
    return app.flags();
  }

  @AfterEach
  void close() {
    app.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "v3"})
  void evaluation_overAContext_allocatesNothing(String generation) {
    Flags flags = start(generation);

    assertThat(bytes(with(flags.bool("static", false)))).isZero();
    assertThat(bytes(with(flags.bool("rollout", false)))).isZero();
    assertThat(bytes(with(flags.bool("conditions", false)))).isZero();
    assertThat(bytes(with(flags.integer("whole", 0)))).isZero();
    assertThat(bytes(with(flags.number("decimal", 0)))).isZero();
    assertThat(bytes(with(flags.string("text", "")))).isZero();
    assertThat(bytes(with(flags.object("object", Map.of())))).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void keyOfParts_isNotPutTogether(String generation) {
    Flags flags = start(generation);

    assertThat(bytes(with(flags.bool("salted", false)))).isZero();
  }

  @Test
  void errors_allocateNothing() {
    Flags flags = start("v2");

    assertThat(bytes(with(flags.bool("no-such-flag", false)))).isZero();
    assertThat(bytes(with(flags.string("static", "")))).isZero();
    Flag<Boolean> missing = flags.bool("missing-unit", false);
    assertThat(bytes(() -> missing.get(FlagContext.none()))).isZero();
  }

  @Test
  void evaluation_inACall_allocatesNothingAfterTheFirst() {
    Flags flags = start("v2");
    GovernedEndpoint endpoint = app.open("GET /");
    Flag<Boolean> rollout = flags.bool("rollout", false);
    Flag<Boolean> fixed = flags.bool("static", false);
    List<Long> counted = new ArrayList<>();

    app.call(
        endpoint,
        "ada",
        () -> {
          counted.add(bytes(rollout::get));
          counted.add(bytes(fixed::get));
          return counted;
        });

    assertThat(counted).containsExactly(0L, 0L);
  }

  @Test
  void firstEvaluation_inACall_allocatesItsEntryInTheRecord() {
    Flags flags = start("v2");
    GovernedEndpoint endpoint = app.open("GET /");
    Flag<Boolean> fixed = flags.bool("static", false);
    Flag<Boolean> salted = flags.bool("salted", false);
    long[] bytes = new long[2];
    int runs = 2_000;

    for (int i = 0; i < 2 * runs; i++) {
      boolean isCounted = i >= runs;
      app.call(
          endpoint,
          "ada",
          () -> {
            long start = allocated();
            fixed.get();
            long between = allocated();
            salted.get();
            bytes[0] += isCounted ? between - start : 0;
            bytes[1] += isCounted ? allocated() - between : 0;
            return null;
          });
      app.app().records().clear();
    }

    assertThat(bytes[0] / runs).isLessThanOrEqualTo(128);
    assertThat(bytes[1] / runs).isLessThanOrEqualTo(128);
  }

  private <T> Supplier<T> with(Flag<T> flag) {
    return () -> flag.get(CONTEXT);
  }

  /** Bytes per run, rounded down: what happens once, such as a growing table, does not count. */
  private long bytes(Supplier<?> action) {
    int runs = 20_000;
    run(action, runs);
    long before = allocated();
    run(action, runs);
    return (allocated() - before) / runs;
  }

  private long allocated() {
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static void run(Supplier<?> action, int runs) {
    for (int i = 0; i < runs; i++) {
      action.get();
    }
  }
}
