// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.flyball.AdminRoute;
import dev.flyball.AdminRoute.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Answers probes and scrapers at once; everything else on the admin port is a governed route. */
final class AdminHandler implements HttpHandler {

  private final Map<String, AdminRoute> probes = new HashMap<>();
  private final HttpHandler routes;

  AdminHandler(Iterable<AdminRoute> adminRoutes, HttpHandler routes) {
    for (AdminRoute route : adminRoutes) {
      if (route.scope() == null) {
        probes.put(AdminRoute.PREFIX + route.path(), route);
      }
    }
    this.routes = routes;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    AdminRoute probe = probes.get(exchange.getRequestURI().getRawPath());
    String method = exchange.getRequestMethod();
    if (probe != null && (method.equals("GET") || method.equals("HEAD"))) {
      write(exchange, answer(probe, exchange));
    } else {
      routes.handle(exchange);
    }
  }

  private static Response answer(AdminRoute probe, HttpExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    String query = exchange.getRequestURI().getRawQuery();
    return probe.answer(new AdminRoute.Request(query, accept, "", null));
  }

  private static void write(HttpExchange exchange, Response response) throws IOException {
    byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", response.contentType());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(response.status(), empty ? -1 : body.length);
    if (!empty) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
