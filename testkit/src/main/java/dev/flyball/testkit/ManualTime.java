// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit;

import dev.flyball.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clocks that move only when a test says so, and a scheduler that goes by them.
 *
 * <p>What is scheduled runs inside {@link #advance}, on the thread that calls it, each task at its
 * own moment. Thread-safe.
 */
public final class ManualTime implements Time {

  private final ManualScheduler scheduler = new ManualScheduler();
  private long nanos = 1_000_000_000L;
  private long millis;

  private ManualTime(Instant start) {
    this.millis = start.toEpochMilli();
  }

  /**
   * Clocks that stand at a fixed moment.
   *
   * @return clocks at 2026-11-01T12:00:00Z
   */
  public static ManualTime create() {
    return at(Instant.parse("2026-11-01T12:00:00Z"));
  }

  /**
   * Clocks that stand at a moment.
   *
   * @param start the moment
   * @return clocks
   */
  public static ManualTime at(Instant start) {
    return new ManualTime(start);
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized long currentTimeMillis() {
    return millis;
  }

  /**
   * The moment at which the wall clock stands.
   *
   * @return to the millisecond
   */
  public Instant now() {
    return Instant.ofEpochMilli(currentTimeMillis());
  }

  /**
   * Lets time pass: everything that is scheduled until then runs, in order, each at its moment.
   *
   * @param duration zero or more
   */
  public void advance(Duration duration) {
    long until = nanoTime() + duration.toNanos();
    for (ManualTask<?> task = scheduler.next(until); task != null; task = scheduler.next(until)) {
      moveTo(task.due);
      task.run();
    }
    moveTo(until);
  }

  /**
   * Moves the wall clock alone, as a correction of the machine's clock does.
   *
   * @param duration forward, or back where negative
   */
  public synchronized void jump(Duration duration) {
    millis += duration.toMillis();
  }

  /**
   * A scheduler that goes by this clock.
   *
   * @return for {@code GovernorBuilder.scheduler}
   */
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  private synchronized void moveTo(long moment) {
    if (moment > nanos) {
      long before = nanos / 1_000_000;
      nanos = moment;
      millis += nanos / 1_000_000 - before;
    }
  }

  private final class ManualTask<V> extends FutureTask<V> implements ScheduledFuture<V> {

    private final long period;
    private volatile long due;

    ManualTask(Callable<V> action, long due, long period) {
      super(action);
      this.due = due;
      this.period = period;
    }

    @Override
    public void run() {
      if (period == 0) {
        super.run();
      } else if (runAndReset()) {
        due = nanoTime() + period;
        scheduler.add(this);
      }
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private final class ManualScheduler extends AbstractExecutorService
      implements ScheduledExecutorService {

    private final PriorityQueue<ManualTask<?>> tasks =
        new PriorityQueue<>(Comparator.comparingLong((ManualTask<?> task) -> task.due));
    private boolean shutdown;

    synchronized @Nullable ManualTask<?> next(long until) {
      ManualTask<?> first = tasks.peek();
      return first == null || first.due - until > 0 ? null : tasks.poll();
    }

    synchronized <V> ManualTask<V> add(ManualTask<V> task) {
      if (shutdown) {
        throw new RejectedExecutionException("the scheduler is shut down");
      }
      tasks.add(task);
      return task;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
      return add(new ManualTask<>(callable, nanoTime() + unit.toNanos(delay), 0));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable command, long initialDelay, long period, TimeUnit unit) {
      return scheduleWithFixedDelay(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable command, long initialDelay, long delay, TimeUnit unit) {
      long due = nanoTime() + unit.toNanos(initialDelay);
      return add(new ManualTask<>(Executors.callable(command), due, unit.toNanos(delay)));
    }

    @Override
    public void execute(Runnable command) {
      command.run();
    }

    @Override
    public synchronized void shutdown() {
      shutdown = true;
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
      shutdown = true;
      List<Runnable> waiting = new ArrayList<>(tasks);
      tasks.clear();
      return waiting;
    }

    @Override
    public synchronized boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return isShutdown();
    }
  }
}
