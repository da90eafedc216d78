// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The threads that run somebody else's code in the middle of a line: {@code toString} of a value,
 * {@code getMessage} of a throwable. What such code logs itself is not written, or it could go on
 * for ever. A set and not a thread-local, which every virtual thread would have one of.
 */
final class Foreign {

  private static final Set<Thread> inside = ConcurrentHashMap.newKeySet();

  private Foreign() {}

  /** Whether this thread is inside. */
  static boolean isInside() {
    return !inside.isEmpty() && inside.contains(Thread.currentThread());
  }

  /** Notes that this thread runs foreign code; false where it already did. */
  static boolean enter() {
    return inside.add(Thread.currentThread());
  }

  /** To be called by whoever entered. */
  static void leave() {
    inside.remove(Thread.currentThread());
  }
}
