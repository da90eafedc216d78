// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.Locale;

/**
 * A promise beside what was measured.
 *
 * @param what is compared
 * @param unit of ours and the peer's
 * @param ours the middle of our figures
 * @param peer the middle of the peer's
 * @param ratio of the two in each round
 * @param goal for the ratio
 */
record Row(String what, String unit, Spread ours, Spread peer, Spread ratio, Goal goal) {

  /** The cells of the table. */
  String[] cells() {
    return new String[] {
      what,
      number(ours.median()) + " " + unit,
      number(peer.median()) + " " + unit,
      ratio(ratio.median()),
      ratio(ratio.min()) + " .. " + ratio(ratio.max()),
      limit(goal.must()),
      limit(goal.aim()),
      goal.verdict(ratio)
    };
  }

  private String limit(double value) {
    return (goal.direction() == Goal.Direction.SMALLER ? "<= " : ">= ") + ratio(value);
  }

  /** Small ratios as fractions: 1/40. */
  private static String ratio(double value) {
    if (value > 0 && value < 0.5) {
      String format = value > 0.1 ? "1/%.1f" : "1/%.0f";
      return String.format(Locale.ROOT, format, 1 / value).replace(".0", "");
    }
    return String.format(Locale.ROOT, "%.3f", value);
  }

  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 1 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
