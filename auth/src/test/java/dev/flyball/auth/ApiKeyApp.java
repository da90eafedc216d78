// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.CallRecord;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Header;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import dev.flyball.testkit.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A service without a host, called {@code orders}, that accepts API keys. */
final class ApiKeyApp implements AutoCloseable {

  final InProcessApp app;
  final ManualTime time;
  final GovernedEndpoint guarded;
  final GovernedEndpoint scoped;

  /** Endpoints that are called. */
  @SuppressWarnings("unused")
  private static final class Shop {

    @Authenticated
    void guarded() {}

    @RequiresScope("orders:read")
    void scoped() {}
  }

  private ApiKeyApp(Consumer<InProcessApp> change) {
    app = InProcessApp.with(new AuthModule());
    time = app.time();
    app.property("flyball.service.name", "orders");
    app.property("flyball.auth.throttle.failures", "0"); // tests try one bad key after another
    change.accept(app);
    guarded = app.govern(Shop.class, "guarded", "GET /guarded");
    scoped = app.govern(Shop.class, "scoped", "GET /scoped");
    app.start();
  }

  /** With keys in a file, which is made where there is none. */
  static ApiKeyApp with(Path file, Consumer<InProcessApp> change) {
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, "{\"keys\":[]}");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return with(app -> {
      app.property("flyball.auth.api-keys.file", file.toString());
      change.accept(app);
    });
  }

  static ApiKeyApp with(Consumer<InProcessApp> change) {
    return new ApiKeyApp(change);
  }

  ApiKeyRegistry registry() {
    return app.governor().find(ApiKeyRegistry.class).orElseThrow();
  }

  /** A key for this service, in force. */
  ApiKeyRegistry.Issued issue(String owner, String... scopes) {
    return issue(
        new ApiKeyRegistry.Request(
            owner, null, Set.of(scopes), Set.of("orders"), List.of(), Duration.ofDays(90)));
  }

  ApiKeyRegistry.Issued issue(ApiKeyRegistry.Request request) {
    ApiKeyRegistry.Issued issued = done(registry().issue(request));
    refresh();
    return issued;
  }

  ApiKeyRegistry.Issued rotate(ApiKeyRegistry.Issued issued, Duration grace) {
    ApiKeyRegistry.Issued rotated =
        done(registry().rotate(issued.key().id(), grace, Duration.ofDays(90)));
    refresh();
    return rotated;
  }

  static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  /** Lets the mirror look again. */
  void refresh() {
    time.advance(Duration.ofSeconds(5));
  }

  CallRecord call(String key) {
    return app.call(guarded, carrier().header("X-API-Key", key));
  }

  CallRecord call(InProcessCarrier carrier) {
    return app.call(guarded, carrier);
  }

  CallRecord callScoped(String key) {
    return app.call(scoped, carrier().header("X-API-Key", key));
  }

  static InProcessCarrier carrier() {
    return InProcessCarrier.get("/guarded");
  }

  static List<String> headers(CallRecord record, String name) {
    return record.problem().headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .toList();
  }

  double counter(String name, String label) {
    return app.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .flatMap(snapshot -> snapshot.series().stream())
        .filter(series -> series.labelValues().contains(label))
        .mapToDouble(series -> series.value())
        .sum();
  }

  long events(String name) {
    return app.events().stream().filter(event -> event.name().equals(name)).count();
  }

  @Override
  public void close() {
    app.close();
  }
}
