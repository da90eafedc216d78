// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.Arrays;

/** How long answers took, to the microsecond; what took longer than a fifth of a second is that. */
final class Latencies {

  private static final int LARGEST = 200_000;

  private final int[] counts = new int[LARGEST + 1];
  private long count;

  void clear() {
    Arrays.fill(counts, 0);
    count = 0;
  }

  void add(long nanos) {
    counts[(int) Math.min(LARGEST, nanos / 1_000)]++;
    count++;
  }

  long count() {
    return count;
  }

  /** The time within which a part of the answers came. */
  int micros(double part) {
    long wanted = (long) Math.ceil(count * part);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return i;
      }
    }
    return LARGEST;
  }
}
