// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.Arrays;

/**
 * The names on one line. No two of them are the same, and none lies inside another: a key for which
 * there is no room goes to quarantine, where its value can still be found. Not thread-safe.
 *
 * <p>It keeps hashes and no keys, as to store a reference costs more than all the rest. Two names
 * with the same 64 bits would send the second to quarantine, where it does no harm.
 */
final class LineNames {

  /** A few hashes, and a bit for each by which most others are seen not to be among them. */
  private static final class Hashes {

    private static final int WORDS = 4;

    private final long[] bits = new long[WORDS];
    private long[] values = new long[32];
    private int count;

    void clear() {
      Arrays.fill(bits, 0);
      count = 0;
    }

    boolean contains(long hash) {
      return (bits[word(hash)] & (1L << hash)) != 0 && isListed(hash);
    }

    private boolean isListed(long hash) {
      for (int i = 0; i < count; i++) {
        if (values[i] == hash) {
          return true;
        }
      }
      return false;
    }

    void add(long hash) {
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
      }
      values[count++] = hash;
      bits[word(hash)] |= 1L << hash;
    }

    private static int word(long hash) {
      return (int) (hash >>> 8) & (WORDS - 1);
    }
  }

  private final Hashes names = new Hashes();
  private final Hashes objects = new Hashes();
  private long own;

  /** Begins a line. */
  void reset() {
    own = 0;
    names.clear();
    objects.clear();
  }

  /** Notes fields of our own. */
  void add(long fields) {
    own |= fields;
  }

  /** The fields of our own. */
  long own() {
    return own;
  }

  /** The key itself where it is free, else a place in quarantine that is. */
  Key place(Key key) {
    if (key.isAllowedBeside(own) && isFree(key)) {
      return add(key);
    }
    Key displaced = key.inQuarantine();
    for (int number = 2; !isFree(displaced); number++) {
      displaced = key.inQuarantine(number);
    }
    return add(displaced);
  }

  private boolean isFree(Key key) {
    if (names.contains(key.hash()) || objects.contains(key.hash())) {
      return false;
    }
    for (long object : key.objects()) {
      if (names.contains(object)) {
        return false;
      }
    }
    return true;
  }

  private Key add(Key key) {
    names.add(key.hash());
    for (long object : key.objects()) {
      objects.add(object);
    }
    return key;
  }
}
