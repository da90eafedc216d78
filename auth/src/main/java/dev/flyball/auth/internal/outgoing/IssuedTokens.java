// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.Time;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were given, kept until shortly before their end: the least recently used of many
 * makes room.
 *
 * <p>For each one question is under way at most. Another is asked for while the present one is
 * still good, in the background. A failure is remembered for a second. Thread-safe.
 */
final class IssuedTokens {

  /**
   * What a token was given for.
   *
   * @param subject the token of the caller; empty for one of the service itself
   */
  record Key(String target, String subject) {

    /** Leaves the token out. */
    @Override
    public String toString() {
      return "a token for " + target;
    }
  }

  private static final class Kept {

    private @Nullable IssuedToken token;
    private @Nullable CompletableFuture<IssuedToken> running;
    private @Nullable Throwable failure;
    private long retryAt;
  }

  private static final long RETRY = TimeUnit.SECONDS.toNanos(1);

  private final Time time;
  private final Map<Key, Kept> entries;

  IssuedTokens(Time time, int capacity) {
    this.time = time;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {

          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
            return size() > capacity;
          }
        };
  }

  /**
   * The token for a key.
   *
   * @param issue asks for one
   * @return done where one is kept; not to be completed by the caller
   */
  CompletableFuture<IssuedToken> get(Key key, Supplier<CompletableFuture<IssuedToken>> issue) {
    CompletableFuture<IssuedToken> asked = new CompletableFuture<>();
    CompletableFuture<IssuedToken> known;
    Kept entry;
    synchronized (this) {
      long now = time.nanoTime();
      entry = entries.computeIfAbsent(key, unused -> new Kept());
      known = present(entry, now);
      CompletableFuture<IssuedToken> running = entry.running;
      if (known == null && running != null) {
        return running;
      }
      if (known != null && (running != null || !isDue(entry, now))) {
        return known;
      }
      entry.running = asked;
    }
    ask(entry, asked, issue);
    return known != null ? known : asked;
  }

  /** Whether another token is to be asked for while the present one is still good. */
  private static boolean isDue(Kept entry, long now) {
    return entry.token != null && !entry.token.isFresh(now) && now - entry.retryAt >= 0;
  }

  /** What is known already: a token, or that there is none for now. */
  private static @Nullable CompletableFuture<IssuedToken> present(Kept entry, long now) {
    if (entry.token != null && entry.token.isUsable(now)) {
      return CompletableFuture.completedFuture(entry.token);
    }
    return entry.failure != null && now - entry.retryAt < 0
        ? CompletableFuture.failedFuture(entry.failure)
        : null;
  }

  private void ask(
      Kept entry,
      CompletableFuture<IssuedToken> asked,
      Supplier<CompletableFuture<IssuedToken>> issue) {
    CompletableFuture<IssuedToken> issued;
    try {
      issued = issue.get();
    } catch (RuntimeException e) {
      issued = CompletableFuture.failedFuture(e);
    }
    issued.whenComplete((token, error) -> settle(entry, asked, token, error));
  }

  private void settle(
      Kept entry,
      CompletableFuture<IssuedToken> asked,
      @Nullable IssuedToken token,
      @Nullable Throwable error) {
    synchronized (this) {
      entry.running = null;
      entry.failure = error;
      entry.retryAt = time.nanoTime() + RETRY;
      if (token != null) {
        entry.token = token;
      }
    }
    if (error != null) {
      asked.completeExceptionally(error);
    } else {
      asked.complete(token);
    }
  }

  synchronized int size() {
    return entries.size();
  }
}
