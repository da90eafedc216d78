// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscription;
import javax.net.ssl.SSLSession;

/** A client without a network: what comes back is in a script. */
final class ScriptedClient extends ForwardingClient {

  enum End {
    COMPLETE,
    ERROR,
    NOTHING
  }

  /** What comes back: nothing where {@code status} is 0. */
  record Script(int status, int parts, End end) {}

  private final Executor wire;
  private volatile Script script;
  private volatile CompletableFuture<Void> played;

  ScriptedClient(Executor wire) {
    super(HttpClient.newHttpClient());
    this.wire = wire;
  }

  void next(Script next) {
    script = next;
    played = new CompletableFuture<>();
  }

  /** Completes when all of the script has come back. */
  CompletableFuture<Void> played() {
    return played;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.of(wire);
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return sendAsync(request, handler).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (CancellationException e) {
      throw new IOException(e);
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return sendAsync(request, handler, null);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
    CompletableFuture<HttpResponse<T>> response = new CompletableFuture<>();
    Script now = script;
    CompletableFuture<Void> end = played;
    wire.execute(() -> {
      try {
        play(now, request, handler, response);
      } catch (Throwable t) {
        response.completeExceptionally(t);
      } finally {
        end.complete(null);
      }
    });
    return response;
  }

  private static <T> void play(
      Script script,
      HttpRequest request,
      BodyHandler<T> handler,
      CompletableFuture<HttpResponse<T>> response) {
    if (script.status() == 0) {
      if (script.end() == End.ERROR) {
        response.completeExceptionally(new IOException("no answer"));
      }
      return;
    }
    BodySubscriber<T> body = handler.apply(new Info(script.status()));
    body.getBody()
        .whenComplete((value, error) -> {
          if (error == null) {
            response.complete(new Response<>(request, script.status(), value));
          } else {
            response.completeExceptionally(
                error instanceof CompletionException ? error.getCause() : error);
          }
        });
    Wire upstream = new Wire();
    body.onSubscribe(upstream);
    for (int i = 0; i < script.parts() && !upstream.cancelled; i++) {
      body.onNext(List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})));
    }
    if (!upstream.cancelled && script.end() == End.COMPLETE) {
      body.onComplete();
    } else if (!upstream.cancelled && script.end() == End.ERROR) {
      body.onError(new IOException("half an answer"));
    }
  }

  private static final class Wire implements Subscription {

    volatile boolean cancelled;

    @Override
    public void request(long count) {}

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private record Info(int statusCode) implements ResponseInfo {

    @Override
    public HttpHeaders headers() {
      return HttpHeaders.of(Map.of(), (name, value) -> true);
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  private record Response<T>(HttpRequest request, int statusCode, T body)
      implements HttpResponse<T> {

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
      return HttpHeaders.of(Map.of(), (name, value) -> true);
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public URI uri() {
      return request.uri();
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }
}
