// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/**
 * The one source of time of a governor: wall clock and monotonic clock.
 *
 * <p>Tests implement it; everything else gets it from {@link Setup#time()}. Thread-safe.
 */
public interface Time {

  /**
   * The clocks of this machine.
   *
   * @return the system's time
   */
  static Time system() {
    return SystemTime.INSTANCE;
  }

  /**
   * A reading of the monotonic clock, for durations and deadlines only.
   *
   * @return nanoseconds from an arbitrary origin; compare by subtraction
   */
  long nanoTime();

  /**
   * A reading of the wall clock, which may jump in either direction.
   *
   * @return milliseconds since 1970-01-01T00:00:00Z
   */
  long currentTimeMillis();
}
