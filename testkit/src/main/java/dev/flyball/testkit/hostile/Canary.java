// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server to which attackers point, and which nobody should ask. */
final class Canary implements AutoCloseable {

  /** One request that came all the same. */
  record Visit(String request, String host, @Nullable String authorization) {}

  private final HttpServer server;
  private final List<Visit> visits = new CopyOnWriteArrayList<>();

  Canary() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("no free port for the canary", e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  /** An address under which it answers. */
  String url(String path) {
    return "http://" + authority() + path;
  }

  List<Visit> visits() {
    return visits;
  }

  /** The same under another name of this host. */
  String elsewhere(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  /** Where it listens, by the name under which calls may go there with a token. */
  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** {@code /redirect} leads on to {@code /landed} under another name of this host. */
  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      visits.add(
          new Visit(
              exchange.getRequestMethod() + " " + path,
              exchange.getRequestHeaders().getFirst("Host"),
              exchange.getRequestHeaders().getFirst("Authorization")));
      boolean leadsOn = path.startsWith("/redirect");
      if (leadsOn) {
        exchange.getResponseHeaders().set("Location", elsewhere("/landed"));
      }
      exchange.sendResponseHeaders(leadsOn ? 302 : 204, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
