// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.Arrays;

/**
 * The names on one line. No two of them are the same, and none lies inside another: a key for which
 * there is no room goes to quarantine, where its value can still be found. Not thread-safe.
 */
final class LineNames {

  private long own;
  private Key[] keys = new Key[32];
  private int[] roots = new int[32];
  private int count;

  /** Begins a line. */
  void reset() {
    own = 0;
    count = 0;
  }

  /** Notes a field of our own. */
  void add(long fields) {
    own |= fields;
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
    int root = key.root();
    for (int i = 0; i < count; i++) {
      if (roots[i] == root && keys[i].clashesWith(key)) {
        return false;
      }
    }
    return true;
  }

  private Key add(Key key) {
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, count * 2);
      roots = Arrays.copyOf(roots, count * 2);
    }
    keys[count] = key;
    roots[count] = key.root();
    count++;
    return key;
  }
}
