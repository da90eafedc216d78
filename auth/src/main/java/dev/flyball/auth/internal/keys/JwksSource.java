// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.HealthCheck.Result;
import dev.flyball.HealthCheck.Status;
import dev.flyball.Setup;
import dev.flyball.Time;
import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.jose.KeySetParser;
import dev.flyball.auth.internal.keys.KeyFetcher.Fetched;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, kept fresh in the background.
 *
 * <p>The set is fetched again ahead of its expiry. When that fails, the last good set serves on for
 * a day. A key id that the set does not hold asks for one fetch at most every 15 seconds, whoever
 * asks and however often; a demand in between is met when the 15 seconds are over, so that a flood
 * of invented ids can delay a rotated key by no more than that. One fetch runs at a time.
 * Thread-safe.
 */
public final class JwksSource implements IssuerKeys {

  private static final long SECOND = 1_000_000_000L;
  private static final long DEFAULT_TTL = 300 * SECOND;
  private static final long SHORTEST_TTL = 60 * SECOND;
  private static final long LONGEST_TTL = 3_600 * SECOND;
  private static final long FILE_TTL = 5 * SECOND;
  private static final long FIRST_RETRY = 5 * SECOND;
  private static final long LONGEST_RETRY = 60 * SECOND;
  private static final long STALE_LIMIT = 24 * 3_600 * SECOND;
  private static final long BETWEEN_DEMANDS = 15 * SECOND;
  private static final long BETWEEN_COLD_ATTEMPTS = SECOND;
  private static final long WAIT_FOR_UNKNOWN_MILLIS = 300;
  private static final long WAIT_FOR_FIRST_MILLIS = 1_500;
  private static final long NEGATIVE_TTL = 60 * SECOND;
  private static final int NEGATIVE_SIZE = 256;

  private final String issuer;
  private final KeyFetcher fetcher;
  private final Time time;
  private final RandomGenerator random;
  private final ScheduledExecutorService scheduler;
  private final Consumer<Event> events;
  private final Map<String, Long> unknown =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > NEGATIVE_SIZE;
        }
      };

  private volatile KeySet current = KeySet.EMPTY;
  private volatile long succeeded;
  private volatile @Nullable String failure;

  // guarded by this
  private @Nullable CompletableFuture<KeySet> inFlight;
  private long attempted;
  private boolean hasAttempted;
  private long demanded;
  private boolean hasDemanded;
  private boolean catchUpPlanned;
  private long retryAfter = FIRST_RETRY;

  public JwksSource(String issuer, KeyFetcher fetcher, Setup setup) {
    this.issuer = issuer;
    this.fetcher = fetcher;
    this.time = setup.time();
    this.random = setup.random();
    this.scheduler = setup.scheduler();
    this.events = setup::publish;
    setup
        .meters()
        .gauge(
            "flyball.auth.keys.age",
            "s",
            "How old the key set of an issuer is.",
            Map.of("issuer", issuer),
            this::ageSeconds);
    setup.healthCheck(new Check());
  }

  /** Fetches for the first time, in the background: a service starts without its issuers. */
  @Override
  public void start() {
    refresh();
  }

  /** The set that is in force; empty while there is none, and once the last good one is too old. */
  @Override
  public KeySet current() {
    return current;
  }

  /**
   * A set that may hold what the present one does not, if it may be fetched now.
   *
   * @param keyId the id that is missed; null where no key fits
   * @return null where nothing is to be waited for
   */
  @Override
  public @Nullable CompletionStage<KeySet> newer(@Nullable String keyId) {
    boolean cold = current.isEmpty();
    CompletableFuture<KeySet> fetch = demand(keyId, cold);
    if (fetch == null) {
      return null;
    }
    long wait = cold ? WAIT_FOR_FIRST_MILLIS : WAIT_FOR_UNKNOWN_MILLIS;
    return fetch.copy().completeOnTimeout(KeySet.EMPTY, wait, TimeUnit.MILLISECONDS);
  }

  /** Remembers that a fresh set does not hold an id. */
  @Override
  public synchronized void isUnknown(String keyId) {
    unknown.put(keyId, time.nanoTime());
  }

  private @Nullable CompletableFuture<KeySet> demand(@Nullable String keyId, boolean cold) {
    synchronized (this) {
      if (inFlight != null) {
        return inFlight;
      }
      long now = time.nanoTime();
      if (cold) {
        if (hasAttempted && now - attempted < BETWEEN_COLD_ATTEMPTS) {
          return null;
        }
      } else {
        Long before = keyId == null ? null : unknown.get(keyId);
        if (before != null && now - before < NEGATIVE_TTL) {
          planCatchUp(now);
          return null;
        }
        if (hasDemanded && now - demanded < BETWEEN_DEMANDS) {
          planCatchUp(now);
          return null;
        }
        demanded = now;
        hasDemanded = true;
      }
    }
    return refresh();
  }

  /** Meets demands that came too early, once for all of them. */
  private void planCatchUp(long now) {
    if (!catchUpPlanned) {
      catchUpPlanned = true;
      long wait = hasDemanded ? BETWEEN_DEMANDS - (now - demanded) : 0;
      schedule(this::catchUp, Math.max(0, wait));
    }
  }

  private void catchUp() {
    synchronized (this) {
      catchUpPlanned = false;
      demanded = time.nanoTime();
      hasDemanded = true;
    }
    refresh();
  }

  /** Fetches now, or joins the fetch that runs. */
  private CompletableFuture<KeySet> refresh() {
    CompletableFuture<KeySet> mine;
    synchronized (this) {
      if (inFlight != null) {
        return inFlight;
      }
      mine = new CompletableFuture<>();
      inFlight = mine;
      attempted = time.nanoTime();
      hasAttempted = true;
    }
    try {
      fetcher.fetch().whenComplete((fetched, error) -> settle(mine, fetched, error));
    } catch (RuntimeException e) {
      settle(mine, null, e);
    }
    return mine;
  }

  private void settle(
      CompletableFuture<KeySet> mine, @Nullable Fetched fetched, @Nullable Throwable error) {
    long wait = LONGEST_RETRY;
    try {
      wait = fetched == null ? fail(describe(error)) : succeed(fetched);
    } catch (KeySetParser.Refused e) {
      wait = fail("the set is refused: " + e.getMessage());
    } catch (RuntimeException e) {
      wait = fail(describe(e));
    } finally {
      synchronized (this) {
        inFlight = null;
      }
      schedule(this::refresh, wait);
      mine.complete(current);
    }
  }

  /** Takes a set in; returns when to look for the next one. */
  private long succeed(Fetched fetched) throws KeySetParser.Refused {
    byte[] body = fetched.body();
    KeySet before = current;
    KeySet next = body == null ? before : KeySetParser.parse(body);
    succeeded = time.nanoTime();
    boolean recovered = failure != null;
    failure = null;
    synchronized (this) {
      retryAfter = FIRST_RETRY;
    }
    if (!next.isSameAs(before)) {
      current = next;
      Event event =
          Event.info("auth.keys.refreshed", "the keys of issuer " + issuer + " are new")
              .with("flyball.issuer", issuer)
              .with("flyball.auth.keys", next.size());
      events.accept(
          next.dropped().isEmpty()
              ? event
              : event.with("flyball.auth.keys_dropped", String.join("; ", next.dropped())));
    } else if (recovered) {
      events.accept(
          Event.info("auth.keys.recovered", "the keys of issuer " + issuer + " can be read again")
              .with("flyball.issuer", issuer));
    }
    return ahead(ttl(fetched.maxAgeSeconds()));
  }

  /** The last good set stays; the outage is told once. Returns when to try again. */
  private long fail(String reason) {
    boolean first = failure == null;
    failure = reason;
    if (time.nanoTime() - succeeded >= STALE_LIMIT) {
      current = KeySet.EMPTY;
    }
    if (first) {
      String effect = current.isEmpty() ? "no token can be checked" : "the known keys serve on";
      events.accept(
          Event.warn(
                  "auth.keys.refresh-failed",
                  "the keys of issuer " + issuer + " cannot be read; " + effect)
              .with("flyball.issuer", issuer)
              .with("flyball.place", fetcher.place())
              .with("flyball.reason", reason));
    }
    long wait;
    synchronized (this) {
      wait = retryAfter;
      retryAfter = Math.min(2 * retryAfter, LONGEST_RETRY);
    }
    return jittered(wait);
  }

  private void schedule(Runnable action, long nanos) {
    try {
      scheduler.schedule(action, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // the service is closing: nobody will ask for keys any more
    }
  }

  private long ttl(long maxAgeSeconds) {
    if (fetcher instanceof FileKeys) {
      return FILE_TTL;
    }
    return maxAgeSeconds < 0
        ? DEFAULT_TTL
        : Math.max(SHORTEST_TTL, Math.min(LONGEST_TTL, maxAgeSeconds * SECOND));
  }

  /** Between 50 and 80 percent of a time to live, so that instances do not ask together. */
  private long ahead(long ttl) {
    return (long) (ttl * (0.5 + 0.3 * random.nextDouble()));
  }

  private long jittered(long wait) {
    return (long) (wait * (0.8 + 0.4 * random.nextDouble()));
  }

  private double ageSeconds() {
    return current.isEmpty() ? Double.NaN : (time.nanoTime() - succeeded) / (double) SECOND;
  }

  private static String describe(@Nullable Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof FetchFailed
        ? String.valueOf(cause.getMessage())
        : String.valueOf(cause);
  }

  /** Whether the keys are fresh; an old set is no reason to take the service out. */
  private final class Check implements HealthCheck {

    @Override
    public String name() {
      return "auth-keys-" + issuer;
    }

    @Override
    public CompletionStage<Result> check() {
      CompletionStage<KeySet> first = first();
      return first == null
          ? CompletableFuture.completedFuture(result())
          : first.handle((set, error) -> result());
    }

    /** What a starting service waits for, so that it does not begin with a complaint. */
    private @Nullable CompletionStage<KeySet> first() {
      boolean awaited;
      synchronized (JwksSource.this) {
        awaited = current.isEmpty() && (inFlight != null || !hasAttempted);
      }
      return awaited ? newer(null) : null;
    }

    private Result result() {
      String reason = failure;
      if (reason == null && !current.isEmpty()) {
        return new Result(Status.UP, current.size() + " keys");
      }
      return new Result(
          Status.DEGRADED, reason == null ? "not fetched yet" : "cannot be refreshed");
    }
  }
}
