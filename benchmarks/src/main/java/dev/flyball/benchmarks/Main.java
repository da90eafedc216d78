// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures everything and prints the table.
 *
 * <p>{@code bench.quick} takes about five minutes instead of fifteen, {@code bench.only} is a
 * pattern for the rows, {@code bench.cpu} measures the time of the processors instead of that of
 * the clock on the wall, {@code bench.publish} puts the table into the README.
 */
public final class Main {

  private Main() {}

  /** Runs the benchmarks; takes no arguments. */
  public static void main(String[] args) throws RunnerException, IOException {
    System.setProperty("jmh.ignoreLock", "true");
    Clock clock = Boolean.getBoolean("bench.cpu") ? Clock.PROCESS : Clock.WALL;
    Plan chosen = Boolean.getBoolean("bench.quick") ? Plan.QUICK : Plan.FULL;
    Plan plan = clock == Clock.WALL ? chosen : chosen.patient();
    List<Row> rows = Rows.matching(System.getProperty("bench.only", ""));
    List<Measured> measured = Rows.measured(rows);
    System.out.printf("%d benchmarks, %s%n", measured.size(), plan);
    Map<Measured, Figure> figures =
        new Laboratory(clock, System.out::println).measure(measured, Rows.close(rows), plan);
    String text =
        "%s; %s; %s.%n%n%s"
            .formatted(Surroundings.describe(), plan, clock.words(), new Table(rows, figures));
    System.out.printf("%n%s%n", text);
    Results results = new Results();
    results.write(text);
    if (Boolean.getBoolean("bench.publish")) {
      results.publish(text);
    }
  }
}
