// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps the request as the client inside gets it. */
final class NotingClient extends ForwardingClient {

  private final AtomicReference<HttpRequest> seen;

  NotingClient(HttpClient inside, AtomicReference<HttpRequest> seen) {
    super(inside);
    this.seen = seen;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    seen.set(request);
    return super.send(request, handler);
  }
}
