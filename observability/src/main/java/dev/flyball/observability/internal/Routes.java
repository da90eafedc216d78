// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.Endpoint;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What lines, spans and metrics say of each endpoint, worked out once. */
public final class Routes {

  /** What is said of one endpoint. */
  public static final class Route {

    private final String operation;
    private final @Nullable String template;

    private Route(Endpoint endpoint) {
      this.operation = endpoint.protocol().equals("http") ? endpoint.operation() : endpoint.id();
      this.template = template(endpoint);
    }

    /** The path with its variables as templates; null for an endpoint that has none. */
    public @Nullable String template() {
      return template;
    }

    /** What is called, in the words of a line: {@code GET /orders/{id}}. */
    public String operation() {
      return operation;
    }

    private static @Nullable String template(Endpoint endpoint) {
      String operation = endpoint.operation();
      String path = operation.substring(operation.indexOf(' ') + 1);
      return path.startsWith("/") ? path : null;
    }
  }

  private final Map<Endpoint, Route> routes = new ConcurrentHashMap<>();

  /** The route of an endpoint; always the same. */
  public Route of(Endpoint endpoint) {
    Route known = routes.get(endpoint);
    return known != null ? known : routes.computeIfAbsent(endpoint, Route::new);
  }
}
