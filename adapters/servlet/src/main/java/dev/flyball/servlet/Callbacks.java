// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.ProblemException;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;

/** Runs what the container calls back, or an application starts, for the call that asked for it. */
final class Callbacks {

  /** What is run. */
  interface Action {
    void run() throws IOException;
  }

  private final Exchange exchange;
  private final Context context;

  Callbacks(Exchange exchange, Context context) {
    this.exchange = exchange;
    this.context = context;
  }

  /** Runs a callback; a problem that it throws is answered, the rest is the container's. */
  void run(Action action) throws IOException {
    try (Scope scope = context.makeCurrent()) {
      action.run();
    } catch (ProblemException e) {
      exchange.failedAsync(e);
    }
  }

  /** Tells a listener what went wrong. */
  void failed(Throwable error, Runnable listener) {
    if (error instanceof IOException gone) {
      exchange.clientGone(gone);
    }
    try (Scope scope = context.makeCurrent()) {
      listener.run();
    }
  }

  /** Runs a task of the application; whatever it throws is answered. */
  void runTask(Runnable task) {
    try (Scope scope = context.makeCurrent()) {
      task.run();
    } catch (Throwable t) {
      exchange.failedAsync(t);
    }
  }
}
