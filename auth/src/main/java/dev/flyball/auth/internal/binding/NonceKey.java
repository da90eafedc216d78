// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Event;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.SharedStore.Entry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The key under which nonces are made: the configured one, else one on which the instances agree
 * through the shared store.
 *
 * <p>Until they have agreed each has its own: nonces of another instance are then not fresh, and
 * the client gets a new one. Thread-safe.
 */
final class NonceKey implements Supplier<byte[]> {

  private static final String PLACE = "auth/dpop/nonce-key";
  private static final int BYTES = 32;
  private static final long RETRY_SECONDS = 5;

  private final SharedStore store;
  private final ScheduledExecutorService scheduler;
  private final Consumer<Event> events;
  private final boolean configured;
  private volatile byte[] key;
  private volatile boolean told;

  NonceKey(Setup setup) {
    String text = setup.settings().get(BindingSettings.NONCE_KEY);
    this.store = setup.sharedStore();
    this.scheduler = setup.scheduler();
    this.events = setup::publish;
    this.configured = text != null;
    this.key = text != null ? text.getBytes(StandardCharsets.UTF_8) : random();
  }

  private static byte[] random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  @Override
  public byte[] get() {
    return key;
  }

  /** Looks for the key of the other instances, or gives them this one. */
  void agree() {
    if (configured) {
      return;
    }
    try {
      store
          .get(PLACE)
          .thenCompose(this::takeOrGive)
          .whenComplete((agreed, error) -> settle(agreed, error));
    } catch (RuntimeException e) {
      settle(null, e);
    }
  }

  /** False where another instance was faster: then its key is there to be taken. */
  private CompletionStage<Boolean> takeOrGive(Optional<Entry> found) {
    if (found.isPresent()) {
      key = Base64.getDecoder().decode(found.get().value());
      return CompletableFuture.completedFuture(true);
    }
    String mine = Base64.getEncoder().encodeToString(key);
    return store
        .compareAndSet(PLACE, SharedStore.ABSENT, mine, null)
        .thenApply(Optional::isPresent);
  }

  private void settle(@Nullable Boolean agreed, @Nullable Throwable error) {
    if (Boolean.TRUE.equals(agreed)) {
      return;
    }
    if (error != null && !told) {
      told = true;
      events.accept(
          Event.warn(
              "auth.dpop.nonce-key-unavailable",
              "the instances cannot agree on a key for nonces, each uses its own"));
    }
    try {
      scheduler.schedule(this::agree, error == null ? 0 : RETRY_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // the service is closing: nobody will ask for nonces any more
    }
  }
}
