// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What one benchmark came to: of all iterations of all forks the fastest, which says most of the
 * code and least of the machine, the one in the middle, and the bytes of an operation.
 *
 * @param nanos the fastest
 * @param median the one in the middle
 * @param bytes allocated per operation
 */
record Figure(double nanos, double median, double bytes) {

  private static final double NOTABLE = 1.15;

  static Figure of(List<Double> nanos, List<Double> bytes) {
    List<Double> sorted = nanos.stream().sorted().toList();
    double least = bytes.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    return new Figure(sorted.get(0), sorted.get(sorted.size() / 2), least);
  }

  /** Time and bytes; the median beside the minimum where they are far apart. */
  @Override
  public String toString() {
    String spread = median > nanos * NOTABLE ? " (" + time(median) + ")" : "";
    return time(nanos) + spread + ", " + Math.round(bytes) + " B";
  }

  private static String time(double nanos) {
    return String.format(Locale.ROOT, nanos < 100 ? "%.1f" : "%,.0f", nanos);
  }
}
