// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.Time;
import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.http.SteadyClock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
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
                .clock(new SteadyClock(time))
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
}
