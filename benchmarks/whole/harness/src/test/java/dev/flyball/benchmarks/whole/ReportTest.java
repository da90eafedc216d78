// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ReportTest {

  private final Measurements measurements = new Measurements();

  @Test
  void addedCost_isComparedRoundByRound() {
    rounds(Variant.B0, 40, 80, 40);
    rounds(Variant.B1, 50, 100, 48);
    rounds(Variant.V0, 40, 80, 40);
    rounds(Variant.V4, 340, 680, 340);

    Row row = row("JDK: CPU added, known token");

    assertThat(row.ours()).isEqualTo(new Spread(8, 10, 20));
    assertThat(row.peer()).isEqualTo(new Spread(300, 300, 600));
    assertThat(row.ratio().median()).isCloseTo(1.0 / 30, within(1e-9));
    assertThat(row.ratio().min()).isCloseTo(8.0 / 300, within(1e-9));
  }

  @Test
  void verdict_saysWhetherRoundsDisagree() {
    Goal goal = Goal.atMost(1.0 / 15, 1.0 / 40);

    assertThat(goal.verdict(Spread.of(0.01, 0.02, 0.02))).isEqualTo("aim met");
    assertThat(goal.verdict(Spread.of(0.03, 0.05, 0.06))).isEqualTo("must met");
    assertThat(goal.verdict(Spread.of(0.03, 0.05, 0.07))).isEqualTo("must met ?");
    assertThat(goal.verdict(Spread.of(0.07, 0.08, 0.09))).isEqualTo("MISSED");
  }

  @Test
  void throughput_isBetterTheMoreIsKept() {
    Goal goal = Goal.atLeast(0.7, 0.85);

    assertThat(goal.verdict(Spread.of(0.9))).isEqualTo("aim met");
    assertThat(goal.verdict(Spread.of(0.8))).isEqualTo("must met");
    assertThat(goal.verdict(Spread.of(0.6))).isEqualTo("MISSED");
  }

  @Test
  void rowsWithoutTheirVariants_areLeftOut() {
    rounds(Variant.B0, 40);
    rounds(Variant.B2, 41);

    assertThat(new Report(measurements).rows())
        .extracting(Row::what)
        .containsExactly(
            "JDK: everything off, our filter, CPU", "JDK: everything off, our filter, bytes");
  }

  @Test
  void startUp_isComparedStartByStart() {
    rounds(Variant.B0, 40);
    rounds(Variant.B1, 50);
    rounds(Variant.V0, 40);
    rounds(Variant.V4, 340);
    measurements.add(Server.BARE, new StartUp(0.2, 0.2, 50));
    measurements.add(Server.GOVERNED, new StartUp(0.5, 0.7, 70));
    measurements.add(Server.SPRING_BARE, new StartUp(2.5, 4.5, 210));
    measurements.add(Server.SPRING, new StartUp(6.0, 11, 410));

    assertThat(row("JDK: start-up added").ratio().median()).isCloseTo(0.3 / 3.5, within(1e-9));
    assertThat(row("JDK: memory added").goal().verdict(row("JDK: memory added").ratio()))
        .isEqualTo("aim met");
  }

  @Test
  void text_showsEachTableWithAlignedColumns() {
    rounds(Variant.B0, 40, 42);
    rounds(Variant.B2, 40.2, 42.2);
    measurements.add(Server.BARE, new StartUp(0.2, 0.2, 50));

    List<String> lines = new Report(measurements).toString().lines().toList();

    assertThat(lines)
        .anyMatch(line ->
            line.matches("\\| JDK: everything off.* 41\\.2 us +\\| 41\\.0 us .*aim met +\\|"))
        .anyMatch(line -> line.startsWith("| b0 ") && line.contains("41.0 (40.0 .. 42.0)"))
        .anyMatch(line -> line.startsWith("| bare "));
    assertThat(lines.get(0)).hasSameSizeAs(lines.get(2));
  }

  @Test
  void numbers_doNotDependOnTheCountry() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(Row.number(1_234.5)).isEqualTo("1,235");
      assertThat(Row.number(12.34)).isEqualTo("12.3");
    } finally {
      Locale.setDefault(before);
    }
  }

  private Row row(String what) {
    return new Report(measurements)
        .rows().stream().filter(row -> row.what().equals(what)).findFirst().orElseThrow();
  }

  private void rounds(Variant variant, double... cpu) {
    for (double micros : cpu) {
      measurements.add(variant, new Round(1e6 / micros, micros * 10, micros * 100, micros, 1_000));
    }
  }
}
