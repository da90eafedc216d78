// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.SharedStore.Entry;
import dev.flyball.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes what is revoked to the shared store. Thread-safe. */
final class RevocationWriter {

  private static final int MOST_ATTEMPTS = 8;

  private final SharedStore store;
  private final Time time;

  RevocationWriter(Setup setup) {
    this.store = setup.sharedStore();
    this.time = setup.time();
  }

  /**
   * Joins a revocation with what is written already: of two who revoke, neither takes back what the
   * other did.
   *
   * @return completes with what is written
   */
  CompletionStage<Revocation> write(Revocation revocation) {
    return write(revocation, MOST_ATTEMPTS);
  }

  private CompletionStage<Revocation> write(Revocation revocation, int attempts) {
    return store.get(revocation.key()).thenCompose(found -> join(revocation, found, attempts));
  }

  private CompletionStage<Revocation> join(
      Revocation revocation, Optional<Entry> found, int attempts) {
    Revocation before = found.map(entry -> Revocation.parse(entry.value())).orElse(null);
    Revocation joined = before == null ? revocation : revocation.and(before);
    long version = found.map(Entry::version).orElse(SharedStore.ABSENT);
    long seconds = joined.until() - time.currentTimeMillis() / 1_000;
    if (seconds <= 0) {
      return CompletableFuture.completedFuture(joined); // nothing of it is valid any more
    }
    return store
        .compareAndSet(joined.key(), version, joined.value(), Duration.ofSeconds(seconds))
        .thenCompose(written ->
            written.isPresent()
                ? CompletableFuture.completedFuture(joined)
                : again(joined, attempts));
  }

  private CompletionStage<Revocation> again(Revocation revocation, int attempts) {
    return attempts > 1
        ? write(revocation, attempts - 1)
        : CompletableFuture.failedFuture(
            new IllegalStateException(
                "others have changed the revocation each time (expected: at most "
                    + MOST_ATTEMPTS
                    + " times)"));
  }
}
