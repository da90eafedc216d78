// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks with JMH and gathers what they come to. */
final class Laboratory {

  private static final String BYTES = "gc.alloc.rate.norm";

  private final Clock clock;
  private final Consumer<String> progress;
  private final Map<Measured, List<Double>> nanos = new LinkedHashMap<>();
  private final Map<Measured, List<Double>> bytes = new LinkedHashMap<>();

  /**
   * A laboratory.
   *
   * @param clock by which time is measured
   * @param progress is told what is being measured
   */
  Laboratory(Clock clock, Consumer<String> progress) {
    this.clock = clock;
    this.progress = progress;
  }

  /** Measures all in turn, round after round, and then goes on with those that are close. */
  Map<Measured, Figure> measure(List<Measured> all, List<Measured> close, Plan plan)
      throws RunnerException {
    List<Measured> runs = new ArrayList<>();
    for (int round = 0; round < plan.rounds(); round++) {
      runs.addAll(all);
    }
    for (int round = 0; round < plan.rounds() * Plan.MORE_OF_CLOSE; round++) {
      runs.addAll(close);
    }
    for (int i = 0; i < runs.size(); i++) {
      Measured each = runs.get(i);
      run(each, plan.options());
      progress.accept("%d/%d %s: %s".formatted(i + 1, runs.size(), each, figure(each)));
    }
    Map<Measured, Figure> figures = new LinkedHashMap<>();
    all.forEach(each -> figures.put(each, figure(each)));
    return figures;
  }

  /** Runs one benchmark alone, as it is told. */
  Figure measureOnce(Measured measured, ChainedOptionsBuilder options) throws RunnerException {
    run(measured, options);
    return figure(measured);
  }

  private void run(Measured measured, ChainedOptionsBuilder options) throws RunnerException {
    options
        .include(measured.pattern())
        .addProfiler(GCProfiler.class)
        .addProfiler(ProcessTime.class)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
    measured.algorithm().ifPresent(algorithm -> options.param("algorithm", algorithm));
    Collection<RunResult> results = new Runner(options.build()).run();
    if (results.size() != 1) {
      throw new IllegalStateException(
          results.size() + " results of " + measured + " (expected: 1)");
    }
    results.forEach(result -> result.getBenchmarkResults().forEach(fork -> note(measured, fork)));
  }

  private void note(Measured measured, BenchmarkResult fork) {
    for (IterationResult iteration : fork.getIterationResults()) {
      nanos.computeIfAbsent(measured, unused -> new ArrayList<>()).add(clock.nanos(iteration));
      Result<?> allocated = iteration.getSecondaryResults().get(BYTES);
      if (allocated != null) {
        bytes.computeIfAbsent(measured, unused -> new ArrayList<>()).add(allocated.getScore());
      }
    }
  }

  private Figure figure(Measured measured) {
    return Figure.of(
        nanos.getOrDefault(measured, List.of()), bytes.getOrDefault(measured, List.of()));
  }
}
