// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Governor;
import dev.flyball.Problem;
import dev.flyball.jdkhttp.Argument.Source;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Drives the call of each exchange: begin, route, enter, handle, answer, end. */
final class ExchangeHandler implements HttpHandler {

  private final Governor governor;
  private final Router<Handler> router;
  private final BodyCodec codec;
  private final Executor executor;

  ExchangeHandler(Governor governor, Router<Handler> router, BodyCodec codec, Executor executor) {
    this.governor = governor;
    this.router = router;
    this.codec = codec;
    this.executor = executor;
  }

  @Override
  public void handle(HttpExchange exchange) {
    Call adopted = Adoption.take(exchange);
    ExchangeCarrier carrier = new ExchangeCarrier(exchange);
    Call call = adopted != null ? adopted : governor.begin(carrier);
    Reply reply = new Reply(exchange, call, codec);
    try {
      route(carrier, exchange, call, reply);
    } catch (Throwable t) {
      reply.failure(t);
    }
  }

  private void route(ExchangeCarrier carrier, HttpExchange exchange, Call call, Reply reply) {
    Router.Match<Handler> match = router.find(carrier.method(), carrier.path());
    Handler handler = match.handler();
    Decision decision = call.await();
    if (handler != null) {
      call.enter(handler.endpoint(), new RouteParameters(handler.variables(), match.values()));
      decision = call.await();
    }
    if (decision instanceof Decision.Refuse refused) {
      reply.problem(refused.problem(), null);
    } else if (handler == null) {
      reply.problem(unrouted(match), null);
    } else {
      call.onAbort(problem -> onExecutor(() -> reply.breakOff(problem)));
      answer(handler, match, exchange, call, reply);
    }
  }

  private void answer(
      Handler handler, Router.Match<Handler> match, HttpExchange exchange, Call call, Reply reply) {
    try (Scope scope = call.openScope()) {
      Object answer = handler.answer(new Source(call, exchange, match.values()));
      if (answer instanceof CompletionStage<?> later) {
        later.whenComplete((value, error) -> onExecutor(() -> complete(call, reply, value, error)));
      } else {
        reply.success(answer);
      }
    } catch (Throwable t) {
      reply.failure(t);
    }
  }

  private static void complete(
      Call call, Reply reply, @Nullable Object value, @Nullable Throwable error) {
    try (Scope scope = call.openScope()) {
      if (error == null) {
        reply.success(value);
      } else {
        Throwable cause = error instanceof CompletionException ? error.getCause() : null;
        reply.failure(cause != null ? cause : error);
      }
    } catch (Throwable t) {
      reply.failure(t);
    }
  }

  private static Problem unrouted(Router.Match<Handler> match) {
    if (match.methods().isEmpty()) {
      return Problem.of(Problem.Kind.NOT_FOUND, "there is nothing at this path");
    }
    String allowed = String.join(", ", match.methods());
    return Problem.of(Problem.Kind.METHOD_NOT_ALLOWED, "the path takes " + allowed)
        .withHeader("Allow", allowed);
  }

  /** Writing may block: it is done on a thread that may. */
  private void onExecutor(Runnable action) {
    try {
      executor.execute(action);
    } catch (RejectedExecutionException e) {
      action.run();
    }
  }
}
