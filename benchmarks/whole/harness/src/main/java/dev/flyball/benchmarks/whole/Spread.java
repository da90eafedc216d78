// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.Arrays;

/**
 * The smallest, middle and largest of some values: what is measured, and its noise.
 *
 * @param min the smallest
 * @param median the middle one, or the mean of the two in the middle
 * @param max the largest
 */
record Spread(double min, double median, double max) {

  static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values (expected: at least one)");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }
}
