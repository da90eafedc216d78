// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client gets.
 *
 * @param status {@link #HANG_UP} for a closed connection
 * @param headers by name
 * @param length what the client is told, {@link #UNTOLD} for a body in chunks
 * @param body what the client gets
 */
record Answer(int status, Map<String, String> headers, long length, Body body) {

  static final int HANG_UP = 0;
  static final long UNTOLD = -1;

  private static final long NO_BODY = -1;
  private static final long CHUNKED = 0;

  /** Writes the bytes of a body. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  static Answer json(int status, Map<String, ? extends @Nullable Object> members) {
    return text(status, "application/json", Json.object(members));
  }

  static Answer text(int status, String contentType, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = Map.of("Content-Type", contentType);
    return new Answer(status, headers, bytes.length, out -> out.write(bytes));
  }

  static Answer empty(int status) {
    return new Answer(status, Map.of(), 0, out -> {});
  }

  Answer withHeader(String name, @Nullable String value) {
    Map<String, String> changed = new LinkedHashMap<>(headers);
    changed.keySet().removeIf(name::equalsIgnoreCase);
    if (value != null) {
      changed.put(name, value);
    }
    return new Answer(status, changed, length, body);
  }

  Answer withBody(long length, Body body) {
    return new Answer(status, headers, length, body);
  }

  Answer withStatus(int status) {
    return new Answer(status, headers, length, body);
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      body.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /** Sends this and closes the exchange. A client that is gone is not our concern. */
  void sendTo(HttpExchange exchange) {
    try (exchange) {
      if (status != HANG_UP) {
        send(exchange);
      }
    } catch (IOException e) {
      // the exchange is closed, and with it the connection
    }
  }

  private void send(HttpExchange exchange) throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    // on JDK 17 a kept connection holds each answer back for 40 ms (Nagle and a late ACK)
    exchange.getResponseHeaders().set("Connection", "close");
    if (hasNoBody(exchange)) {
      exchange.sendResponseHeaders(status, NO_BODY);
      return;
    }
    exchange.sendResponseHeaders(status, length == UNTOLD ? CHUNKED : length);
    OutputStream out = exchange.getResponseBody();
    body.writeTo(out);
    out.flush();
  }

  private boolean hasNoBody(HttpExchange exchange) {
    return length == 0
        || status == 204
        || status == 304
        || exchange.getRequestMethod().equals("HEAD");
  }
}
