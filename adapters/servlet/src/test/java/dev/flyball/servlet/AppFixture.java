// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.CallRecord;
import dev.flyball.FlyballModule;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.testkit.contract.CallerModule;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An application without surroundings in a real container, and a client for it. */
final class AppFixture implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
  final GovernorBuilder builder;
  private final List<Consumer<ServletContext>> servlets = new ArrayList<>();
  private final Host.Application application;
  private Host host;

  AppFixture(FlyballModule... modules) {
    this("", modules);
  }

  AppFixture(String contextPath, FlyballModule... modules) {
    List<FlyballModule> all = new ArrayList<>(List.of(modules));
    all.add(new ServletModule());
    all.add(new CallerModule());
    builder =
        Governor.builder()
            .modules(all)
            .directory(Path.of("target", "no-such-folder"))
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .callListener(records::add);
    application =
        new Host.Application(
            contextPath, builder, context -> servlets.forEach(each -> each.accept(context)));
  }

  AppFixture property(String key, String value) {
    builder.property(key, value);
    return this;
  }

  AppFixture servlet(String pattern, Servlet servlet) {
    return servlet(pattern, pattern, servlet);
  }

  AppFixture servlet(String name, String pattern, Servlet servlet) {
    return with(context -> {
      ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
      registration.addMapping(pattern);
      registration.setAsyncSupported(true);
    });
  }

  AppFixture with(Consumer<ServletContext> change) {
    servlets.add(change);
    return this;
  }

  AppFixture errorPage(int status, String path) {
    application.errorPage(status, path);
    return this;
  }

  AppFixture start(Host.Container container) throws Exception {
    host = container.start(application);
    return this;
  }

  Host host() {
    return host;
  }

  HttpResponse<String> get(String target, String... headers) throws Exception {
    return send("GET", target, BodyPublishers.noBody(), headers);
  }

  HttpResponse<String> send(String method, String target, BodyPublisher body, String... headers)
      throws Exception {
    URI uri = host.uri().resolve(target);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  CallRecord record() throws InterruptedException {
    CallRecord record = records.poll(10, TimeUnit.SECONDS);
    if (record == null) {
      throw new AssertionError("no record");
    }
    return record;
  }

  /** What comes to nothing is looked for only after everything else. */
  List<CallRecord> furtherRecords() throws InterruptedException {
    CallRecord late = records.poll(100, TimeUnit.MILLISECONDS);
    List<CallRecord> further = new ArrayList<>(records);
    if (late != null) {
      further.add(0, late);
    }
    return further;
  }

  double counter(String name) {
    return host.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .mapToDouble(snapshot -> snapshot.series().get(0).value())
        .sum();
  }

  @Override
  public void close() throws Exception {
    if (host != null) {
      host.close();
    }
  }
}
