// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.util.Objects;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;

/** By what time is measured. */
enum Clock {
  /** That on the wall: the one to publish, where the machine does nothing else. */
  WALL("time on the wall") {
    @Override
    double nanos(IterationResult iteration) {
      return iteration.getPrimaryResult().getScore();
    }
  },

  /**
   * That of the processors, those of the collector included: the one for a machine that is busy.
   */
  PROCESS("time of the processors") {
    @Override
    double nanos(IterationResult iteration) {
      Result<?> measured = iteration.getSecondaryResults().get(ProcessTime.LABEL);
      return Objects.requireNonNull(measured, ProcessTime.LABEL).getScore();
    }
  };

  private final String words;

  Clock(String words) {
    this.words = words;
  }

  /** The time of one operation in an iteration. */
  abstract double nanos(IterationResult iteration);

  String words() {
    return words;
  }
}
