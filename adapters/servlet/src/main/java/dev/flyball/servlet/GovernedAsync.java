// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import io.opentelemetry.context.Context;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * The asynchronous part of a request: its tasks work for the call, and what comes after the call
 * was broken off has no effect.
 */
final class GovernedAsync implements AsyncContext {

  private final AsyncContext container;
  private final Exchange exchange;
  private final Callbacks callbacks;

  GovernedAsync(AsyncContext container, Exchange exchange) {
    this.container = container;
    this.exchange = exchange;
    this.callbacks = new Callbacks(exchange, Context.current());
  }

  @Override
  public ServletRequest getRequest() {
    return container.getRequest();
  }

  @Override
  public ServletResponse getResponse() {
    return container.getResponse();
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return container.hasOriginalRequestAndResponse();
  }

  @Override
  public void dispatch() {
    exchange.complete(container::dispatch);
  }

  @Override
  public void dispatch(String path) {
    exchange.complete(() -> container.dispatch(path));
  }

  @Override
  public void dispatch(ServletContext context, String path) {
    exchange.complete(() -> container.dispatch(context, path));
  }

  @Override
  public void complete() {
    exchange.complete(container::complete);
  }

  @Override
  public void start(Runnable task) {
    if (!exchange.isCompleting()) {
      container.start(() -> callbacks.runTask(task));
    }
  }

  @Override
  public void addListener(AsyncListener listener) {
    container.addListener(listener);
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse response) {
    container.addListener(listener, request, response);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return container.createListener(type);
  }

  @Override
  public void setTimeout(long millis) {
    container.setTimeout(millis);
  }

  @Override
  public long getTimeout() {
    return container.getTimeout();
  }
}
