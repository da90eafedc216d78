// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.SharedStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where API keys are kept.
 *
 * <p>Applications implement it over what they have and offer it ({@code
 * Governor.builder().offer(ApiKeyStore.class, "default", store)}); it then goes before what
 * settings say. No call waits for it: services keep a mirror of what {@link #list} returns, read
 * again every few seconds and whenever {@link #watch} tells of a change. A store that fails, or
 * lists what is broken, leaves the mirror as it is. Thread-safe.
 */
public interface ApiKeyStore {

  /**
   * A key and the version of its record.
   *
   * @param key the key
   * @param version differs from that of any other content of the record; never {@link #ABSENT}
   */
  record Stored(ApiKey key, long version) {}

  /** The version that stands for a key that is not there yet. */
  long ABSENT = 0;

  /**
   * Reads all keys, at one moment.
   *
   * @return completes with the keys, in any order; no id twice
   */
  CompletionStage<List<Stored>> list();

  /**
   * Writes a key if nobody else has changed it.
   *
   * @param key what is to be kept under its id
   * @param expected the version that was read, or {@link #ABSENT}
   * @return completes with false where the version was another one
   */
  CompletionStage<Boolean> compareAndSet(ApiKey key, long expected);

  /**
   * Calls back after changes. They may be told late, together, or twice.
   *
   * @param onChange must be quick
   * @return to be closed; a store that cannot tell returns one that does nothing
   */
  default SharedStore.Watch watch(Runnable onChange) {
    return () -> {};
  }

  /**
   * Takes note of when keys were last used. Called every few minutes, never by a call; a later
   * moment of another instance is to be kept.
   *
   * @param uses the moments by the ids of the keys
   * @return completes when they are kept; a store that keeps none does nothing
   */
  default CompletionStage<Void> used(Map<String, Instant> uses) {
    return CompletableFuture.completedFuture(null);
  }

  /**
   * When keys were last used, as far as it is known.
   *
   * @return completes with the moments by the ids of the keys
   */
  default CompletionStage<Map<String, Instant>> lastUses() {
    return CompletableFuture.completedFuture(Map.of());
  }
}
