// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import dev.flyball.CallRecord;
import dev.flyball.FlyballModule;
import dev.flyball.GovernorBuilder;
import dev.flyball.testkit.contract.CallerModule;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server without surroundings, and a client for it. */
final class ServerFixture implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
  final JdkHttpServer.Builder builder;
  private JdkHttpServer server;

  ServerFixture(FlyballModule... modules) {
    List<FlyballModule> all = new ArrayList<>(List.of(modules));
    all.add(new JdkHttpModule());
    if (all.stream().noneMatch(module -> module.name().equals("auth"))) {
      all.add(new CallerModule());
    }
    builder =
        JdkHttpServer.builder()
            .port(0)
            .adminPort(0)
            .configure(governor -> isolate(governor, all).callListener(records::add));
  }

  private static GovernorBuilder isolate(GovernorBuilder governor, List<FlyballModule> modules) {
    return governor
        .modules(modules)
        .directory(Path.of("target", "no-such-folder"))
        .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()));
  }

  ServerFixture property(String key, String value) {
    builder.configure(governor -> governor.property(key, value));
    return this;
  }

  ServerFixture routes(Object... targets) {
    builder.routes(targets);
    return this;
  }

  ServerFixture start() {
    server = builder.start();
    return this;
  }

  JdkHttpServer server() {
    return server;
  }

  HttpResponse<String> get(String target, String... headers) throws Exception {
    return send("GET", server.uri().resolve(target), null, headers);
  }

  HttpResponse<String> post(String target, String body, String... headers) throws Exception {
    return send("POST", server.uri().resolve(target), body, headers);
  }

  HttpResponse<String> admin(String method, String target, String... headers) throws Exception {
    return send(method, server.adminUri().resolve(target), null, headers);
  }

  CallRecord record() throws InterruptedException {
    CallRecord record = records.poll(10, TimeUnit.SECONDS);
    if (record == null) {
      throw new AssertionError("no record");
    }
    return record;
  }

  private static HttpResponse<String> send(String method, URI uri, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
