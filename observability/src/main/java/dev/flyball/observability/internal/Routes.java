// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.Endpoint;
import dev.flyball.Outcome;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What lines, spans and metrics say of each endpoint, worked out once. */
public final class Routes {

  /** What is said of one endpoint. */
  public static final class Route {

    private static final int MAX_MESSAGES = 64;

    private record Message(Outcome.Kind kind, int code, String text) {}

    private final String operation;
    private final @Nullable String template;
    private volatile Message[] messages = {};

    private Route(Endpoint endpoint) {
      this.operation = endpoint.protocol().equals("http") ? endpoint.operation() : endpoint.id();
      this.template = template(endpoint);
    }

    /** The path with its variables as templates; null for an endpoint that has none. */
    public @Nullable String template() {
      return template;
    }

    /** The operation and how the call ended: {@code GET /orders/{id} 200}. */
    public String message(Outcome outcome) {
      for (Message message : messages) {
        if (message.code == outcome.code() && message.kind == outcome.kind()) {
          return message.text;
        }
      }
      return newMessage(outcome);
    }

    private synchronized String newMessage(Outcome outcome) {
      String how =
          outcome.code() > 0
              ? Integer.toString(outcome.code())
              : outcome.kind().name().toLowerCase(Locale.ROOT);
      String text = operation + " " + how;
      Message[] known = messages;
      if (known.length < MAX_MESSAGES) {
        Message[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = new Message(outcome.kind(), outcome.code(), text);
        messages = more;
      }
      return text;
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
