// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import java.util.concurrent.TimeUnit;

/**
 * A token that was given to this service.
 *
 * @param value the token itself
 * @param refreshAt when another is asked for, in nanoseconds of the monotonic clock
 * @param usableUntil when it is used last
 */
record IssuedToken(String value, long refreshAt, long usableUntil) {

  private static final long LONGEST_AHEAD = TimeUnit.SECONDS.toNanos(60);
  private static final long LONGEST_MARGIN = TimeUnit.SECONDS.toNanos(5);

  /**
   * A token that lives for a while.
   *
   * @param asked when it was asked for: it is no younger
   */
  static IssuedToken of(String value, long lifetimeSeconds, long asked) {
    long lifetime = TimeUnit.SECONDS.toNanos(lifetimeSeconds);
    long margin = Math.min(LONGEST_MARGIN, lifetime / 10);
    long ahead = Math.min(LONGEST_AHEAD, lifetime / 3);
    return new IssuedToken(value, asked + lifetime - ahead, asked + lifetime - margin);
  }

  boolean isFresh(long now) {
    return now - refreshAt < 0;
  }

  boolean isUsable(long now) {
    return now - usableUntil < 0;
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "an issued token";
  }
}
