// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.Problem;
import dev.flyball.Time;
import dev.flyball.UndecidedException;
import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.http.JsonClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The server that decides. It is asked within a time limit, by so many at once, and not at all
 * while it keeps failing; without its answer nobody is let through, and callers are told 503.
 */
final class DecisionPoint {

  private static final int MAX_AT_ONCE = 256;
  private static final int MAX_ANSWER = 64 * 1024;

  /** What says that the server is not there; 500 may be about one question only. */
  private static final Set<Integer> DOWN = Set.of(502, 503, 504);

  private static final Problem UNAVAILABLE =
      Problem.of(
              Problem.Kind.OVERLOADED,
              "policy_unavailable",
              "it cannot be decided now whether the caller may do this")
          .withHeader("Retry-After", "5");

  private final URI address;
  private final @Nullable String credential;
  private final JsonClient client;
  private final Duration timeout;
  private final PointBreaker breaker;
  private final Semaphore permits = new Semaphore(MAX_AT_ONCE);

  DecisionPoint(
      URI address, @Nullable String credential, JsonClient client, Duration timeout, Time time) {
    this.address = address;
    this.credential = credential;
    this.client = client;
    this.timeout = timeout;
    this.breaker = new PointBreaker(time);
  }

  /** Asks; completes exceptionally with {@link UndecidedException} where no answer is to be had. */
  CompletableFuture<EvaluationAnswer> ask(byte[] request) {
    if (!permits.tryAcquire()) {
      return CompletableFuture.failedFuture(undecided("pdp_busy", null));
    }
    if (!breaker.mayAsk()) {
      permits.release();
      return CompletableFuture.failedFuture(undecided("pdp_open", null));
    }
    CompletableFuture<HttpResponse<byte[]>> exchange = send(request);
    exchange.whenComplete((response, failure) -> permits.release());
    return exchange.copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).handle(this::answer);
  }

  private CompletableFuture<HttpResponse<byte[]>> send(byte[] request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(request));
    if (credential != null) {
      builder.header("Authorization", credential);
    }
    try {
      return client.send(builder, MAX_ANSWER);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private EvaluationAnswer answer(
      @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
    breaker.answered(response != null && !DOWN.contains(response.statusCode()));
    if (response == null) {
      Throwable cause = cause(failure);
      throw undecided(cause instanceof TimeoutException ? "pdp_timeout" : "pdp_unavailable", cause);
    }
    try {
      return EvaluationAnswer.of(response);
    } catch (FetchFailed e) {
      throw undecided(response.statusCode() >= 500 ? "pdp_unavailable" : "pdp_answer", e);
    }
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static UndecidedException undecided(String reason, @Nullable Throwable cause) {
    return new UndecidedException(reason, UNAVAILABLE, null, cause);
  }
}
