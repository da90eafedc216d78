// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.Time;
import dev.flyball.auth.internal.http.FetchFailed;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** All that is known of Resilience4j: whether a server that keeps failing is to be left alone. */
final class PointBreaker {

  private static final int WINDOW = 10;
  private static final Duration OPEN = Duration.ofSeconds(5);

  private final CircuitBreaker breaker;

  PointBreaker(Time time) {
    breaker =
        CircuitBreaker.of(
            "auth-authzen",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(WINDOW)
                .failureRateThreshold(50)
                .waitDurationInOpenState(OPEN)
                .permittedNumberOfCallsInHalfOpenState(1)
                .clock(new Monotonic(time))
                .build());
  }

  boolean mayAsk() {
    return breaker.tryAcquirePermission();
  }

  /** To be called once for each permission. */
  void answered(boolean well) {
    if (well) {
      breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    } else {
      breaker.onError(0, TimeUnit.NANOSECONDS, new FetchFailed("failed"));
    }
  }

  /** The breaker goes by a clock that nobody sets. */
  private static final class Monotonic extends Clock {

    private final Time time;

    Monotonic(Time time) {
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
}
