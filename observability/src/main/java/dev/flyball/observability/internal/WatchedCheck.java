// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.HealthCheck;
import dev.flyball.HealthCheck.Result;
import dev.flyball.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One health check and what it came to last.
 *
 * <p>It runs at most once at a time. A run that misses its deadline comes to nothing: the result
 * before it grows old. As long as it holds a thread, the check is not run again.
 */
final class WatchedCheck {

  /** What a check came to, and when. */
  record Observation(Result result, long nanoTime) {}

  /** Told when a check comes to something else than before. */
  interface Changes {
    void changed(String check, @Nullable Result before, Result now);
  }

  private final HealthCheck check;
  private final Time time;
  private final Changes changes;
  private volatile @Nullable Observation last;
  private @Nullable Run run;

  WatchedCheck(HealthCheck check, Time time, Changes changes) {
    this.check = check;
    this.time = time;
    this.changes = changes;
  }

  String name() {
    return check.name();
  }

  @Nullable Observation last() {
    return last;
  }

  /** Looks again, unless it is still looking. */
  void look(Executor executor, ScheduledExecutorService scheduler, Duration deadline) {
    Run started = new Run();
    synchronized (this) {
      if (run != null) {
        return;
      }
      run = started;
    }
    try {
      scheduler.schedule(started::expire, deadline.toNanos(), TimeUnit.NANOSECONDS);
      executor.execute(started);
    } catch (RejectedExecutionException e) {
      finish(started); // the service is closing
    }
  }

  private synchronized void finish(Run finished) {
    if (run == finished) {
      run = null;
    }
  }

  private final class Run implements Runnable {

    private final CompletableFuture<Result> outcome = new CompletableFuture<>();
    private @Nullable Thread thread;
    private @Nullable CompletionStage<?> pending;

    @Override
    public void run() {
      enter();
      try {
        follow(check.check());
      } catch (Throwable t) {
        come(failed(t));
      } finally {
        leave();
      }
    }

    private synchronized void enter() {
      thread = Thread.currentThread();
    }

    private void follow(CompletionStage<Result> stage) {
      synchronized (this) {
        pending = stage;
      }
      stage.whenComplete((result, error) -> come(error == null ? given(result) : failed(error)));
      if (outcome.isDone()) {
        cancel(stage);
      }
    }

    private void leave() {
      boolean over;
      synchronized (this) {
        thread = null;
        Thread.interrupted(); // ours, if it came too late to be noticed
        over = outcome.isDone();
      }
      if (over) {
        finish(this);
      }
    }

    /** Takes in a result, unless the deadline has passed. */
    private void come(Result result) {
      if (outcome.complete(result)) {
        Observation before = last;
        last = new Observation(result, time.nanoTime());
        if (before == null || before.result().status() != result.status()) {
          changes.changed(name(), before == null ? null : before.result(), result);
        }
      }
      synchronized (this) {
        if (thread != null) {
          return; // the run is over when it leaves its thread
        }
      }
      finish(this);
    }

    private void expire() {
      if (!outcome.completeExceptionally(new IllegalStateException("deadline"))) {
        return;
      }
      CompletionStage<?> given;
      boolean free;
      synchronized (this) {
        given = pending;
        free = thread == null && given != null;
        if (thread != null) {
          thread.interrupt();
        }
      }
      if (given != null) {
        cancel(given);
      }
      if (free) {
        finish(this);
      }
    }
  }

  private static void cancel(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().cancel(true);
    } catch (RuntimeException e) {
      // a stage that cannot be cancelled is left alone
    }
  }

  private static Result given(@Nullable Result result) {
    return result != null ? result : new Result(HealthCheck.Status.DOWN, "the check gave nothing");
  }

  private static Result failed(Throwable error) {
    return new Result(HealthCheck.Status.DOWN, "the check failed: " + error.getClass().getName());
  }
}
