// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

/**
 * What a ratio has to be, and what it ought to be.
 *
 * @param must a ratio that is worse keeps an issue open
 * @param aim a ratio that is worse is reported
 * @param direction which ratios are better
 */
record Goal(double must, double aim, Direction direction) {

  /** Which ratios are better. */
  enum Direction {
    SMALLER,
    LARGER
  }

  static Goal atMost(double must, double aim) {
    return new Goal(must, aim, Direction.SMALLER);
  }

  static Goal atLeast(double must, double aim) {
    return new Goal(must, aim, Direction.LARGER);
  }

  /** What the middle ratio says; with a question mark where another round says otherwise. */
  String verdict(Spread ratio) {
    String verdict = verdict(ratio.median());
    boolean isSure = verdict(ratio.min()).equals(verdict) && verdict(ratio.max()).equals(verdict);
    return isSure ? verdict : verdict + " ?";
  }

  private String verdict(double ratio) {
    if (isMet(ratio, aim)) {
      return "aim met";
    }
    return isMet(ratio, must) ? "must met" : "MISSED";
  }

  private boolean isMet(double ratio, double limit) {
    return direction == Direction.SMALLER ? ratio <= limit : ratio >= limit;
  }
}
