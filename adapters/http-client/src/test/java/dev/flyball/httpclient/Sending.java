// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The ways to send a request and wait for the response. */
enum Sending {
  BLOCKING {
    @Override
    <T> HttpResponse<T> send(HttpClient client, HttpRequest request, BodyHandler<T> handler)
        throws Exception {
      return client.send(request, handler);
    }
  },
  ON_A_VIRTUAL_THREAD {
    @Override
    <T> HttpResponse<T> send(HttpClient client, HttpRequest request, BodyHandler<T> handler)
        throws Exception {
      CompletableFuture<HttpResponse<T>> response = new CompletableFuture<>();
      io.opentelemetry.context.Context context = io.opentelemetry.context.Context.current();
      startVirtual(
          context.wrap(() -> {
            try {
              response.complete(client.send(request, handler));
            } catch (Throwable t) {
              response.completeExceptionally(t);
            }
          }));
      return outcome(response);
    }
  },
  ASYNCHRONOUS {
    @Override
    <T> HttpResponse<T> send(HttpClient client, HttpRequest request, BodyHandler<T> handler)
        throws Exception {
      return outcome(client.sendAsync(request, handler));
    }
  };

  abstract <T> HttpResponse<T> send(HttpClient client, HttpRequest request, BodyHandler<T> handler)
      throws Exception;

  /** The ways that this JDK has. */
  static Sending[] here() {
    return hasVirtualThreads() ? values() : new Sending[] {BLOCKING, ASYNCHRONOUS};
  }

  static boolean hasVirtualThreads() {
    return Runtime.version().feature() >= 21;
  }

  private static void startVirtual(Runnable action) {
    try {
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, action);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  static <T> T outcome(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception exception) {
        throw exception;
      }
      throw e;
    }
  }
}
