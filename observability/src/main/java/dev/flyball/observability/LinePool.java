// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lines to write into: two for each core. A pool, as thread-locals would be as many as the virtual
 * threads. A thread that finds none makes one, which is kept if there is a place for it later.
 */
final class LinePool {

  private static final int TRIES = 4;

  private final AtomicReferenceArray<@Nullable EcsLine> lines;
  private final NameTree names = new NameTree();
  private final int mask;

  LinePool() {
    int cores = Math.min(Runtime.getRuntime().availableProcessors(), 64);
    int size = Integer.highestOneBit(Math.max(TRIES, 2 * cores - 1)) * 2;
    this.lines = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
  }

  /** A line that nobody else writes into. */
  EcsLine take() {
    int home = home();
    for (int i = 0; i < TRIES; i++) {
      int place = (home + i) & mask;
      if (lines.getPlain(place) != null) {
        EcsLine line = lines.getAndSet(place, null);
        if (line != null) {
          return line;
        }
      }
    }
    return new EcsLine(names);
  }

  /** Keeps a line for later, in place of one that may lie there. */
  void give(EcsLine line) {
    lines.setRelease(home() & mask, line);
  }

  private static int home() {
    long id = Thread.currentThread().getId();
    return (int) ((id * 0x9E3779B97F4A7C15L) >>> 48);
  }
}
