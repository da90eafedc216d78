// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A client of somebody else's making. */
abstract class ForwardingClient extends HttpClient {

  private final HttpClient inside;

  ForwardingClient(HttpClient inside) {
    this.inside = inside;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return inside.send(request, handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return inside.sendAsync(request, handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
    return inside.sendAsync(request, handler, pushes);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return inside.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return inside.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return inside.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return inside.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return inside.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return inside.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return inside.authenticator();
  }

  @Override
  public Version version() {
    return inside.version();
  }

  @Override
  public Optional<Executor> executor() {
    return inside.executor();
  }
}
