// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Where candidates are asked: two threads and a bounded queue, so that calls never wait. */
final class ShadowThreads {

  private static final int THREADS = 2;
  private static final int QUEUE = 1_000;
  private static final long IDLE_SECONDS = 10;

  private final ScheduledExecutorService scheduler;
  private final ThreadPoolExecutor threads;

  ShadowThreads(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            ShadowThreads::thread);
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "flyball-shadow");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs a task.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the queue is full
   */
  Future<?> run(Runnable task) {
    return threads.submit(task);
  }

  Future<?> after(Duration delay, Runnable action) {
    return scheduler.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  void close() {
    threads.shutdownNow();
  }
}
