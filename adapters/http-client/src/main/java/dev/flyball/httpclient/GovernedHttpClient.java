// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import dev.flyball.Governor;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP whose requests are governed calls: traced, measured, bounded by the deadline of
 * the call that they are made for, refused where a rule says so, and recorded, each exactly once.
 *
 * <p>It is a {@code java.net.http.HttpClient} around another, so that whatever takes one can be
 * governed:
 *
 * <pre>{@code
 * HttpClient payments = GovernedHttpClient.of(governor, HttpClient.newHttpClient(), "payments");
 * HttpResponse<String> reply = payments.send(request, BodyHandlers.ofString());
 * }</pre>
 *
 * <p>A call ends when the response is there and its body was read, or given up. A body that is
 * neither read nor closed keeps its call open, and its connection. Redirects and authentication are
 * the business of the client inside: the call is one, its status the last. Nothing is tried again.
 *
 * <p>The headers that stages add stand in place of those of the same name that the request brings;
 * with {@code traceparent} a {@code tracestate} of the request goes too. Nothing else is added. The
 * shorter of the request's timeout and the time left for the caller holds, also while the body is
 * read; a request for which no time is left is not sent and fails with {@code
 * HttpTimeoutException}. One that a stage refuses fails with {@link CallRefusedException}.
 *
 * <p>Body handlers, body subscribers, and functions that were added to the future of {@code
 * sendAsync} before it completed run in the context of the caller: its call is the current one.
 *
 * <p>WebSockets and pushed responses are passed through: they are no calls of their own.
 * Thread-safe.
 */
public final class GovernedHttpClient extends HttpClient {

  private final Governor governor;
  private final HttpClient client;
  private final DependencyNames names;

  private GovernedHttpClient(Governor governor, HttpClient client, DependencyNames names) {
    this.governor = Objects.requireNonNull(governor, "governor");
    Objects.requireNonNull(client, "client");
    this.client = client instanceof GovernedHttpClient governed ? governed.client : client;
    this.names = names;
  }

  /**
   * A client for many dependencies, each called by its host. Beyond the first 100 hosts they share
   * the name {@code _OTHER}.
   *
   * @param governor the governor of the service, started before the first request
   * @param client what sends; one that is governed already is not governed twice
   * @return a client around it
   */
  public static GovernedHttpClient of(Governor governor, HttpClient client) {
    return new GovernedHttpClient(governor, client, DependencyNames.byHost());
  }

  /**
   * A client for one dependency.
   *
   * @param governor the governor of the service, started before the first request
   * @param client what sends; one that is governed already is not governed twice
   * @param dependency what the service calls it, for example {@code payments}
   * @return a client around it
   */
  public static GovernedHttpClient of(Governor governor, HttpClient client, String dependency) {
    if (dependency.isBlank()) {
      throw new IllegalArgumentException(
          "the name of the dependency is blank (expected: for example payments)");
    }
    return new GovernedHttpClient(governor, client, DependencyNames.fixed(dependency));
  }

  // ---- calls

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    Objects.requireNonNull(handler, "handler");
    Exchange exchange = begin(request);
    try {
      HttpResponse<T> response = send(exchange, handler);
      exchange.responded(response);
      return response;
    } catch (Throwable t) {
      exchange.failed(t);
      IOException reason = exchange.broken();
      if (reason != null) {
        throw reason;
      }
      throw t;
    }
  }

  private Exchange begin(HttpRequest request) {
    boolean followsRedirects = client.followRedirects() != Redirect.NEVER;
    OutgoingRequest outgoing = new OutgoingRequest(request, names, followsRedirects);
    Executor executor = client.executor().orElseGet(ForkJoinPool::commonPool);
    return new Exchange(governor.beginOutgoing(outgoing), outgoing, governor.time(), executor);
  }

  private <T> HttpResponse<T> send(Exchange exchange, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    HttpRequest admitted = exchange.admitted();
    try (Scope scope = exchange.callScope()) {
      return client.send(admitted, exchange.watched(handler));
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return start(request, handler, null);
  }

  /** Pushed responses are handled as ever; they belong to no call. */
  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      BodyHandler<T> handler,
      @Nullable PushPromiseHandler<T> pushPromiseHandler) {
    return start(request, handler, pushPromiseHandler);
  }

  private <T> CompletableFuture<HttpResponse<T>> start(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    Objects.requireNonNull(handler, "handler");
    Exchange exchange = begin(request);
    ResponseFuture<HttpResponse<T>> response = new ResponseFuture<>(exchange);
    exchange.whenDecided(decision -> {
      try {
        HttpRequest admitted = exchange.admitted(decision);
        CompletableFuture<HttpResponse<T>> sent;
        try (Scope scope = exchange.callScope()) {
          sent = client.sendAsync(admitted, exchange.watched(handler), pushes);
        }
        exchange.cancelWith(() -> sent.cancel(true));
        sent.whenComplete((value, error) -> settle(exchange, response, value, error));
      } catch (Throwable t) {
        settle(exchange, response, null, t);
      }
    });
    return response;
  }

  /** The call ends before anybody sees the response. */
  private static <T> void settle(
      Exchange exchange,
      ResponseFuture<HttpResponse<T>> response,
      @Nullable HttpResponse<T> value,
      @Nullable Throwable error) {
    if (value != null) {
      exchange.responded(value);
    } else {
      exchange.failed(Objects.requireNonNull(error));
    }
    IOException reason = value == null ? exchange.broken() : null;
    try (Scope scope = exchange.callerScope()) {
      if (value != null) {
        response.complete(value);
      } else {
        response.completeExceptionally(reason != null ? reason : Objects.requireNonNull(error));
      }
    }
  }

  /** As that of the client inside: not governed. */
  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return client.newWebSocketBuilder();
  }

  // ---- what the client inside is made of

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  // ---- its end: what clients have from JDK 21 on, so that it cannot be marked @Override

  /** Takes no more requests, on JDK 21 and later; before, it does nothing. */
  public void shutdown() {
    LifeCycle.shutdown(client);
  }

  /** Breaks off what is running, on JDK 21 and later; before, it does nothing. */
  public void shutdownNow() {
    LifeCycle.shutdownNow(client);
  }

  /**
   * Whether the client has ended, on JDK 21 and later.
   *
   * @return false before JDK 21
   */
  public boolean isTerminated() {
    return LifeCycle.isTerminated(client);
  }

  /**
   * Waits until the client has ended, on JDK 21 and later.
   *
   * @param duration how long at most
   * @return whether it has; true before JDK 21
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean awaitTermination(Duration duration) throws InterruptedException {
    return LifeCycle.awaitTermination(client, duration);
  }
}
