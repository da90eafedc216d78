// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** An issuer whose documents come over TLS. */
final class TlsIssuer implements AutoCloseable {

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final LocalIssuer keys;
  final AtomicInteger requests = new AtomicInteger();
  final String value;

  /**
   * Starts one.
   *
   * @param host by which it is reached
   * @param port by which it is reached; 0 for its own
   */
  TlsIssuer(String host, int port, SSLContext context) throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(threads);
    int shown = port == 0 ? port() : port;
    value = "https://" + host + (shown == 443 ? "" : ":" + shown);
    keys =
        LocalIssuer.builder()
            .port(0)
            .issuer(value)
            .audience("orders")
            .algorithms(Algorithm.ES256)
            .start();
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String token(AuthApp app) {
    return keys.token().issuedAt(app.time.now()).expiresAt(app.time.now().plusSeconds(60)).sign();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    boolean discovery = exchange.getRequestURI().getPath().startsWith("/.well-known/");
    String json =
        discovery
            ? "{\"issuer\":\"" + value + "\",\"jwks_uri\":\"" + value + "/jwks\"}"
            : keys.keys().json();
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    keys.close();
  }
}
