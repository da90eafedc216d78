// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.flyball.Call;
import dev.flyball.Governor;
import dev.flyball.Outcome;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Begins the call of an exchange before the filters and handlers of the service, so that whatever
 * they answer is recorded. A route further in takes the call over.
 */
final class GovernedFilter extends Filter {

  private static final int NO_ANSWER = -1;

  private final Governor governor;
  private final HttpHandler routes;

  GovernedFilter(Governor governor, HttpHandler routes) {
    this.governor = governor;
    this.routes = routes;
  }

  @Override
  public String description() {
    return "begins governed calls";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    if (governor.isOff()) {
      chain.doFilter(exchange);
      return;
    }
    Call call = governor.begin(new ExchangeCarrier(exchange));
    Adoption adoption = new Adoption(exchange, call);
    if (call.await().proceeds()) {
      goOn(exchange, chain, call, adoption);
    } else {
      refuse(exchange, adoption);
    }
  }

  private static void goOn(HttpExchange exchange, Chain chain, Call call, Adoption adoption)
      throws IOException {
    Throwable error = null;
    try (Scope outer = call.openScope();
        Scope inner = Context.current().with(Adoption.KEY, adoption).makeCurrent()) {
      chain.doFilter(exchange);
    } catch (IOException | RuntimeException | Error e) {
      error = e;
      throw e;
    } finally {
      if (!adoption.isTaken()) {
        call.answeredBy(exchange.getHttpContext().getPath());
        call.end(outcome(exchange.getResponseCode(), error));
      }
    }
  }

  /** The routes know what the refused call would have been. */
  private void refuse(HttpExchange exchange, Adoption adoption) throws IOException {
    try (Scope scope = Context.current().with(Adoption.KEY, adoption).makeCurrent()) {
      routes.handle(exchange);
    }
  }

  private static Outcome outcome(int status, @Nullable Throwable error) {
    if (status == NO_ANSWER) {
      return error instanceof IOException ? Outcome.cancelled(error) : Outcome.http(500, error);
    }
    return Outcome.http(status, error);
  }
}
