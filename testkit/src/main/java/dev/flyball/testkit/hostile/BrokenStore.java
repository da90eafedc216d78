// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.SharedStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that cannot be reached. */
final class BrokenStore implements SharedStore {

  @Override
  public CompletionStage<Optional<Entry>> get(String key) {
    return failed();
  }

  @Override
  public CompletionStage<Optional<Long>> compareAndSet(
      String key, long expected, @Nullable String value, @Nullable Duration expiry) {
    return failed();
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(String key, String value, Duration expiry) {
    return failed();
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    return failed();
  }

  @Override
  public CompletionStage<Void> putSnapshot(String group, String instance, String value) {
    return failed();
  }

  @Override
  public CompletionStage<Snapshots> snapshots(String group) {
    return failed();
  }

  @Override
  public Watch watch(String prefix, Consumer<String> onChange) {
    return () -> {};
  }

  private static <T> CompletionStage<T> failed() {
    return CompletableFuture.failedFuture(new IOException("the store is down"));
  }
}
