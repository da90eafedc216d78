// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.SharedStore.Entry;
import dev.flyball.SharedStore.Listing;
import dev.flyball.SharedStore.Watch;
import dev.flyball.Time;
import dev.flyball.auth.internal.revocation.RevocationSettings.OnOutage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the mirror like the store: by what the store tells of itself, and by reading all of it now
 * and then, which also shows that the store is there. Thread-safe.
 */
final class RevocationReader {

  private static final long PATIENCE_SECONDS = 10;

  private final SharedStore store;
  private final RevocationMirror mirror;
  private final Time time;
  private final ScheduledExecutorService scheduler;
  private final Consumer<Event> events;
  private final boolean refuses;
  private final long maxAgeNanos;
  private final long intervalNanos;

  private volatile boolean started;
  private volatile boolean known = true;
  private volatile boolean failing;
  private volatile long succeeded;
  private volatile @Nullable CompletableFuture<?> reading;
  private @Nullable Watch watch; // guarded by this
  private boolean closed; // guarded by this

  RevocationReader(Setup setup, RevocationMirror mirror) {
    this.store = setup.sharedStore();
    this.mirror = mirror;
    this.time = setup.time();
    this.scheduler = setup.scheduler();
    this.events = setup::publish;
    this.refuses = setup.settings().get(RevocationSettings.ON_OUTAGE) == OnOutage.REFUSE;
    this.maxAgeNanos = nanos(setup.settings().get(RevocationSettings.MAX_AGE));
    this.intervalNanos = nanos(setup.settings().get(RevocationSettings.INTERVAL));
    setup.healthCheck(new Check());
  }

  /** Nothing is known until all was read once. */
  void start() {
    succeeded = time.nanoTime();
    known = false;
    if (refuses) {
      mirror.isUnknown();
    }
    started = true;
    read();
    scheduler.scheduleWithFixedDelay(
        this::read, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
  }

  synchronized void close() {
    closed = true;
    if (watch != null) {
      watch.close();
    }
  }

  /** Reads everything, unless a reading is on its way, and looks how old the last one is. */
  private void read() {
    CompletableFuture<?> before = reading;
    if (before == null || before.isDone()) {
      long asked = time.nanoTime();
      try {
        watch(); // first: what is written between the two is told
        reading =
            store
                .list(Revocation.PREFIX)
                .toCompletableFuture()
                .copy()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .handle((listing, error) -> settle(listing, asked));
      } catch (RuntimeException e) {
        settle(null, asked);
      }
    }
    lookAtAge();
  }

  private synchronized void watch() {
    if (watch == null && !closed) {
      watch = store.watch(Revocation.PREFIX, this::readOne);
    }
  }

  /** One key has changed. What cannot be read now comes with the next reading of all. */
  private void readOne(String key) {
    store.get(key).thenAccept(this::take);
  }

  private void take(Optional<Entry> entry) {
    entry.map(found -> Revocation.parse(found.value())).ifPresent(mirror::add);
  }

  /**
   * Takes in what was read.
   *
   * @param listing null where it could not be read
   * @param asked when it was asked for
   */
  private boolean settle(@Nullable Listing listing, long asked) {
    if (listing == null) {
      fail();
      return false;
    }
    for (Entry entry : listing.entries()) {
      take(Optional.of(entry));
    }
    succeeded = asked;
    known = true;
    mirror.isKnown(time.currentTimeMillis() / 1_000);
    if (failing) {
      failing = false;
      events.accept(
          Event.info(
              "auth.revocation.recovered", "revoked tokens can be read from the store again"));
    }
    return true;
  }

  private void fail() {
    if (!failing) {
      failing = true;
      events.accept(
          Event.warn(
              "auth.revocation.read-failed",
              "revoked tokens cannot be read from the store; what is known holds on"));
    }
  }

  private void lookAtAge() {
    if (known && time.nanoTime() - succeeded >= maxAgeNanos) {
      known = false;
      fail();
      if (refuses) {
        mirror.isUnknown();
      }
      events.accept(
          Event.error(
              "auth.revocation.unknown",
              "it has not been known for too long what is revoked; tokens are "
                  + (refuses ? "refused" : "accepted")));
    }
  }

  private static long nanos(@Nullable Duration duration) {
    return Objects.requireNonNull(duration).toNanos();
  }

  /** Whether it is known what is revoked. */
  private final class Check implements HealthCheck {

    @Override
    public String name() {
      return "auth-revocation";
    }

    @Override
    public CompletionStage<Result> check() {
      CompletableFuture<?> first = known ? null : reading;
      return first == null
          ? CompletableFuture.completedFuture(result())
          : first.handle((read, error) -> result()); // a starting service waits for it
    }

    private Result result() {
      if (started && !known) {
        return refuses
            ? new Result(Status.DOWN, "not known what is revoked, tokens are refused")
            : new Result(Status.DEGRADED, "not known what is revoked, tokens are accepted");
      }
      return failing
          ? new Result(Status.DEGRADED, "cannot be read from the store")
          : new Result(Status.UP, mirror.size() + " revocations");
    }
  }
}
