// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.CallListener;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Meters.Counter;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gives a slow listener its records on a thread of its own; what does not fit is counted. */
final class QueuedListener implements CallListener {

  private static final long CLOSE_MILLIS = 5_000;

  private final GuardedListener guarded;
  private final BlockingQueue<CallRecord> queue;
  private final Counter dropped;
  private final Thread thread;
  private volatile boolean closing;

  QueuedListener(CallListener slow, GuardedListener guarded, Counter dropped) {
    this.guarded = guarded;
    this.queue = new ArrayBlockingQueue<>(slow.queueCapacity());
    this.dropped = dropped;
    this.thread = new Thread(this::work, "flyball-" + GuardedListener.name(slow));
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void onEnd(CallRecord record) {
    if (closing || !queue.offer(record)) {
      dropped.increment();
    }
  }

  @Override
  public boolean interest(Endpoint endpoint) {
    return guarded.interest(endpoint);
  }

  @Override
  public int order() {
    return guarded.order();
  }

  /** Lets the listener see what is queued, for a few seconds at most. */
  void close() {
    closing = true;
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }

  private void work() {
    try {
      while (true) {
        @Nullable CallRecord record = queue.poll(100, TimeUnit.MILLISECONDS);
        if (record != null) {
          guarded.onEnd(record);
        } else if (closing) {
          return;
        }
      }
    } catch (InterruptedException e) {
      dropped.add(queue.size());
    }
  }
}
