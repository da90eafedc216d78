// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import dev.flyball.Call;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * A call that a filter has begun for an exchange, for the handler further in to take over. The
 * attributes of an exchange cannot carry it: they belong to the context of the server, not to the
 * exchange.
 */
final class Adoption {

  static final ContextKey<Adoption> KEY = ContextKey.named("flyball-jdk-http-adoption");

  private final HttpExchange exchange;
  private final Call call;
  private boolean taken;

  Adoption(HttpExchange exchange, Call call) {
    this.exchange = exchange;
    this.call = call;
  }

  /**
   * Takes over the call of an exchange, and with it the duty to end it; null where there is none.
   */
  @SuppressWarnings("ReferenceEquality") // this very exchange
  static @Nullable Call take(HttpExchange exchange) {
    Adoption adoption = Context.current().get(KEY);
    if (adoption == null || adoption.exchange != exchange || adoption.taken) {
      return null;
    }
    adoption.taken = true;
    return adoption.call;
  }

  boolean isTaken() {
    return taken;
  }
}
