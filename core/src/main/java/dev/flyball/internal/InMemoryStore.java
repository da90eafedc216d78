// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.SharedStore;
import dev.flyball.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store in memory: one lock, one sequence. Everything completes at once. */
public final class InMemoryStore implements SharedStore {

  private static final Logger logger = LoggerFactory.getLogger(SharedStore.class);
  private static final long NEVER = Long.MAX_VALUE;
  private static final long SWEEP_EVERY = 1_024;

  private record Cell(String value, long version, long expiresAt) {}

  /** No record: two watches of one kind are two. */
  private static final class Watcher {

    final String prefix;
    final Consumer<String> onChange;

    Watcher(String prefix, Consumer<String> onChange) {
      this.prefix = prefix;
      this.onChange = onChange;
    }
  }

  private final Time time;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

  // guarded by this
  private final TreeMap<String, Cell> cells = new TreeMap<>();
  private final Map<String, Map<String, String>> snapshots = new HashMap<>();
  private long sequence;

  /** An empty store. */
  public InMemoryStore(Time time) {
    this.time = time;
  }

  @Override
  public synchronized CompletionStage<Optional<Entry>> get(String key) {
    Cell cell = live(key);
    return done(Optional.ofNullable(cell == null ? null : entry(key, cell)));
  }

  @Override
  public CompletionStage<Optional<Long>> compareAndSet(
      String key, long expected, @Nullable String value, @Nullable Duration expiry) {
    Objects.requireNonNull(key, "key");
    long version;
    synchronized (this) {
      Cell cell = live(key);
      if ((cell == null ? ABSENT : cell.version()) != expected) {
        return done(Optional.empty());
      }
      version = change(key, value, expiry);
    }
    tell(key);
    return done(Optional.of(version));
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(String key, String value, Duration expiry) {
    Objects.requireNonNull(value, "value");
    synchronized (this) {
      if (live(key) != null) {
        return done(false);
      }
      change(key, value, expiry);
    }
    tell(key);
    return done(true);
  }

  @Override
  public synchronized CompletionStage<Listing> list(String prefix) {
    List<Entry> entries = new ArrayList<>();
    for (String key : List.copyOf(cells.tailMap(prefix).keySet())) {
      if (!key.startsWith(prefix)) {
        break;
      }
      Cell cell = live(key);
      if (cell != null) {
        entries.add(entry(key, cell));
      }
    }
    return done(new Listing(entries, sequence));
  }

  @Override
  public synchronized CompletionStage<Void> putSnapshot(
      String group, String instance, String value) {
    snapshots.computeIfAbsent(group, unused -> new TreeMap<>()).put(instance, value);
    sequence++;
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletionStage<Snapshots> snapshots(String group) {
    return done(new Snapshots(snapshots.getOrDefault(group, Map.of()), sequence));
  }

  @Override
  public Watch watch(String prefix, Consumer<String> onChange) {
    Watcher watcher = new Watcher(prefix, onChange);
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** Versions come from the one sequence, so that they grow over removals too. */
  private long change(String key, @Nullable String value, @Nullable Duration expiry) {
    long version = ++sequence;
    if (version % SWEEP_EVERY == 0) {
      long now = time.currentTimeMillis();
      cells.values().removeIf(cell -> cell.expiresAt() <= now);
    }
    if (value == null) {
      cells.remove(key);
    } else {
      cells.put(key, new Cell(value, version, expiresAt(expiry)));
    }
    return version;
  }

  private long expiresAt(@Nullable Duration expiry) {
    if (expiry == null) {
      return NEVER;
    }
    try {
      return Math.addExact(time.currentTimeMillis(), expiry.toMillis());
    } catch (ArithmeticException e) {
      return expiry.isNegative() ? Long.MIN_VALUE : NEVER; // more than milliseconds can tell
    }
  }

  private @Nullable Cell live(String key) {
    Cell cell = cells.get(key);
    if (cell != null && cell.expiresAt() <= time.currentTimeMillis()) {
      cells.remove(key);
      return null;
    }
    return cell;
  }

  private void tell(String key) {
    for (Watcher watcher : watchers) {
      if (key.startsWith(watcher.prefix)) {
        tell(watcher, key);
      }
    }
  }

  private static void tell(Watcher watcher, String key) {
    try {
      watcher.onChange.accept(key);
    } catch (RuntimeException e) {
      logger.warn("a watcher of {} failed", watcher.prefix, e);
    }
  }

  private static Entry entry(String key, Cell cell) {
    return new Entry(key, cell.value(), cell.version());
  }

  private static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
