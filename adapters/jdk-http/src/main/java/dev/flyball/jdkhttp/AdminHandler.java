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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers probes and scrapers at once; everything else on the admin port is a governed route. */
final class AdminHandler implements HttpHandler {

  static final String PREFIX = "/flyball/";

  private static final Logger logger = LoggerFactory.getLogger(AdminHandler.class);

  private final Map<String, AdminRoute> probes = new HashMap<>();
  private final HttpHandler routes;

  AdminHandler(Iterable<AdminRoute> adminRoutes, HttpHandler routes) {
    for (AdminRoute route : adminRoutes) {
      if (route.scope() == null) {
        probes.put(PREFIX + route.path(), route);
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
    try {
      String accept = exchange.getRequestHeaders().getFirst("Accept");
      String query = exchange.getRequestURI().getRawQuery();
      return probe.handler().handle(new AdminRoute.Request(query, accept, "", null));
    } catch (RuntimeException e) {
      logger.warn("the page {} failed", probe.path(), e);
      return new Response(500, "text/plain; charset=utf-8", "failed\n");
    }
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
