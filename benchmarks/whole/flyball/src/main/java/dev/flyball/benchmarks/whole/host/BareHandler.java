// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers {@code /hello/{id}} by hand: what the service costs without us. */
final class BareHandler implements HttpHandler {

  static final String PREFIX = "/hello/";

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String id = exchange.getRequestURI().getPath().substring(PREFIX.length());
    byte[] body = ("hello " + id).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
