// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

/**
 * How many used proofs are remembered now, by the second in which each of them is forgotten.
 *
 * <p>A proof that should be remembered for longer than all may be counts as one of the last second.
 * Thread-safe.
 */
final class UsedProofs {

  private final int limit;
  private final int[] ending;

  // guarded by this
  private long from;
  private int live;

  /**
   * None yet.
   *
   * @param limit how many there may be
   * @param seconds for how long one is remembered at most
   */
  UsedProofs(int limit, int seconds) {
    this.limit = limit;
    this.ending = new int[seconds + 1];
    this.from = Long.MIN_VALUE;
  }

  /**
   * Counts one more.
   *
   * @param end the first second in which it is forgotten
   * @return false where there are too many already
   */
  synchronized boolean add(long now, long end) {
    forget(now);
    if (live >= limit) {
      return false;
    }
    live++;
    ending[place(end)]++;
    return true;
  }

  /** Counts one less, which turned out to have been used before. */
  synchronized void remove(long end) {
    int place = place(end);
    if (ending[place] > 0) {
      ending[place]--;
      live--;
    }
  }

  /** A clock that is set back forgets nothing until it is where it was. */
  private void forget(long now) {
    if (from == Long.MIN_VALUE || now - from > ending.length) {
      from = Math.max(from, now - ending.length);
    }
    for (; from <= now; from++) {
      int place = Math.floorMod(from, ending.length);
      live -= ending[place];
      ending[place] = 0;
    }
  }

  private int place(long end) {
    long last = from + ending.length - 1;
    return Math.floorMod(Math.max(from, Math.min(end, last)), ending.length);
  }
}
