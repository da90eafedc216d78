// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Decision;
import dev.flyball.Time;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A stage that has not decided, and the moment until which it may. */
final class PendingDecision {

  final BoundStage stage;

  private final CompletionStage<Decision> source;
  private final CompletableFuture<Decision> result = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> resumed = new CompletableFuture<>();
  private final long until;

  PendingDecision(BoundStage stage, CompletionStage<Decision> source, long until) {
    this.stage = stage;
    this.source = source;
    this.until = until;
    source.whenComplete((decision, error) -> {
      if (error == null) {
        result.complete(decision);
      } else {
        result.completeExceptionally(error);
      }
    });
  }

  boolean isDone() {
    return result.isDone();
  }

  /** Nanoseconds until the stage has to have decided, never negative. */
  long remaining(Time time) {
    return Math.max(0, until - time.nanoTime());
  }

  /** Waits until there is a decision or the time is over; true where it was interrupted. */
  boolean await(Time time) {
    try {
      result.get(remaining(time), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      timeOut();
    } catch (InterruptedException e) {
      result.completeExceptionally(e);
      return true;
    } catch (ExecutionException | CancellationException e) {
      // read by get()
    }
    return false;
  }

  /** Decides in place of the stage, which is given up. */
  void decide(Decision decision) {
    if (result.complete(decision)) {
      cancelSource();
    }
  }

  void timeOut() {
    result.completeExceptionally(new TimeoutException());
  }

  /** Nobody waits any more: whatever the stage still decides is discarded. */
  void cancel() {
    result.cancel(false);
    cancelSource();
  }

  private void cancelSource() {
    try {
      source.toCompletableFuture().cancel(false);
    } catch (Throwable t) {
      // it cannot be cancelled from outside: what it still decides is discarded, the call goes on
    }
  }

  /** Runs an action, once, when there is a decision or none will come. */
  void whenDone(Executor executor, Runnable action) {
    AtomicBoolean ran = new AtomicBoolean();
    Runnable once =
        () -> {
          if (ran.compareAndSet(false, true)) {
            action.run();
          }
        };
    result.whenComplete((decision, error) -> {
      try {
        executor.execute(once);
      } catch (Throwable t) {
        once.run(); // a pool that is full or closed must not lose the call
      }
    });
  }

  /** Says that the call has gone on as far as it could, or has ended. */
  void resumed() {
    resumed.complete(null);
  }

  /** Runs an action when the one who goes on after the decision has left the call. */
  void whenResumed(Runnable action) {
    resumed.thenRun(action);
  }

  /** What was decided, once {@link #isDone()}. */
  @Nullable Decision get() throws ExecutionException, TimeoutException {
    try {
      return result.getNow(null);
    } catch (CancellationException e) {
      throw new ExecutionException(e);
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() != null ? e.getCause() : e;
      if (cause instanceof TimeoutException timeout) {
        throw timeout;
      }
      throw new ExecutionException(cause);
    }
  }
}
