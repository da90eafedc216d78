// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When peers have failed last: for each the moments of its last failures, as many as it may have.
 *
 * <p>One array of fixed size, eight places for each hash; nothing is allocated per peer. A peer is
 * over the limit while the oldest of its last {@code limit} failures is younger than the window: so
 * none is refused that has failed less often within it. A newcomer takes a free place, one whose
 * failures are all old, or that of the peer that has failed least lately; one that is over the
 * limit loses its place last. Lock-free; thread-safe.
 */
final class FailureTable {

  static final int PLACES = 4_096;

  private static final int WAYS = 8;
  private static final int SETS = PLACES / WAYS;
  private static final int COUNT_BITS = 16;
  private static final int HEAD = 2;

  private final int limit;
  private final long window;
  private final long seed;
  private final int stride;

  /**
   * For each place: whose it is and how many failures it has; when that was told; the moments of
   * its last failures, in a ring.
   */
  private final AtomicLongArray words;

  /**
   * An empty table.
   *
   * @param limit how many failures a peer may have within the window
   * @param window in nanoseconds
   * @param seed a secret, so that nobody can choose peers that share places
   */
  FailureTable(int limit, long window, long seed) {
    this.limit = limit;
    this.window = window;
    this.seed = seed;
    this.stride = HEAD + limit;
    this.words = new AtomicLongArray(PLACES * stride);
  }

  /** How long a peer is still over the limit, in nanoseconds; 0 where it is not. */
  long overFor(long peer, long now) {
    long hash = mix(peer ^ seed);
    int place = find(hash);
    return place < 0 ? 0 : overFor(place, count(words.get(place)), now);
  }

  /** Notes a failure, and says how long the peer is over the limit by it, in nanoseconds. */
  long failed(long peer, long now) {
    long hash = mix(peer ^ seed);
    while (true) {
      int place = find(hash);
      if (place < 0) {
        if (take(hash, now)) {
          return limit == 1 ? window : 0;
        }
        continue;
      }
      long word = words.get(place);
      int count = count(word);
      int next = count + 1 < 2 * limit ? count + 1 : limit; // it may wrap where the ring does
      if (isOf(word, hash) && words.compareAndSet(place, word, word(hash, next))) {
        words.set(place + HEAD + count % limit, now);
        return overFor(place, next, now);
      }
    }
  }

  /** Whether it is to be told that a peer is over the limit: once in a window. */
  boolean isNews(long peer, long now) {
    int place = find(mix(peer ^ seed));
    if (place < 0) {
      return false;
    }
    long told = words.get(place + 1);
    return now - told >= window && words.compareAndSet(place + 1, told, now);
  }

  /** Forgets the failures of a peer. */
  void forget(long peer) {
    int place = find(mix(peer ^ seed));
    if (place >= 0) {
      words.set(place, 0);
    }
  }

  /** How many peers have a place. */
  int size() {
    int used = 0;
    for (int place = 0; place < PLACES * stride; place += stride) {
      used += words.get(place) == 0 ? 0 : 1;
    }
    return used;
  }

  /** How much the table holds, which never changes. */
  int words() {
    return words.length();
  }

  private long overFor(int place, int count, long now) {
    if (count < limit) {
      return 0;
    }
    long oldest = words.get(place + HEAD + count % limit);
    return Math.max(0, oldest + window - now);
  }

  private int find(long hash) {
    int first = first(hash);
    for (int place = first; place < first + WAYS * stride; place += stride) {
      if (isOf(words.get(place), hash)) {
        return place;
      }
    }
    return -1;
  }

  /** Takes a place for a peer; false where another thread was there first. */
  private boolean take(long hash, long now) {
    int first = first(hash);
    int best = first;
    long bestWord = 0;
    long bestIdle = -1;
    for (int place = first; place < first + WAYS * stride; place += stride) {
      long word = words.get(place);
      if (isOf(word, hash)) {
        return false;
      }
      long idle = idle(place, word, now);
      if (idle > bestIdle) {
        best = place;
        bestWord = word;
        bestIdle = idle;
      }
    }
    if (!words.compareAndSet(best, bestWord, word(hash, 1))) {
      return false;
    }
    words.set(best + HEAD, now);
    words.set(best + 1, now - window);
    return true;
  }

  /** How willingly a place is given away: the longer nothing has failed there, the more. */
  private long idle(int place, long word, long now) {
    if (word == 0) {
      return Long.MAX_VALUE;
    }
    int count = count(word);
    long age = Math.max(0, now - words.get(place + HEAD + (count - 1) % limit));
    boolean over = overFor(place, count, now) > 0;
    return over ? Math.min(age, window) : window + Math.min(age, window) + 1;
  }

  private int first(long hash) {
    return (int) (hash & (SETS - 1)) * WAYS * stride;
  }

  private static boolean isOf(long word, long hash) {
    return word != 0 && word >>> COUNT_BITS == hash >>> COUNT_BITS;
  }

  private static long word(long hash, int count) {
    return ((hash >>> COUNT_BITS) << COUNT_BITS) | count;
  }

  private static int count(long word) {
    return (int) (word & ((1 << COUNT_BITS) - 1));
  }

  /** Every bit of the result depends on every bit of the input, and no two inputs share one. */
  private static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
