// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Event;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.auth.internal.jose.TokenRejected;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Remembers which proofs have been used, for all instances (RFC 9449, section 11.1).
 *
 * <p>An id counts for its key alone, so that nobody can use up the ids of another. It is kept until
 * no instance accepts the proof any more, however far their clocks are apart. Thread-safe.
 */
final class ReplayDefence {

  private static final String PLACE = "auth/dpop/used/";
  private static final long PATIENCE_MILLIS = 1_000;

  private final SharedStore store;
  private final DpopCheck check;
  private final Consumer<Event> events;
  private boolean down; // guarded by this

  ReplayDefence(Setup setup, DpopCheck check) {
    this.store = setup.sharedStore();
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
    long seconds = check.end(proof) - nowSeconds + check.skewSeconds();
    CompletableFuture<Boolean> used;
    try {
      used = store.putIfAbsent(key, "used", Duration.ofSeconds(seconds)).toCompletableFuture();
    } catch (RuntimeException e) {
      used = CompletableFuture.failedFuture(e);
    }
    return used.isDone() ? used : used.copy().orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Tells of an outage once, and of its end. */
  void isDown(boolean now) {
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
