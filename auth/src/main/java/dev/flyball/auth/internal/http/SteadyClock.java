// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.http;

import dev.flyball.Time;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that nobody sets, for breakers: how long a server was left alone, not what time it is.
 */
public final class SteadyClock extends Clock {

  private final Time time;

  public SteadyClock(Time time) {
    this.time = time;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochSecond(0, time.nanoTime());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
