// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Call;
import dev.flyball.GovernedEndpoint;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * What a dispatch of the container, and everything inside it, works for. It lives in the context of
 * OpenTelemetry, so that a forward on a thread that an application has started finds it too.
 *
 * @param exchange the request
 * @param call the call of the request, or a child of it
 * @param endpoint what a child has entered; null for the call of the request
 */
record Frame(Exchange exchange, Call call, @Nullable GovernedEndpoint endpoint) {

  private static final ContextKey<Frame> KEY = ContextKey.named("flyball-servlet-frame");

  /** The innermost frame of a request on this thread; null where there is none. */
  @SuppressWarnings("ReferenceEquality") // this very request
  static @Nullable Frame current(Exchange exchange) {
    Frame frame = Context.current().get(KEY);
    return frame != null && frame.exchange == exchange ? frame : null;
  }

  /** Makes the call current for a handler. */
  @SuppressWarnings("MustBeClosedChecker") // closed with the scope that is returned
  Scope open() {
    Scope outer = call.openScope();
    Scope inner = Context.current().with(KEY, this).makeCurrent();
    return () -> {
      inner.close();
      outer.close();
    };
  }
}
