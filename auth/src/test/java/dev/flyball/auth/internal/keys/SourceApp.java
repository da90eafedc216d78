// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import static org.awaitility.Awaitility.await;

import dev.flyball.Event;
import dev.flyball.FlyballModule;
import dev.flyball.Meters;
import dev.flyball.Setup;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.settings.Setting;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of one real issuer, over HTTP, by a clock that stands still, without any calls. */
final class SourceApp implements AutoCloseable {

  private final boolean inBackground;
  final LocalIssuer issuer =
      LocalIssuer.builder().port(0).audience("orders").algorithms(Algorithm.ES256).start();
  final InProcessApp app = InProcessApp.with(new KeysModule());
  final ManualTime time = app.time();
  JwksSource source;

  /** Nothing but a source. */
  private final class KeysModule implements FlyballModule {

    @Override
    public String name() {
      return "keys";
    }

    @Override
    public List<Setting<?>> settings() {
      return KeySettings.all();
    }

    @Override
    public void install(Setup setup) {
      URI address = URI.create(issuer.url() + LocalIssuer.JWKS);
      HttpKeys fetcher = new HttpKeys(issuer.issuer(), address, JsonClient.lazy());
      source = new JwksSource("main", inBackground ? fetcher : new Awaited(fetcher), setup);
      setup.onStart(source::start);
    }
  }

  /** Waits for each answer, so that nothing goes on while the clock stands still. */
  private static final class Awaited implements KeyFetcher {

    private final KeyFetcher fetcher;

    Awaited(KeyFetcher fetcher) {
      this.fetcher = fetcher;
    }

    @Override
    public CompletableFuture<Fetched> fetch(@Nullable String etag) {
      CompletableFuture<Fetched> answer = fetcher.fetch(etag);
      answer.exceptionally(error -> null).join();
      return answer;
    }

    @Override
    public String place() {
      return fetcher.place();
    }

    @Override
    public boolean isRemote() {
      return fetcher.isRemote();
    }
  }

  private SourceApp(boolean inBackground) {
    this.inBackground = inBackground;
  }

  /** A source whose fetches end before the clock moves on; not started. */
  static SourceApp create() {
    return new SourceApp(false);
  }

  /** The same, started. */
  static SourceApp start() {
    SourceApp created = create();
    created.app.start();
    return created;
  }

  /** A source that fetches as it does in a service, and has read its first set. */
  static SourceApp startInBackground() {
    SourceApp created = new SourceApp(true);
    created.app.start();
    await().until(() -> created.source.wasRead());
    return created;
  }

  int fetches() {
    return issuer.requests(LocalIssuer.JWKS);
  }

  void advance(Duration duration) {
    time.advance(duration);
  }

  /** Lets time pass in steps. */
  void pass(Duration duration, Duration step) {
    for (long i = 0; i < duration.toNanos() / step.toNanos(); i++) {
      advance(step);
    }
  }

  /** What a family of instruments shows, by the last of its labels. */
  Map<String, Double> counts(String name) {
    for (Meters.Snapshot snapshot : app.governor().meters().snapshots()) {
      if (snapshot.name().equals(name)) {
        return snapshot.series().stream()
            .collect(
                Collectors.toMap(
                    series -> series.labelValues().get(series.labelValues().size() - 1),
                    Meters.Series::value));
      }
    }
    return Map.of();
  }

  List<Event> events(String name) {
    return app.events().stream().filter(event -> event.name().equals(name)).toList();
  }

  @Override
  public void close() {
    app.close();
    issuer.close();
  }
}
