// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Offers;
import dev.flyball.SharedStore;
import dev.flyball.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store that is offered, else one in memory; which of them it is is settled when it is first
 * used, as an adapter may be installed after the module that asks.
 */
final class OfferedStore implements SharedStore {

  private final Offers<SharedStore> offers;
  private final Time time;
  private volatile @Nullable SharedStore chosen;

  OfferedStore(Offers<SharedStore> offers, Time time) {
    this.offers = offers;
    this.time = time;
  }

  /** Whether it cannot be said which of several is meant. */
  static boolean isAmbiguous(Map<String, SharedStore> offered) {
    return offered.size() > 1 && !offered.containsKey("default");
  }

  private SharedStore store() {
    SharedStore known = chosen;
    return known != null ? known : choose();
  }

  private synchronized SharedStore choose() {
    SharedStore known = chosen;
    if (known == null) {
      known = offers.only().orElse(null);
      known = known != null ? known : new InMemoryStore(time);
      chosen = known;
    }
    return known;
  }

  @Override
  public CompletionStage<Optional<Entry>> get(String key) {
    return store().get(key);
  }

  @Override
  public CompletionStage<Optional<Long>> compareAndSet(
      String key, long expected, @Nullable String value, @Nullable Duration expiry) {
    return store().compareAndSet(key, expected, value, expiry);
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(String key, String value, Duration expiry) {
    return store().putIfAbsent(key, value, expiry);
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    return store().list(prefix);
  }

  @Override
  public CompletionStage<Void> putSnapshot(String group, String instance, String value) {
    return store().putSnapshot(group, instance, value);
  }

  @Override
  public CompletionStage<Snapshots> snapshots(String group) {
    return store().snapshots(group);
  }

  @Override
  public Watch watch(String prefix, Consumer<String> onChange) {
    return store().watch(prefix, onChange);
  }
}
