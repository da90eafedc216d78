// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** Every request comes through here: it is recorded, answered, and the answer spoiled. */
final class Endpoints implements HttpHandler {

  private static final int LARGEST_BODY = 64 * 1024;

  private final Documents documents;
  private final TokenEndpoint token;
  private final IntrospectionEndpoint introspection;
  private final RequestLog log;
  private final Faults faults;
  private final Executor executor;

  Endpoints(
      Documents documents,
      TokenEndpoint token,
      IntrospectionEndpoint introspection,
      RequestLog log,
      Faults faults,
      Executor executor) {
    this.documents = documents;
    this.token = token;
    this.introspection = introspection;
    this.log = log;
    this.faults = faults;
    this.executor = executor;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    RecordedRequest request = recorded(exchange, body);
    log.add(request);
    faults.answer(
        request.path(),
        () -> body.length > LARGEST_BODY ? tooLarge() : route(request),
        exchange,
        executor);
  }

  private Answer route(RecordedRequest request) {
    return switch (request.path()) {
      case LocalIssuer.OPENID_CONFIGURATION, LocalIssuer.AUTHORIZATION_SERVER ->
          isRead(request) ? documents.metadata(request) : notAllowed("GET, HEAD");
      case LocalIssuer.JWKS -> isRead(request) ? documents.keys(request) : notAllowed("GET, HEAD");
      case LocalIssuer.TOKEN ->
          request.method().equals("POST") ? token.answer(request) : notAllowed("POST");
      case LocalIssuer.INTROSPECTION ->
          request.method().equals("POST") ? introspection.answer(request) : notAllowed("POST");
      default -> Answer.json(404, Map.of("error", "not_found"));
    };
  }

  private static boolean isRead(RecordedRequest request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }

  private static Answer notAllowed(String allowed) {
    return Answer.json(405, Map.of("error", "method_not_allowed")).withHeader("Allow", allowed);
  }

  private static Answer tooLarge() {
    return Answer.json(413, Map.of("error", "invalid_request"));
  }

  private static RecordedRequest recorded(HttpExchange exchange, byte[] body) {
    URI target = exchange.getRequestURI();
    int kept = Math.min(body.length, LARGEST_BODY);
    return new RecordedRequest(
        exchange.getRequestMethod(),
        target.getRawPath(),
        target.getRawQuery(),
        headers(exchange),
        new String(body, 0, kept, StandardCharsets.UTF_8));
  }

  private static Map<String, List<String>> headers(HttpExchange exchange) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
    return Collections.unmodifiableMap(headers);
  }
}
