// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Call;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/** Where the current call lives: under one key of the context that executors and agents carry. */
public final class CurrentCall {

  static final ContextKey<CallEngine> KEY = ContextKey.named("flyball-call");

  private CurrentCall() {}

  /** The call of this thread, or null. */
  public static @Nullable Call get() {
    return Context.current().get(KEY);
  }

  /**
   * The call of this thread.
   *
   * @throws IllegalStateException if there is none
   */
  public static CallEngine engine(String what) {
    CallEngine call = Context.current().get(KEY);
    if (call == null) {
      throw new IllegalStateException(
          what
              + " outside of a governed call (expected: on the thread of the handler, or on one"
              + " that carries its context)");
    }
    return call;
  }
}
