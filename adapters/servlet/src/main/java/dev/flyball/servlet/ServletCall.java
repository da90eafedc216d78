// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.ProblemException;
import io.opentelemetry.context.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that a request has entered: for frameworks on top of servlets, whose routers know the
 * handler only inside the filter chain.
 *
 * <pre>{@code
 * try (ServletCall entered = ServletCall.enter(request, endpoint, Parameters.of(variables))) {
 *   if (entered.proceeds()) {
 *     handler.handle(request, response);
 *   }
 * }
 * }</pre>
 *
 * <p>The first endpoint of a request is that of its call; the same one again keeps its decision;
 * another one, after a forward, in an include or an error page, is a child. To be closed by the
 * thread that has entered.
 */
public final class ServletCall implements AutoCloseable {

  private final Exchange exchange;
  private final Call call;
  private final boolean proceeds;
  private final boolean child;
  private final @Nullable Scope scope;
  private @Nullable Throwable thrown;

  private ServletCall(
      Exchange exchange, Call call, boolean proceeds, boolean child, @Nullable Scope scope) {
    this.exchange = exchange;
    this.call = call;
    this.proceeds = proceeds;
    this.child = child;
    this.scope = scope;
  }

  /**
   * Enters the endpoint that a router has resolved, and waits for its stages. A refusal is answered
   * here; in an include, which cannot answer, it is thrown.
   *
   * @param request the request, or a wrapper around it
   * @param endpoint what handles it
   * @param parameters the inputs that identify what the call is about
   * @return what was entered; ask whether it goes on
   * @throws IllegalStateException if no {@link GovernedFilter} is in front
   * @throws ProblemException if an include is refused
   */
  public static ServletCall enter(
      HttpServletRequest request, GovernedEndpoint endpoint, Parameters parameters) {
    Exchange exchange = Exchange.of(request);
    if (exchange == null) {
      throw new IllegalStateException(
          "no call has begun for " + endpoint + " (expected: a GovernedFilter for every dispatch)");
    }
    Frame frame = Frame.current(exchange);
    Call current = frame == null ? exchange.call() : frame.call();
    boolean outermost = current.parent() == null;
    GovernedEndpoint inForce = inForce(exchange, frame);
    if (endpoint.equals(inForce)) {
      return new ServletCall(exchange, current, current.await().proceeds(), false, null);
    }
    if (inForce == null && outermost && isRouting(request)) {
      exchange.enter(endpoint, parameters);
      return decided(exchange, exchange.call(), endpoint, request);
    }
    return decided(exchange, current.child(endpoint, parameters), endpoint, request);
  }

  /**
   * The innermost call of a request on this thread.
   *
   * @param request the request, or a wrapper around it
   * @return null where no filter has begun one
   */
  public static @Nullable Call find(ServletRequest request) {
    Exchange exchange = Exchange.of(request);
    if (exchange == null) {
      return null;
    }
    Frame frame = Frame.current(exchange);
    return frame == null ? exchange.call() : frame.call();
  }

  /**
   * Whether the handler may run.
   *
   * @return false where the request has been refused and answered
   */
  public boolean proceeds() {
    return proceeds;
  }

  /**
   * The call that has entered the endpoint.
   *
   * @return the call of the request, or a child of it
   */
  public Call call() {
    return call;
  }

  /**
   * Says what the handler has thrown. To be called before {@link #close}.
   *
   * @param thrown the failure
   */
  public void failed(Throwable thrown) {
    this.thrown = thrown;
  }

  /** Runs a handler, whose failure ends what is a child. */
  void run(Handler handler) throws IOException, ServletException {
    try {
      handler.handle();
    } catch (Throwable t) {
      failed(t);
      throw t;
    }
  }

  /** What runs inside. */
  interface Handler {
    void handle() throws IOException, ServletException;
  }

  /** Ends what is a child, unless the request has become asynchronous: then both end together. */
  @Override
  public void close() {
    if (scope != null) {
      scope.close();
    }
    if (!child || !proceeds) {
      return;
    }
    if (exchange.isAsync() && thrown == null) {
      exchange.keepOpen(call);
    } else {
      call.end(thrown == null ? exchange.outcome() : outcome(thrown));
    }
  }

  /** What the innermost call has entered; null where it has entered nothing. */
  static @Nullable GovernedEndpoint inForce(Exchange exchange, @Nullable Frame frame) {
    GovernedEndpoint ofChild = frame == null ? null : frame.endpoint();
    return ofChild != null ? ofChild : exchange.entered();
  }

  private static Outcome outcome(Throwable thrown) {
    return thrown instanceof ProblemException problem
        ? Outcome.of(problem.problem(), thrown)
        : Outcome.http(500, thrown);
  }

  /** In an error page or an include the request has been led elsewhere before. */
  private static boolean isRouting(HttpServletRequest request) {
    DispatcherType type = request.getDispatcherType();
    return type != DispatcherType.ERROR && type != DispatcherType.INCLUDE;
  }

  private static ServletCall decided(
      Exchange exchange, Call call, GovernedEndpoint endpoint, HttpServletRequest request) {
    boolean child = call.parent() != null;
    if (call.await() instanceof Decision.Refuse refused) {
      if (!child) {
        exchange.answer(refused.problem(), null);
      } else {
        call.end(Outcome.of(refused.problem(), null));
        if (request.getDispatcherType() == DispatcherType.INCLUDE) {
          throw new ProblemException(refused.problem());
        }
        exchange.outbound().problem(call, refused.problem());
      }
      return new ServletCall(exchange, call, false, child, null);
    }
    exchange.outbound().addHeaders();
    Scope scope = child ? new Frame(exchange, call, endpoint).open() : null;
    return new ServletCall(exchange, call, true, child, scope);
  }
}
