// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A real service to call, which keeps the headers that it was sent. */
final class Peer implements AutoCloseable {

  static final int CHUNK = 64 * 1024;

  final List<Headers> requests = new CopyOnWriteArrayList<>();

  /** What {@code /held} and {@code /begun} wait for before they go on. */
  final CountDownLatch release = new CountDownLatch(1);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  Peer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    handle("/status/", this::status);
    handle("/text", exchange -> answer(exchange, 200, "some text"));
    handle("/echo", this::echo);
    handle("/big/", this::big);
    handle("/held", this::held);
    handle("/begun", this::begun);
    handle("/moved", this::moved);
    server.start();
  }

  private void handle(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestHeaders());
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  URI uri(String target) {
    String host = server.getAddress().getAddress().getHostAddress();
    return URI.create("http://" + host + ":" + server.getAddress().getPort() + target);
  }

  Headers onlyRequest() {
    if (requests.size() != 1) {
      throw new AssertionError("expected one request but found " + requests.size());
    }
    return requests.get(0);
  }

  private static int number(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private void status(HttpExchange exchange) throws IOException {
    int status = number(exchange);
    boolean bare = status == 204 || status == 304 || exchange.getRequestMethod().equals("HEAD");
    if (bare) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      answer(exchange, status, "status " + status);
    }
  }

  private void echo(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (InputStream in = exchange.getRequestBody();
        OutputStream out = exchange.getResponseBody()) {
      in.transferTo(out);
    }
  }

  /** As many chunks as the path says; ends early where the client goes away. */
  private void big(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    exchange.sendResponseHeaders(200, 0);
    byte[] chunk = new byte[CHUNK];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = number(exchange); i > 0; i--) {
        out.write(chunk);
      }
    }
  }

  private void held(HttpExchange exchange) throws IOException {
    awaitRelease();
    answer(exchange, 200, "late");
  }

  /** Answers with a beginning, the rest when it is released. */
  private void begun(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write("begun".getBytes(StandardCharsets.UTF_8));
    out.flush();
    awaitRelease();
    out.write("done".getBytes(StandardCharsets.UTF_8));
    out.close();
  }

  private void moved(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Location", uri("/text").toString());
    exchange.sendResponseHeaders(302, -1);
  }

  private void awaitRelease() throws IOException {
    try {
      if (!release.await(30, TimeUnit.SECONDS)) {
        throw new IOException("never released");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    release.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
