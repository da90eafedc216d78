// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.util.concurrent.CompletableFuture;

/**
 * A response that is awaited, or what becomes of it: cancelling any stage cancels the exchange, as
 * with the futures of the JDK's own client.
 */
final class ResponseFuture<T> extends CompletableFuture<T> {

  private final Exchange exchange;

  ResponseFuture(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (mayInterruptIfRunning) {
      exchange.cancel();
    }
    return cancelled;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new ResponseFuture<>(exchange);
  }
}
