// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the measurements say about the promises.
 *
 * <p>Differences and ratios are taken inside each round, so that what disturbs a whole round
 * disturbs both sides; then the middle one counts.
 */
final class Report {

  private final Measurements measurements;

  Report(Measurements measurements) {
    this.measurements = measurements;
  }

  @Override
  public String toString() {
    return promises() + "\n" + loads() + "\n" + starts();
  }

  /** The promises for which enough was measured. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    host(rows, "JDK", Variant.B0, Variant.B1, Variant.B1N);
    host(rows, "Jetty", Variant.J0, Variant.J1, Variant.J1N);
    off(rows, "JDK: everything off, our filter", Variant.B2);
    off(rows, "JDK: everything off, our routes", Variant.B2R);
    return rows;
  }

  private void host(List<Row> rows, String host, Variant bare, Variant known, Variant fresh) {
    ToDoubleFunction<Round> cpu = Round::cpuMicros;
    Goal whole = Goal.atMost(1.0 / 15, 1.0 / 40);
    added(rows, host + ": CPU added, known token", "us", cpu, bare, known, Variant.V4, whole);
    added(rows, host + ": the same, peer quiet", "us", cpu, bare, known, Variant.V4Q, whole);
    Goal news = Goal.atMost(1.0 / 5, 1.0 / 6.5);
    added(rows, host + ": CPU added, each token new", "us", cpu, bare, fresh, Variant.V4N, news);
    Goal bytes = Goal.atMost(1.0 / 40, 1.0 / 100);
    ToDoubleFunction<Round> heap = Round::bytes;
    added(rows, host + ": bytes added, known token", "B", heap, bare, known, Variant.V4, bytes);
    added(rows, host + ": the same, peer quiet", "B", heap, bare, known, Variant.V4Q, bytes);
    kept(rows, host + ": throughput kept", bare, known);
    ToDoubleFunction<StartUp> wall = StartUp::seconds;
    Goal start = Goal.atMost(1.0 / 10, 1.0 / 30);
    atStart(rows, host + ": start-up added", "s", wall, bare, known, start);
    atStart(rows, host + ": start-up added, CPU", "s", StartUp::cpuSeconds, bare, known, start);
    Goal memory = Goal.atMost(1.0 / 10, 1.0 / 10);
    atStart(rows, host + ": memory added", "MiB", StartUp::mebibytes, bare, known, memory);
  }

  /** What governance adds to a bare host, ours beside the peer's. */
  private void added(
      List<Row> rows,
      String what,
      String unit,
      ToDoubleFunction<Round> figure,
      Variant bare,
      Variant governed,
      Variant peer,
      Goal goal) {
    if (measurements.has(bare, governed, peer, Variant.V0)) {
      double[] ours =
          minus(measurements.values(governed, figure), measurements.values(bare, figure));
      double[] theirs =
          minus(measurements.values(peer, figure), measurements.values(Variant.V0, figure));
      rows.add(row(what, unit, ours, theirs, goal));
    }
  }

  private void kept(List<Row> rows, String what, Variant bare, Variant governed) {
    if (measurements.has(bare, governed)) {
      double[] ours = measurements.values(governed, Round::requestsPerSecond);
      double[] without = measurements.values(bare, Round::requestsPerSecond);
      rows.add(row(what, "req/s", ours, without, Goal.atLeast(0.7, 0.85)));
    }
  }

  private void off(List<Row> rows, String what, Variant off) {
    if (measurements.has(Variant.B0, off)) {
      Goal cpu = Goal.atMost(1.03, 1.01);
      rows.add(off(what + ", CPU", "us", Round::cpuMicros, off, cpu));
      // nothing is to be added; the rounds of the bare host alone differ by as much
      Goal bytes = Goal.atMost(1.002, 1.001);
      rows.add(off(what + ", bytes", "B", Round::bytes, off, bytes));
    }
  }

  private Row off(
      String what, String unit, ToDoubleFunction<Round> figure, Variant off, Goal goal) {
    double[] ours = measurements.values(off, figure);
    return row(what, unit, ours, measurements.values(Variant.B0, figure), goal);
  }

  private void atStart(
      List<Row> rows,
      String what,
      String unit,
      ToDoubleFunction<StartUp> figure,
      Variant bare,
      Variant governed,
      Goal goal) {
    if (measurements.wereStarted(
        bare.server(), governed.server(), Server.SPRING_BARE, Server.SPRING)) {
      double[] ours =
          minus(
              measurements.values(governed.server(), figure),
              measurements.values(bare.server(), figure));
      double[] theirs =
          minus(
              measurements.values(Server.SPRING, figure),
              measurements.values(Server.SPRING_BARE, figure));
      rows.add(row(what, unit, ours, theirs, goal));
    }
  }

  private static Row row(String what, String unit, double[] ours, double[] peer, Goal goal) {
    double[] ratios = new double[Math.min(ours.length, peer.length)];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours[i] / peer[i];
    }
    return new Row(what, unit, Spread.of(ours), Spread.of(peer), Spread.of(ratios), goal);
  }

  private static double[] minus(double[] governed, double[] bare) {
    double[] differences = new double[Math.min(governed.length, bare.length)];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = governed[i] - bare[i];
    }
    return differences;
  }

  private Table promises() {
    Table table =
        new Table("what", "ours", "peer", "ratio", "min .. max", "must", "aim", "verdict");
    rows().forEach(row -> table.add(row.cells()));
    return table;
  }

  private Table loads() {
    Table table =
        new Table("load", "variant", "rounds", "req/s", "p50 us", "p99 us", "CPU us/req", "B/req");
    for (Variant variant : Variant.values()) {
      if (measurements.has(variant)) {
        table.add(
            variant.id(),
            variant.description(),
            String.valueOf(measurements.rounds(variant).size()),
            of(variant, Round::requestsPerSecond),
            of(variant, Round::medianMicros),
            of(variant, Round::p99Micros),
            of(variant, Round::cpuMicros),
            of(variant, Round::bytes));
      }
    }
    return table;
  }

  private Table starts() {
    Table table = new Table("start", "starts", "to first 200, s", "CPU s", "RSS MiB");
    for (Server server : Server.values()) {
      if (!measurements.starts(server).isEmpty()) {
        table.add(
            server.name().toLowerCase(Locale.ROOT).replace('_', ' '),
            String.valueOf(measurements.starts(server).size()),
            text(Spread.of(measurements.values(server, StartUp::seconds))),
            text(Spread.of(measurements.values(server, StartUp::cpuSeconds))),
            text(Spread.of(measurements.values(server, StartUp::mebibytes))));
      }
    }
    return table;
  }

  private String of(Variant variant, ToDoubleFunction<Round> figure) {
    return text(Spread.of(measurements.values(variant, figure)));
  }

  private static String text(Spread spread) {
    return Row.number(spread.median())
        + " ("
        + Row.number(spread.min())
        + " .. "
        + Row.number(spread.max())
        + ")";
  }
}
