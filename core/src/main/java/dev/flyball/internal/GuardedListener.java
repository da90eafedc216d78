// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.CallListener;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Meters.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a listener throws from the call and from the listeners after it. */
final class GuardedListener implements CallListener {

  private static final Logger logger = LoggerFactory.getLogger(CallListener.class);

  private final CallListener listener;
  private final Counter failures;
  private volatile boolean told;

  GuardedListener(CallListener listener, Counter failures) {
    this.listener = listener;
    this.failures = failures;
  }

  /** What a listener is called in messages: its class, or the one in which it is written. */
  static String name(Object listener) {
    Class<?> type = listener.getClass();
    while (type.isAnonymousClass()) {
      type = type.getEnclosingClass();
    }
    String name = type.getSimpleName();
    int synthetic = name.indexOf("$$");
    return synthetic < 0 ? name : name.substring(0, synthetic);
  }

  @Override
  public void onEnd(CallRecord record) {
    try {
      listener.onEnd(record);
    } catch (Throwable t) {
      failed(t);
    }
  }

  /** Whoever cannot say sees everything. */
  @Override
  public boolean interest(Endpoint endpoint) {
    try {
      return listener.interest(endpoint);
    } catch (Throwable t) {
      failed(t);
      return true;
    }
  }

  private void failed(Throwable error) {
    failures.increment();
    if (!told) {
      told = true;
      logger.warn("{} failed; further failures are counted", name(listener), error);
    }
  }

  @Override
  public int order() {
    return listener.order();
  }
}
