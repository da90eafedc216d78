// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.SharedStore;
import dev.flyball.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store in memory that can be made to fail, to throw, or to keep its answers back. */
final class FlakyStore implements SharedStore {

  enum Mode {
    WORKS,
    FAILS,
    THROWS,
    WAITS
  }

  private final SharedStore real;
  private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
  private volatile Mode mode = Mode.WORKS;
  private volatile boolean silent;

  FlakyStore(Time time) {
    real = SharedStore.inMemory(time);
  }

  void mode(Mode mode) {
    this.mode = mode;
  }

  /** From now on tells nobody of changes. */
  void silent() {
    silent = true;
  }

  /** Gives the answers that were kept back. */
  void answer() {
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  int waiting() {
    return waiting.size();
  }

  private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
    switch (mode) {
      case FAILS:
        return CompletableFuture.failedFuture(new IllegalStateException("the store is down"));
      case THROWS:
        throw new IllegalStateException("the store is closed");
      case WAITS:
        CompletableFuture<T> later = new CompletableFuture<>();
        waiting.add(() -> question.get().thenAccept(later::complete));
        return later;
      default:
        return question.get();
    }
  }

  @Override
  public CompletionStage<Optional<Entry>> get(String key) {
    return ask(() -> real.get(key));
  }

  @Override
  public CompletionStage<Optional<Long>> compareAndSet(
      String key, long expected, @Nullable String value, @Nullable Duration expiry) {
    return ask(() -> real.compareAndSet(key, expected, value, expiry));
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(String key, String value, Duration expiry) {
    return ask(() -> real.putIfAbsent(key, value, expiry));
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    return ask(() -> real.list(prefix));
  }

  @Override
  public CompletionStage<Void> putSnapshot(String group, String instance, String value) {
    return ask(() -> real.putSnapshot(group, instance, value));
  }

  @Override
  public CompletionStage<Snapshots> snapshots(String group) {
    return ask(() -> real.snapshots(group));
  }

  @Override
  public Watch watch(String prefix, Consumer<String> onChange) {
    if (mode == Mode.THROWS) {
      throw new IllegalStateException("the store is closed");
    }
    return real.watch(
        prefix,
        key -> {
          if (!silent) {
            onChange.accept(key);
          }
        });
  }
}
