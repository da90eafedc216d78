// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.Time;
import dev.flyball.auth.ApiKeyStore.Stored;
import dev.flyball.auth.KnownKey.Terms;
import dev.flyball.auth.internal.apikey.SecretHash;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The API keys of a store, at hand for calls.
 *
 * <p>Read again every few seconds, when the store tells of a change, and when somebody comes with a
 * key or secret that is not known: that at most every five seconds, and once a minute for one id,
 * so that strangers cannot keep the store busy. When reading fails, the last good set serves on for
 * a while. One read runs at a time. Thread-safe.
 */
final class ApiKeyMirror {

  private static final long SECOND = 1_000_000_000L;
  private static final long BETWEEN_DEMANDS = 5 * SECOND;
  private static final long NEGATIVE_TTL = 60 * SECOND;
  private static final int NEGATIVE_SIZE = 256;
  private static final long READ_TIMEOUT_SECONDS = 10;

  /** How often, and for how long. */
  record Pace(Duration refresh, Duration maxStale, Duration uses) {}

  private final ApiKeyStore store;
  private final Terms terms;
  private final SecretHash hashes;
  private final Pace pace;
  private final Time time;
  private final ScheduledExecutorService scheduler;
  private final Consumer<Event> events;

  private volatile Map<String, KnownKey> keys = Map.of();
  private volatile @Nullable List<Stored> listed;
  private volatile long succeeded;
  private volatile @Nullable String failure;
  private volatile boolean usesFail;
  private volatile SharedStore.@Nullable Watch watch;

  // guarded by this
  private boolean running;
  private boolean again;
  private boolean hasDemanded;
  private long demanded;
  private final Map<String, Long> missed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > NEGATIVE_SIZE;
        }
      };

  ApiKeyMirror(ApiKeyStore store, Terms terms, SecretHash hashes, Pace pace, Setup setup) {
    this.store = store;
    this.terms = terms;
    this.hashes = hashes;
    this.pace = pace;
    this.time = setup.time();
    this.scheduler = setup.scheduler();
    this.events = setup::publish;
    setup
        .meters()
        .gauge(
            "flyball.auth.api-keys.age",
            "s",
            "How old the mirror of the API keys is.",
            Map.of(),
            this::ageSeconds);
    setup.healthCheck(new Check());
  }

  void start() {
    watch();
    refresh();
    every(pace.refresh(), this::refresh);
    if (!pace.uses().isZero()) {
      every(pace.uses(), this::writeUses);
    }
  }

  /** A store that cannot tell of changes is looked at all the same. */
  private void watch() {
    try {
      watch = store.watch(this::refreshSoon);
    } catch (RuntimeException e) {
      events.accept(
          Event.warn("auth.api-keys.watch-failed", "changes of API keys are found by looking only")
              .with("flyball.reason", describe(e)));
    }
  }

  void close() {
    SharedStore.Watch open = watch;
    if (open != null) {
      open.close();
    }
    if (!pace.uses().isZero()) {
      writeUses();
    }
  }

  private void every(Duration interval, Runnable action) {
    long nanos = interval.toNanos();
    scheduler.scheduleWithFixedDelay(action, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  @Nullable KnownKey find(String id) {
    return keys.get(id);
  }

  /** Whether the keys are young enough to decide by. */
  boolean isFresh(long nanoTime) {
    return listed != null && nanoTime - succeeded < pace.maxStale().toNanos();
  }

  /** Somebody came with an id or a secret that is not known: perhaps it is new. */
  void missed(String id) {
    if (isWorthAsking(id)) {
      refreshSoon();
    }
  }

  private synchronized boolean isWorthAsking(String id) {
    long now = time.nanoTime();
    Long before = missed.get(id);
    if (before != null && now - before < NEGATIVE_TTL) {
      return false;
    }
    if (hasDemanded && now - demanded < BETWEEN_DEMANDS) {
      return false;
    }
    missed.remove(id);
    missed.put(id, now);
    hasDemanded = true;
    demanded = now;
    return true;
  }

  private void refreshSoon() {
    try {
      scheduler.execute(this::refresh);
    } catch (RejectedExecutionException e) {
      // the service is closing: nobody will ask for keys any more
    }
  }

  /** Reads now, or once more after the read that runs. */
  private void refresh() {
    synchronized (this) {
      again = running;
      if (running) {
        return;
      }
      running = true;
    }
    read();
  }

  private void read() {
    try {
      store
          .list()
          .toCompletableFuture()
          .copy()
          .orTimeout(READ_TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .whenComplete(this::settle);
    } catch (RuntimeException e) {
      settle(null, e);
    }
  }

  private void settle(@Nullable List<Stored> stored, @Nullable Throwable error) {
    try {
      if (stored == null) {
        fail(describe(error));
      } else {
        succeed(stored);
      }
    } catch (RuntimeException e) {
      fail(describe(e));
    } finally {
      if (isToReadAgain()) {
        read();
      }
    }
  }

  private synchronized boolean isToReadAgain() {
    running = again;
    again = false;
    return running;
  }

  private void succeed(List<Stored> stored) {
    boolean changed = !stored.equals(listed) && take(stored);
    boolean first = listed == null;
    listed = stored;
    succeeded = time.nanoTime();
    boolean recovered = failure != null;
    failure = null;
    if (changed || first) {
      events.accept(
          Event.info("auth.api-keys.refreshed", "the API keys are new")
              .with("flyball.auth.keys", stored.size()));
    } else if (recovered) {
      events.accept(
          Event.info("auth.api-keys.recovered", "the API keys can be read again")
              .with("flyball.auth.keys", stored.size()));
    }
  }

  /** Takes keys in, all at once; returns whether any is new or gone. */
  private boolean take(List<Stored> stored) {
    Map<String, KnownKey> before = keys;
    Map<String, KnownKey> next = new HashMap<>();
    int same = 0;
    for (Stored each : stored) {
      ApiKey key = each.key();
      KnownKey known = before.get(key.id());
      boolean isSame = known != null && known.isOf(key);
      same += isSame ? 1 : 0;
      KnownKey taken = isSame ? known : new KnownKey(key, terms, hashes, known);
      if (next.put(key.id(), taken) != null) {
        throw new IllegalStateException("the key " + key.id() + " is there twice");
      }
    }
    keys = next;
    tellOfLostKeys(next);
    return same != before.size() || same != next.size();
  }

  private void tellOfLostKeys(Map<String, KnownKey> next) {
    long lost = next.values().stream().filter(KnownKey::isPeppered).count();
    if (lost > 0 && !hashes.isPeppered()) {
      events.accept(
          Event.error(
                  "auth.api-keys.pepper-missing",
                  "some API keys do not work here: they were made with a pepper and "
                      + ApiKeySettings.PEPPER.key()
                      + " is not set")
              .with("flyball.auth.keys", lost));
    }
  }

  /** The last good set stays; what is wrong is told once. */
  private void fail(String reason) {
    boolean isNews = !reason.equals(failure);
    failure = reason;
    if (isNews) {
      String effect = listed == null ? "no API key works" : "the known ones serve on";
      events.accept(
          Event.error("auth.api-keys.refresh-failed", "the API keys cannot be read; " + effect)
              .with("flyball.reason", reason));
    }
  }

  // ---- uses

  private void writeUses() {
    Map<KnownKey, Long> moments = new HashMap<>();
    Map<String, Instant> uses = new HashMap<>();
    keys.forEach((id, key) -> {
      long moment = key.newUse();
      if (moment > 0) {
        moments.put(key, moment);
        uses.put(id, Instant.ofEpochSecond(moment));
      }
    });
    if (!uses.isEmpty()) {
      write(uses)
          .whenComplete((done, error) -> {
            if (error == null) {
              moments.forEach(KnownKey::noted);
              usesFail = false;
            } else {
              failUses(describe(error));
            }
          });
    }
  }

  private CompletionStage<Void> write(Map<String, Instant> uses) {
    try {
      return store.used(uses);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** They are written with the next ones. */
  private void failUses(String reason) {
    if (!usesFail) {
      usesFail = true;
      events.accept(
          Event.warn(
                  "auth.api-keys.uses-failed",
                  "when API keys were last used cannot be written down")
              .with("flyball.reason", reason));
    }
  }

  private double ageSeconds() {
    return listed == null ? Double.NaN : (time.nanoTime() - succeeded) / (double) SECOND;
  }

  private static String describe(@Nullable Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause != null && cause.getMessage() != null ? cause.getMessage() : String.valueOf(cause);
  }

  /** Whether the keys are fresh; old ones are no reason to take the service out. */
  private final class Check implements HealthCheck {

    @Override
    public String name() {
      return "auth-api-keys";
    }

    @Override
    public CompletionStage<Result> check() {
      boolean good = failure == null && listed != null;
      return CompletableFuture.completedFuture(
          good
              ? new Result(Status.UP, keys.size() + " keys")
              : new Result(Status.DEGRADED, listed == null ? "not read yet" : "cannot be read"));
    }
  }
}
