// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The table, and that everything in it can be measured. */
class TableTest {

  private static final Row ROW =
      Row.of(
          "a job",
          Measured.of(MetricBenchmark.class, "ours"),
          "somebody",
          Measured.of(MetricBenchmark.class, "prometheus"),
          Goal.share(1.0 / 2, 1.0 / 4));

  @Test
  void everyRow_canBeMeasured() throws RunnerException {
    List<Row> rows = Rows.matching("");
    Laboratory laboratory = new Laboratory(Clock.WALL, progress -> {});
    Map<Measured, Figure> figures = new LinkedHashMap<>();

    for (Measured measured : Rows.measured(rows)) {
      figures.put(measured, laboratory.measureOnce(measured, once()));
    }

    assertThat(new Table(rows, figures).toString().lines()).hasSize(rows.size() + 2);
    assertThat(figures.values()).allMatch(figure -> figure.nanos() > 0);
  }

  private static ChainedOptionsBuilder once() {
    return new OptionsBuilder()
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(1))
        .param("count", "2");
  }

  @Test
  void everyBenchmark_hasARow() {
    List<String> rows =
        Rows.measured(Rows.matching("")).stream()
            .map(each -> each.type().getName() + "." + each.method())
            .toList();

    assertThat(
            BenchmarkList.defaultList()
                .getAll(
                    OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                    List.of()))
        .isNotEmpty()
        .allMatch(entry -> rows.contains(entry.getUsername()));
  }

  @Test
  void rowsOfAPattern_areFewer() {
    assertThat(Rows.matching("^flag")).hasSizeBetween(1, 4);
    assertThat(Rows.matching("no such row")).isEmpty();
  }

  @Test
  void row_saysHowItStands() {
    assertThat(verdict(10, 100)).contains("| 0.0999 ").contains("aim reached");
    assertThat(verdict(40, 100)).contains("| 0.40 ").contains("| must met ");
    assertThat(verdict(60, 100)).contains("| 0.60 ").contains("**must missed**");
  }

  private static String verdict(double ours, double peer) {
    Figure of = new Figure(ours - 0.01, ours, 0);
    Map<Measured, Figure> figures =
        Map.of(
            ROW.ours(),
            of,
            java.util.Objects.requireNonNull(ROW.peer()),
            new Figure(peer, peer, 0));
    return new Table(List.of(ROW), figures).toString();
  }

  @Test
  void goalOfAPartOnTop_looksAtTimeAndBytes() {
    Figure peer = new Figure(100, 100, 200);

    assertThat(Goal.added(60, 64).verdict(new Figure(160, 160, 264), peer)).isEqualTo("must met");
    assertThat(Goal.added(60, 64).verdict(new Figure(160, 160, 264.2), peer)).isEqualTo("must met");
    assertThat(Goal.added(60, 64).verdict(new Figure(160, 160, 265), peer)).contains("missed");
    assertThat(Goal.added(60, 64).verdict(new Figure(161, 161, 200), peer)).contains("missed");
    assertThat(Goal.added(60, 64).verdict(new Figure(90, 90, 200), peer)).isEqualTo("aim reached");
  }

  @Test
  void goalWithoutGarbage_isMissedByOneByte() {
    assertThat(Goal.withoutGarbage().verdict(new Figure(5, 5, 0.001), null)).isEqualTo("met");
    assertThat(Goal.withoutGarbage().verdict(new Figure(5, 5, 1), null)).contains("missed");
  }

  @Test
  void figure_isTheFastestOfAll_andSaysWhereItIsAlone() {
    assertThat(Figure.of(List.of(300.0, 200.0, 210.0), List.of(64.2, 64.0)))
        .hasToString("200, 64 B");
    assertThat(Figure.of(List.of(300.0, 200.0, 290.0), List.of(0.0))).hasToString("200 (290), 0 B");
    assertThat(Figure.of(List.of(12.34), List.of(0.0))).hasToString("12.3, 0 B");
  }
}
