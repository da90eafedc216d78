// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.internal.InMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the instances of a service share: small values by key, changed by compare-and-set.
 *
 * <p>Adapters of databases implement it. Used by replay defence, revocation, API keys, guards and
 * distributed limits. Every operation completes later; what each call needs is kept in a local
 * mirror, fed by {@link #list} and {@link #watch}. Keys are paths with slashes, at most 512
 * characters; values at most 256 KiB. Thread-safe.
 */
public interface SharedStore {

  /**
   * A value and its place in history.
   *
   * @param key the key
   * @param value the value
   * @param version grows with every change of the key, also over removals: the fencing token
   */
  record Entry(String key, String value, long version) {}

  /**
   * What was read at one moment.
   *
   * @param entries in the order of their keys
   * @param sequence the place of the moment in the order of all changes of the store
   */
  record Listing(List<Entry> entries, long sequence) {

    /** Copies the list. */
    public Listing {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What the instances have put under one group, read at one moment.
   *
   * @param values the last value of each instance
   * @param sequence the place of the moment in the order of all changes of the store
   */
  record Snapshots(Map<String, String> values, long sequence) {

    /** Copies the map. */
    public Snapshots {
      values = Map.copyOf(values);
    }
  }

  /** Stops a watch. */
  interface Watch extends AutoCloseable {

    /** Stops it; call backs that run already may still end. */
    @Override
    void close();
  }

  /** The version that stands for a key that is absent. */
  long ABSENT = 0;

  /**
   * A store in the memory of this process, for one instance and for tests.
   *
   * @param time decides when values expire
   * @return an empty store
   */
  static SharedStore inMemory(Time time) {
    return new InMemoryStore(time);
  }

  /**
   * Reads a value.
   *
   * @param key the key
   * @return empty where it is absent or has expired
   */
  CompletionStage<Optional<Entry>> get(String key);

  /**
   * Changes a value if nobody else has.
   *
   * @param key the key
   * @param expected the version that was read, or {@link #ABSENT}
   * @param value the new value; null to remove the key
   * @param expiry after which the value is gone; null for never
   * @return the new version; empty where the version was another one
   */
  CompletionStage<Optional<Long>> compareAndSet(
      String key, long expected, @Nullable String value, @Nullable Duration expiry);

  /**
   * Claims a key: the first wins until the value expires.
   *
   * @param key the key
   * @param value the value
   * @param expiry after which the key is free again
   * @return true for the one who put it
   */
  CompletionStage<Boolean> putIfAbsent(String key, String value, Duration expiry);

  /**
   * Reads all values under a prefix, at one moment.
   *
   * @param prefix the beginning of the keys
   * @return the entries that have not expired
   */
  CompletionStage<Listing> list(String prefix);

  /**
   * Replaces what this instance shows under a group.
   *
   * @param group a key
   * @param instance the name of this instance
   * @param value absolute, so that a repeated put changes nothing
   * @return completes when the value is stored
   */
  CompletionStage<Void> putSnapshot(String group, String instance, String value);

  /**
   * Reads what all instances show under a group, at one moment.
   *
   * @param group a key
   * @return the last value of each instance
   */
  CompletionStage<Snapshots> snapshots(String group);

  /**
   * Calls back after changes under a prefix. Changes may be told late, together, or twice, and
   * never stay untold.
   *
   * @param prefix the beginning of the keys
   * @param onChange gets the key that changed; must be quick
   * @return to be closed
   */
  Watch watch(String prefix, Consumer<String> onChange);
}
