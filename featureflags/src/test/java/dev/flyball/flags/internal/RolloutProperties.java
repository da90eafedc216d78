// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Time;
import dev.flyball.flags.FlagContext;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** What holds for percentages, whoever the units are. */
class RolloutProperties {

  private static final int UNITS = 20_000;

  @Property
  void unitOfTheFirstVariant_staysThereWhenItGrows(
      @ForAll String unit,
      @ForAll @IntRange(max = 1000) int before,
      @ForAll @IntRange(max = 1000) int more,
      @ForAll @IntRange(min = 2, max = 3) int generation) {
    int after = Math.min(1000, before + more);

    String first = variant(generation, unit, "first", before, "second", 1000 - before);
    String then = variant(generation, unit, "first", after, "second", 1000 - after);

    if (first.equals("first")) {
      assertThat(then).isEqualTo("first");
    }
  }

  @Property
  void unit_alwaysGetsTheSameVariant(
      @ForAll String unit,
      @ForAll @IntRange(min = 1, max = 3) int generation,
      @ForAll @IntRange(min = 1, max = 100) int weight) {
    String once = variant(generation, unit, "a", weight, "b", weight);
    String afterARestart = variant(generation, unit, "a", weight, "b", weight);

    assertThat(afterARestart).isEqualTo(once);
  }

  @Property
  void unit_isInOneOfTheBuckets(
      @ForAll String unit,
      @ForAll @IntRange(min = 2, max = 3) int generation,
      @ForAll @IntRange(min = 1) int a) {
    assertThat(variant(generation, unit, "a", a, "b", Integer.MAX_VALUE - a)).isIn("a", "b");
  }

  @Property(tries = 50)
  void share_isThatOfTheWeights(
      @ForAll @StringLength(max = 8) String prefix,
      @ForAll @IntRange(min = 1, max = 3) int generation,
      @ForAll @IntRange(min = 5, max = 95) int percent) {
    CompiledFlag flag = flag(generation, "on", percent, "off", 100 - percent);
    int on = 0;
    for (int i = 0; i < UNITS; i++) {
      on += name(flag, prefix + i).equals("on") ? 1 : 0;
    }
    double deviation = Math.sqrt(percent / 100.0 * (1 - percent / 100.0) / UNITS);

    assertThat((double) on / UNITS - percent / 100.0).isBetween(-6 * deviation, 6 * deviation);
  }

  @Property(tries = 20)
  void flags_areRolledOutIndependently(@ForAll @IntRange(min = 1, max = 3) int generation) {
    CompiledFlag one = flag(generation, "on", 50, "off", 50);
    CompiledFlag other =
        read(text(generation, "on", 50, "off", 50).replace("flag-1", "flag-2"), "flag-2");
    int both = 0;
    for (int i = 0; i < UNITS; i++) {
      both += name(one, "unit-" + i).equals(name(other, "unit-" + i)) ? 1 : 0;
    }

    assertThat(both).isBetween(UNITS * 47 / 100, UNITS * 53 / 100);
  }

  private static String variant(int generation, String unit, Object... buckets) {
    return name(flag(generation, buckets), unit);
  }

  private static String name(CompiledFlag flag, String unit) {
    return flag.evaluate(FlagContext.of(unit), Time.system()).variant().name();
  }

  private static CompiledFlag flag(int generation, Object... buckets) {
    return read(text(generation, buckets), "flag-1");
  }

  private static String text(int generation, Object... buckets) {
    return """
    {"metadata": {"bucketing": "v%d"}, "flags": {"flag-1": {"state": "ENABLED",
      "variants": {"%s": 1, "%s": 2, "none": 3}, "defaultVariant": "none",
      "targeting": {"fractional": [["%s", %s], ["%s", %s]]}}}}
    """
        .formatted(
            generation, buckets[0], buckets[2], buckets[0], buckets[1], buckets[2], buckets[3]);
  }

  private static CompiledFlag read(String text, String key) {
    return FlagSetReader.read(text.getBytes(StandardCharsets.UTF_8)).set().get(key);
  }
}
