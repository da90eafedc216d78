// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How long to measure. A round runs every benchmark in a process of its own; several rounds put
 * peers beside each other at several times, as a machine is not the same all day. Iterations are
 * many and short, so that some of them fall between what else the machine does.
 *
 * @param rounds how often everything is measured
 * @param warmups iterations that do not count
 * @param warmupMillis how long each of those takes
 * @param iterations iterations that do
 * @param millis how long each of those takes
 */
record Plan(int rounds, int warmups, int warmupMillis, int iterations, int millis) {

  /** How many more rounds those get that a hundredth decides, for each round of all. */
  static final int MORE_OF_CLOSE = 2;

  static final Plan FULL = new Plan(2, 8, 500, 25, 120);
  static final Plan QUICK = new Plan(1, 6, 400, 15, 100);

  /** The plan for a machine that is busy: compilers need far longer to be done there. */
  Plan patient() {
    return new Plan(rounds, 2 * warmups, 2 * warmupMillis, iterations, 2 * millis);
  }

  ChainedOptionsBuilder options() {
    return new OptionsBuilder()
        .forks(1)
        .warmupIterations(warmups)
        .warmupTime(TimeValue.milliseconds(warmupMillis))
        .measurementIterations(iterations)
        .measurementTime(TimeValue.milliseconds(millis))
        .jvmArgs("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");
  }

  /** Settings in words. */
  @Override
  public String toString() {
    return "%d round%s (of new tokens %d), each with one fork of %d x %d ms to warm up and %d x %d ms"
        .formatted(
            rounds,
            rounds == 1 ? "" : "s",
            rounds * (1 + MORE_OF_CLOSE),
            warmups,
            warmupMillis,
            iterations,
            millis);
  }
}
