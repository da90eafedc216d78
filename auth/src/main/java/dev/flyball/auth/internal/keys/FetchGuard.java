// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.Time;
import dev.flyball.auth.internal.http.SteadyClock;
import dev.flyball.auth.internal.keys.KeyFetcher.Fetched;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * A circuit breaker and a retry around fetches that have begun to fail.
 *
 * <p>One lost connection is no outage: a scheduled refresh is tried once more. And an issuer that
 * has failed four times is left alone for ten seconds, whoever asks for its keys.
 *
 * <p>All that is known of Resilience4j is here, and none of it is loaded before something fails
 * (see docs/decisions.md).
 */
final class FetchGuard {

  private static final int FAILURES = 4;
  private static final Duration OPEN = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 2;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

  private final CircuitBreaker breaker;
  private final Retry retry;
  private final ScheduledExecutorService scheduler;

  FetchGuard(String issuer, Time time, ScheduledExecutorService scheduler) {
    this.breaker =
        CircuitBreaker.of(
            "auth-keys-" + issuer,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(FAILURES)
                .minimumNumberOfCalls(FAILURES)
                .failureRateThreshold(100)
                .waitDurationInOpenState(OPEN)
                .permittedNumberOfCallsInHalfOpenState(1)
                .writableStackTraceEnabled(false)
                .clock(new SteadyClock(time))
                .build());
    this.retry =
        Retry.of(
            "auth-keys-" + issuer,
            RetryConfig.custom()
                .maxAttempts(ATTEMPTS)
                .intervalFunction(IntervalFunction.ofRandomized(BETWEEN_ATTEMPTS))
                .retryOnException(FetchGuard::mayPass)
                .build());
    this.scheduler = scheduler;
  }

  /**
   * Makes an attempt, or two.
   *
   * @param attempt fetches
   * @param twice whether to try once more where that may help
   */
  CompletionStage<Fetched> run(Supplier<CompletionStage<Fetched>> attempt, boolean twice) {
    Supplier<CompletionStage<Fetched>> guarded =
        CircuitBreaker.decorateCompletionStage(breaker, attempt);
    return twice ? Retry.decorateCompletionStage(retry, scheduler, guarded).get() : guarded.get();
  }

  /** Whether an attempt was not made at all. */
  static boolean isSuppressed(Throwable error) {
    return error instanceof CallNotPermittedException;
  }

  private static boolean mayPass(Throwable error) {
    return !(error instanceof KeysRefused) && !isSuppressed(error);
  }
}
