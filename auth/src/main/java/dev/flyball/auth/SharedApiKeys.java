// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Event;
import dev.flyball.SharedStore;
import dev.flyball.SharedStore.Entry;
import dev.flyball.SharedStore.Listing;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * API keys in what the instances of a service share.
 *
 * <p>A record that cannot be read is left out and told of once: its key does not work, and the
 * others do. Thread-safe.
 */
final class SharedApiKeys implements ApiKeyStore {

  private static final String KEYS = "auth/api-keys/";
  private static final String USES = "auth/api-key-uses/";
  private static final int ATTEMPTS = 3;

  private final SharedStore store;
  private final Consumer<Event> events;

  /** The records that were told of, as key and version. */
  private final Set<Entry> told = ConcurrentHashMap.newKeySet();

  SharedApiKeys(SharedStore store, Consumer<Event> events) {
    this.store = store;
    this.events = events;
  }

  @Override
  public CompletionStage<List<Stored>> list() {
    return store.list(KEYS).thenApply(this::keys);
  }

  private List<Stored> keys(Listing listing) {
    List<Stored> keys = new ArrayList<>();
    List<Entry> broken = new ArrayList<>();
    for (Entry entry : listing.entries()) {
      try {
        ApiKey key = ApiKeyJson.readKey(entry.value());
        if (!entry.key().equals(KEYS + key.id())) {
          throw new ApiKeyJson.Broken(1, "it is of another key");
        }
        keys.add(new Stored(key, entry.version()));
      } catch (ApiKeyJson.Broken e) {
        broken.add(entry);
        tell(entry, e);
      }
    }
    told.retainAll(broken);
    return keys;
  }

  private void tell(Entry entry, ApiKeyJson.Broken reason) {
    if (told.add(entry)) {
      events.accept(
          Event.error("auth.api-keys.broken", "a record of an API key cannot be read")
              .with("flyball.place", entry.key())
              .with("flyball.reason", String.valueOf(reason.getMessage())));
    }
  }

  @Override
  public CompletionStage<Boolean> compareAndSet(ApiKey key, long expected) {
    return store
        .compareAndSet(KEYS + key.id(), expected, ApiKeyJson.write(key), null)
        .thenApply(Optional::isPresent);
  }

  @Override
  public SharedStore.Watch watch(Runnable onChange) {
    return store.watch(KEYS, changed -> onChange.run());
  }

  // ---- uses

  @Override
  public CompletionStage<Void> used(Map<String, Instant> uses) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    uses.forEach(
        (id, moment) -> all.add(keepLater(USES + id, moment, ATTEMPTS).toCompletableFuture()));
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
  }

  private CompletionStage<Void> keepLater(String key, Instant moment, int attempts) {
    return store
        .get(key)
        .thenCompose(found -> {
          if (attempts == 0 || (found.isPresent() && !isBefore(found.get().value(), moment))) {
            return CompletableFuture.<Void>completedFuture(null);
          }
          long version = found.map(Entry::version).orElse(SharedStore.ABSENT);
          return store
              .compareAndSet(key, version, moment.toString(), null)
              .thenCompose(written ->
                  written.isPresent()
                      ? CompletableFuture.<Void>completedFuture(null)
                      : keepLater(key, moment, attempts - 1));
        });
  }

  @Override
  public CompletionStage<Map<String, Instant>> lastUses() {
    return store
        .list(USES)
        .thenApply(listing -> {
          Map<String, Instant> uses = new HashMap<>();
          for (Entry entry : listing.entries()) {
            Instant moment = moment(entry.value());
            uses.put(entry.key().substring(USES.length()), moment);
          }
          return uses;
        });
  }

  private static boolean isBefore(String kept, Instant moment) {
    return moment(kept).isBefore(moment);
  }

  private static Instant moment(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
