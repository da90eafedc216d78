// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Event;
import dev.flyball.Offers;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.Time;
import dev.flyball.auth.internal.jose.TokenRejected;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which proofs have been used, for all instances (RFC 9449, section 11.1).
 *
 * <p>An id counts for its key alone, so that nobody can use up the ids of another. It is kept until
 * no instance accepts the proof any more, however far their clocks are apart. Thread-safe.
 */
final class ReplayDefence {

  /** There is no room for another proof. */
  private static final class Full extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Full() {
      super("too many used proofs are remembered", null, false, false);
    }
  }

  private static final String PLACE = "auth/dpop/used/";
  private static final long PATIENCE_MILLIS = 1_000;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final SharedStore store;
  private final Offers<SharedStore> offered;
  private final UsedProofs kept;
  private final Time time;
  private final DpopCheck check;
  private final Consumer<Event> events;

  // guarded by this
  private boolean down;
  private long nextFull;

  ReplayDefence(Setup setup, DpopCheck check) {
    this.store = setup.sharedStore();
    this.offered = setup.want(SharedStore.class);
    this.kept =
        new UsedProofs(
            Objects.requireNonNull(setup.settings().get(BindingSettings.REPLAY_LIMIT)),
            check.longestSeconds());
    this.time = setup.time();
    this.nextFull = time.nanoTime();
    this.check = check;
    this.events = setup::publish;
  }

  /**
   * Uses a proof up.
   *
   * @return true where it was not used before; fails where that cannot be told
   */
  CompletableFuture<Boolean> use(DpopProof proof, long nowSeconds) throws TokenRejected {
    String key = PLACE + proof.thumbprint() + '/' + Sha256.of(proof.id());
    long end = check.end(proof) + check.skewSeconds();
    if (!offered.all().isEmpty()) {
      return use(key, end - nowSeconds);
    }
    if (!kept.add(nowSeconds, end)) {
      return CompletableFuture.failedFuture(new Full());
    }
    return use(key, end - nowSeconds)
        .whenComplete((first, error) -> {
          if (!Boolean.TRUE.equals(first)) {
            kept.remove(end);
          }
        });
  }

  private CompletableFuture<Boolean> use(String key, long seconds) {
    CompletableFuture<Boolean> used;
    try {
      used = store.putIfAbsent(key, "used", Duration.ofSeconds(seconds)).toCompletableFuture();
    } catch (RuntimeException e) {
      used = CompletableFuture.failedFuture(e);
    }
    return used.isDone() ? used : used.copy().orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Tells of what keeps it from answering. */
  void settled(@Nullable Boolean answer, @Nullable Throwable error) {
    if (error instanceof Full) {
      tellFull();
    } else {
      isDown(answer == null);
    }
  }

  /** Now and then only: whoever has a bound token can bring it about. */
  private void tellFull() {
    synchronized (this) {
      long now = time.nanoTime();
      if (now - nextFull < 0) {
        return;
      }
      nextFull = now + QUIET_NANOS;
    }
    events.accept(
        Event.warn(
                "auth.dpop.replay-full",
                "too many used DPoP proofs are remembered in memory to take more")
            .with("flyball.hint", "offer a store, or raise " + BindingSettings.REPLAY_LIMIT.key()));
  }

  /** Tells of an outage once, and of its end. */
  private void isDown(boolean now) {
    synchronized (this) {
      if (down == now) {
        return;
      }
      down = now;
    }
    events.accept(
        now
            ? Event.warn(
                "auth.dpop.replay-unavailable",
                "the shared store does not answer, so used DPoP proofs cannot be told from new ones")
            : Event.info("auth.dpop.replay-recovered", "the shared store answers again"));
  }
}
