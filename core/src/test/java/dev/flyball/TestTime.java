// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that move only when they are told to. */
final class TestTime implements Time {

  private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
  private final AtomicLong millis = new AtomicLong(1_795_000_000_000L);

  void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    millis.addAndGet(duration.toMillis());
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public long currentTimeMillis() {
    return millis.get();
  }
}
