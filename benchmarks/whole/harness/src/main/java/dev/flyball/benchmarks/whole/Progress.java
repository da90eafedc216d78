// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.Locale;

/** Says on standard error what is going on: standard output is the result. */
final class Progress {

  private final long begin = System.nanoTime();

  void say(String text) {
    long seconds = (System.nanoTime() - begin) / 1_000_000_000;
    System.err.printf(Locale.ROOT, "[%2d:%02d] %s%n", seconds / 60, seconds % 60, text);
  }
}
