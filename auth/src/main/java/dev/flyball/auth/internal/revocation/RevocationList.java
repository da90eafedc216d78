// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.Offers;
import dev.flyball.Principal;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.SharedStore.Entry;
import dev.flyball.SharedStore.Listing;
import dev.flyball.SharedStore.Watch;
import dev.flyball.Time;
import dev.flyball.auth.internal.revocation.RevocationSettings.OnOutage;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The revoked tokens of all instances: written to the shared store, read from a mirror of it.
 *
 * <p>The mirror is fed by what the store tells of itself and by reading all of it now and then,
 * which also shows that the store is there. Where no store is offered only this process revokes,
 * and nothing needs to be read. Thread-safe.
 */
public final class RevocationList {

  /** Nobody's tokens live on after their end for longer than the largest skew that is allowed. */
  private static final long LONGEST_SKEW_SECONDS = 120;

  private static final int MOST_ATTEMPTS = 8;
  private static final long PATIENCE_SECONDS = 10;

  private final SharedStore store;
  private final Offers<SharedStore> offers;
  private final Time time;
  private final ScheduledExecutorService scheduler;
  private final Consumer<Event> events;
  private final boolean refuses;
  private final long maxAgeNanos;
  private final long intervalNanos;
  private final RevocationMirror mirror = new RevocationMirror();

  private volatile boolean reads;
  private volatile boolean hasRead;
  private volatile boolean failing;
  private volatile long succeeded;
  private volatile @Nullable CompletableFuture<?> reading;
  private volatile @Nullable Watch watch;

  public RevocationList(Setup setup) {
    this.store = setup.sharedStore();
    this.offers = setup.want(SharedStore.class);
    this.time = setup.time();
    this.scheduler = setup.scheduler();
    this.events = setup::publish;
    this.refuses = setup.settings().get(RevocationSettings.ON_OUTAGE) == OnOutage.REFUSE;
    this.maxAgeNanos = nanos(setup.settings().get(RevocationSettings.MAX_AGE));
    this.intervalNanos = nanos(setup.settings().get(RevocationSettings.INTERVAL));
    setup
        .meters()
        .gauge(
            "flyball.auth.revocations",
            "{revocation}",
            "Tokens and subjects that are known to be revoked.",
            Map.of(),
            mirror::size);
    setup.healthCheck(new Check());
  }

  /** Begins to read, where other instances may write. */
  public void start() {
    if (offers.all().isEmpty()) {
      return;
    }
    reads = true;
    succeeded = time.nanoTime();
    if (refuses) {
      mirror.isUnknown();
    }
    watch = store.watch(Revocation.PREFIX, this::readOne);
    read();
    scheduler.scheduleWithFixedDelay(
        this::read, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
  }

  public void close() {
    Watch open = watch;
    if (open != null) {
      open.close();
    }
  }

  /** Why a principal may not call, in a stable word; null where it may. */
  public @Nullable String refusal(Principal principal) {
    return mirror.refusal(principal);
  }

  // ---- writing

  /** Takes one token back, until a moment in seconds since 1970. */
  public CompletionStage<Void> revoke(String issuer, String tokenId, long until) {
    return write(Revocation.token(issuer, tokenId, until + LONGEST_SKEW_SECONDS), MOST_ATTEMPTS);
  }

  /** Takes the tokens of a subject back that were issued before a moment. */
  public CompletionStage<Void> revokeSubject(
      String issuer, String subject, long issuedBefore, long until) {
    return write(
        Revocation.subject(issuer, subject, issuedBefore, until + LONGEST_SKEW_SECONDS),
        MOST_ATTEMPTS);
  }

  /** Joins what is written already: of two who revoke, neither takes back what the other did. */
  private CompletionStage<Void> write(Revocation revocation, int attempts) {
    return store
        .get(revocation.key())
        .thenCompose(found -> {
          Revocation before = found.map(entry -> Revocation.parse(entry.value())).orElse(null);
          Revocation joined = before == null ? revocation : revocation.and(before);
          long version = found.map(Entry::version).orElse(SharedStore.ABSENT);
          return put(joined, version, attempts);
        });
  }

  private CompletionStage<Void> put(Revocation revocation, long version, int attempts) {
    long seconds = revocation.until() - nowSeconds();
    if (seconds <= 0) {
      return CompletableFuture.completedFuture(null); // nothing of it is valid any more
    }
    return store
        .compareAndSet(revocation.key(), version, revocation.value(), Duration.ofSeconds(seconds))
        .thenCompose(written -> {
          if (written.isPresent()) {
            addOwn(revocation);
            return CompletableFuture.completedFuture(null);
          }
          return attempts > 1
              ? write(revocation, attempts - 1)
              : CompletableFuture.failedFuture(
                  new IllegalStateException(
                      "the revocation was changed by others each time (expected: at most "
                          + MOST_ATTEMPTS
                          + " times)"));
        });
  }

  /** Where nothing is read, nothing else takes out what is over. */
  private void addOwn(Revocation revocation) {
    mirror.add(revocation);
    if (!reads) {
      mirror.isKnown(nowSeconds());
    }
  }

  // ---- reading

  /** One key has changed. What cannot be read now comes with the next reading of all. */
  private void readOne(String key) {
    store.get(key).thenAccept(this::take);
  }

  private void take(Optional<Entry> entry) {
    entry.map(found -> Revocation.parse(found.value())).ifPresent(mirror::add);
  }

  /** Reads everything, unless a reading is on its way, and looks how old the last one is. */
  private void read() {
    CompletableFuture<?> before = reading;
    if (before == null || before.isDone()) {
      long asked = time.nanoTime();
      try {
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
    hasRead = true;
    mirror.isKnown(nowSeconds());
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
    if (isOld()) {
      fail();
      if (refuses) {
        mirror.isUnknown();
      }
    }
  }

  private boolean isOld() {
    return time.nanoTime() - succeeded >= maxAgeNanos;
  }

  private boolean isUnknown() {
    return reads && (!hasRead || isOld());
  }

  private long nowSeconds() {
    return time.currentTimeMillis() / 1_000;
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
      CompletableFuture<?> first = hasRead ? null : reading;
      return first == null
          ? CompletableFuture.completedFuture(result())
          : first.handle((read, error) -> result()); // a starting service waits for it
    }

    private Result result() {
      if (isUnknown()) {
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
