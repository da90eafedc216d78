// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.Setup;
import dev.flyball.Time;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.keys.KeyFetcher.Fetched;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, kept fresh in the background.
 *
 * <p>The set is fetched again ahead of its expiry. When that fails, the last good set serves on for
 * a day. A key id that the set does not hold asks for a fetch, within a budget that strangers
 * cannot overdraw ({@link Demands}); a demand beyond it is met as soon as the budget allows, so
 * that a flood of invented ids can delay a rotated key by 15 seconds at most. One fetch runs at a
 * time, one refresh is planned at a time, and few calls wait. Thread-safe.
 */
public final class JwksSource implements IssuerKeys {

  private static final long SECOND = 1_000_000_000L;
  private static final long FIRST_RETRY = 5 * SECOND;
  private static final long LONGEST_RETRY = 60 * SECOND;
  private static final long BETWEEN_COLD_ATTEMPTS = SECOND;
  private static final long WAIT_FOR_UNKNOWN_MILLIS = 300;
  private static final long WAIT_FOR_FIRST_MILLIS = 1_000;

  /** More than that would let whoever invents key ids hold the threads of a service. */
  private static final int MOST_WAITING = 64;

  private final String issuer;
  private final KeyFetcher fetcher;
  private final KeysInForce keys;
  private final Time time;
  private final RandomGenerator random;
  private final ScheduledExecutorService scheduler;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile @Nullable FetchGuard guard;

  // guarded by this
  private final Demands demands = new Demands();
  private @Nullable Flight inFlight;
  private @Nullable ScheduledFuture<?> planned;
  private boolean catchUpPlanned;
  private long attempted;
  private boolean hasAttempted;
  private long retryAfter = FIRST_RETRY;

  /**
   * The keys of an issuer.
   *
   * @param issuer what the user calls it
   * @param fetcher gets them
   * @param setup of the module, whose settings are declared
   */
  public JwksSource(String issuer, KeyFetcher fetcher, Setup setup) {
    this.issuer = issuer;
    this.fetcher = fetcher;
    long staleLimit =
        Objects.requireNonNull(setup.settings().get(KeySettings.STALE_LIMIT)).toNanos();
    this.keys = new KeysInForce(issuer, fetcher, setup, staleLimit);
    this.time = setup.time();
    this.random = setup.random();
    this.scheduler = setup.scheduler();
    setup.healthCheck(new KeyHealth(issuer, this));
  }

  /** Fetches for the first time, in the background: a service starts without its issuers. */
  @Override
  public void start() {
    refresh(true);
  }

  /** The set that is in force; empty while there is none, and once the last good one is too old. */
  @Override
  public KeySet current() {
    return keys.current();
  }

  /** Whether there ever was a set. */
  boolean wasRead() {
    return keys.wasRead();
  }

  boolean isInTrouble() {
    return keys.isInTrouble();
  }

  // ---- demands

  /**
   * A set that may hold what the present one does not, if it may be fetched now.
   *
   * @param keyId the id that is missed; null where no key fits
   * @return null where nothing is to be waited for
   */
  @Override
  public @Nullable CompletionStage<KeySet> newer(@Nullable String keyId) {
    boolean cold = current().isEmpty();
    CompletableFuture<KeySet> fetch = cold ? first() : demand(keyId);
    if (fetch == null || !mayWait()) {
      return null;
    }
    long wait = cold ? WAIT_FOR_FIRST_MILLIS : WAIT_FOR_UNKNOWN_MILLIS;
    return fetch
        .copy()
        .completeOnTimeout(KeySet.EMPTY, wait, TimeUnit.MILLISECONDS)
        .whenComplete((set, error) -> waiting.decrementAndGet());
  }

  /** Remembers that the set does not hold an id. */
  @Override
  public synchronized void isUnknown(String keyId) {
    demands.miss(keyId, keys.read());
  }

  @Override
  public boolean isUnreachable() {
    return keys.isUnreachable();
  }

  /** What a starting service waits for, so that it does not begin with a complaint. */
  @Nullable CompletionStage<KeySet> awaited() {
    boolean awaited;
    synchronized (this) {
      awaited = current().isEmpty() && (inFlight != null || !hasAttempted);
    }
    return awaited ? newer(null) : null;
  }

  private boolean mayWait() {
    if (waiting.incrementAndGet() <= MOST_WAITING) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  private @Nullable CompletableFuture<KeySet> first() {
    synchronized (this) {
      boolean justNow = hasAttempted && time.nanoTime() - attempted < BETWEEN_COLD_ATTEMPTS;
      if (inFlight == null && justNow) {
        return null;
      }
    }
    return refresh(false);
  }

  private @Nullable CompletableFuture<KeySet> demand(@Nullable String keyId) {
    if (!fetcher.isChanging()) {
      return null;
    }
    synchronized (this) {
      long now = time.nanoTime();
      Demands.Answer answer = demands.answer(keyId, now);
      if (answer == Demands.Answer.NEVER) {
        return null;
      }
      if (inFlight == null && answer == Demands.Answer.LATER) {
        planCatchUp(demands.until(now));
        return null;
      }
      if (inFlight == null) {
        demands.meet(now);
      }
    }
    return refresh(false);
  }

  /** Meets demands that came too early, once for all of them. */
  private void planCatchUp(long wait) {
    if (!catchUpPlanned) {
      catchUpPlanned = true;
      schedule(this::catchUp, wait);
    }
  }

  private void catchUp() {
    synchronized (this) {
      catchUpPlanned = false;
      demands.meet(time.nanoTime());
    }
    refresh(false);
  }

  // ---- fetches

  /**
   * Fetches now, or joins the fetch that runs.
   *
   * @param twice whether one failure is worth another attempt: not where a stranger has asked
   */
  private CompletableFuture<KeySet> refresh(boolean twice) {
    Flight flight;
    synchronized (this) {
      if (inFlight != null) {
        return inFlight.landed;
      }
      flight = new Flight(twice);
      inFlight = flight;
      attempted = time.nanoTime();
      hasAttempted = true;
    }
    flight.depart();
    return flight.landed;
  }

  /** One fetch, with what guards it once fetches have begun to fail. */
  private final class Flight
      implements Supplier<CompletionStage<Fetched>>,
          BiConsumer<@Nullable Fetched, @Nullable Throwable> {

    private final CompletableFuture<KeySet> landed = new CompletableFuture<>();
    private final boolean twice;

    Flight(boolean twice) {
      this.twice = twice;
    }

    void depart() {
      FetchGuard known = guard;
      if (known == null) {
        get().whenComplete(this);
      } else {
        depart(known, this);
      }
    }

    /** Whatever happens, this flight lands: without it there would never be another one. */
    private void depart(FetchGuard guard, Supplier<CompletionStage<Fetched>> attempts) {
      try {
        guard.run(attempts, twice).whenComplete(this);
      } catch (RuntimeException | LinkageError e) {
        settle(landed, null, e);
      }
    }

    /** An attempt; whatever goes wrong is in the stage. */
    @Override
    public CompletionStage<Fetched> get() {
      try {
        return fetcher.fetch(keys.etag());
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    public void accept(@Nullable Fetched fetched, @Nullable Throwable error) {
      FetchGuard made = error != null && guard == null ? makeGuard() : null;
      if (made != null && error != null) {
        depart(made, startingWith(error));
      } else {
        settle(landed, fetched, error);
      }
    }

    /** Null where the library is another one than ours was written for: then it goes without. */
    private @Nullable FetchGuard makeGuard() {
      try {
        guard = new FetchGuard(issuer, time, scheduler);
      } catch (RuntimeException | LinkageError e) {
        keys.unguarded(e);
      }
      return guard;
    }

    /** The failure that has made the guard necessary is the first that it sees. */
    private Supplier<CompletionStage<Fetched>> startingWith(Throwable error) {
      return new Supplier<>() {
        private boolean seen;

        @Override
        public CompletionStage<Fetched> get() {
          boolean first = !seen;
          seen = true;
          return first ? CompletableFuture.failedFuture(cause(error)) : Flight.this.get();
        }
      };
    }
  }

  /** Takes in what a fetch came to, and plans the next one whatever happens. */
  private void settle(
      CompletableFuture<KeySet> landed, @Nullable Fetched fetched, @Nullable Throwable error) {
    long wait = LONGEST_RETRY;
    boolean fresh = false;
    try {
      if (fetched != null) {
        keys.take(fetched);
        wait = ahead(fetched.ttlNanos());
        fresh = true;
      } else {
        wait = fail(cause(error));
      }
    } finally {
      land(fresh, wait);
      landed.complete(current());
    }
  }

  private synchronized void land(boolean fresh, long wait) {
    inFlight = null;
    if (fresh) {
      retryAfter = FIRST_RETRY;
    }
    if (fetcher.isChanging()) {
      plan(fresh, wait);
    }
  }

  /** Returns when to try again: at the latest when the set becomes too old. */
  private long fail(Throwable error) {
    if (guard != null && FetchGuard.isSuppressed(error)) {
      keys.suppressed();
    } else {
      keys.fail(error);
    }
    long wait;
    synchronized (this) {
      wait = (long) (retryAfter * (0.8 + 0.4 * random.nextDouble()));
      retryAfter = Math.min(2 * retryAfter, LONGEST_RETRY);
    }
    return Math.min(wait, keys.remaining());
  }

  // ---- the next time

  /**
   * Plans the one next refresh. What has failed puts nothing off that is planned already, or
   * demands could put it off for ever.
   */
  private void plan(boolean anew, long wait) {
    ScheduledFuture<?> before = planned;
    if (before != null) {
      if (!anew && before.getDelay(TimeUnit.NANOSECONDS) <= wait) {
        return;
      }
      before.cancel(false);
    }
    planned = schedule(this::refreshAsPlanned, wait);
  }

  private void refreshAsPlanned() {
    synchronized (this) {
      planned = null;
    }
    refresh(true);
  }

  private @Nullable ScheduledFuture<?> schedule(Runnable action, long nanos) {
    try {
      return scheduler.schedule(action, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return null; // the service is closing: nobody will ask for keys any more
    }
  }

  /** Between 50 and 80 percent of a time to live, so that instances do not ask together. */
  private long ahead(long ttl) {
    return (long) (ttl * (0.5 + 0.3 * random.nextDouble()));
  }

  private static Throwable cause(@Nullable Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null ? new IllegalStateException("a fetch without a result") : cause;
  }
}
