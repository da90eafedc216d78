// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Meters.Series;
import dev.flyball.Meters.Snapshot;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.observability.ObservabilityModule;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rate, errors and duration: exact, and in few series whatever is sent. */
class RedMetricsTest {

  private final InProcessApp app =
      InProcessApp.with(new ObservabilityModule())
          .property("flyball.auth.delegated", "authorization is not under test");

  @AfterEach
  void close() {
    app.close();
  }

  private Map<List<String>, Series> series(String meter) {
    Map<List<String>, Series> found = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    snapshot(meter).series().forEach(each -> found.put(each.labelValues(), each));
    return found;
  }

  private Snapshot snapshot(String meter) {
    return app.governor().meters().snapshots().stream()
        .filter(each -> each.name().equals(meter))
        .findFirst()
        .orElseThrow();
  }

  private static long count(Series series) {
    return series.buckets().stream().mapToLong(Long::longValue).sum();
  }

  private void lost(String method, String path, int status) {
    app.governor().begin(InProcessCarrier.of(method, path)).end(Outcome.http(status));
  }

  @Test
  void requests_areCountedByRouteMethodAndStatus() {
    GovernedEndpoint orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    for (int i = 0; i < 3; i++) {
      app.call(
          orders,
          InProcessCarrier.get("/orders/" + i),
          () -> {
            app.time().advance(Duration.ofMillis(30));
            return null;
          });
    }
    app.call(orders, InProcessCarrier.of("HEAD", "/orders/1"));
    app.call(
        orders,
        InProcessCarrier.get("/orders/9"),
        () -> {
          throw new IllegalStateException();
        });
    Map<List<String>, Series> series = series("http.server.request.duration");
    assertThat(snapshot("http.server.request.duration").labels())
        .containsExactly(
            "http.request.method",
            "http.route",
            "http.response.status_code",
            "url.scheme",
            "error.type");
    Series ok = series.get(List.of("GET", "/orders/{id}", "200", "http", ""));
    assertThat(count(ok)).isEqualTo(3);
    assertThat(ok.value()).isEqualTo(0.09);
    assertThat(ok.buckets().get(3)).as("up to 50 ms").isEqualTo(3);
    assertThat(count(series.get(List.of("HEAD", "/orders/{id}", "200", "http", "")))).isEqualTo(1);
    assertThat(
            count(
                series.get(
                    List.of(
                        "GET", "/orders/{id}", "500", "http", "java.lang.IllegalStateException"))))
        .isEqualTo(1);
    assertThat(series).hasSize(3);
  }

  @Test
  void row31_madeUpPathsAndMethods_makeNoSeries() {
    GovernedEndpoint orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    for (int i = 0; i < 20_000; i++) {
      lost("M" + i, "/scan/" + i, 404);
    }
    lost("GET", "/orders/../x", 404);
    app.call(orders, InProcessCarrier.get("/orders/1"));
    Map<List<String>, Series> series = series("http.server.request.duration");
    assertThat(series.keySet())
        .containsExactlyInAnyOrder(
            List.of("_OTHER", "_UNMATCHED", "404", "http", ""),
            List.of("GET", "_UNMATCHED", "404", "http", ""),
            List.of("GET", "/orders/{id}", "200", "http", ""));
    assertThat(count(series.get(List.of("_OTHER", "_UNMATCHED", "404", "http", ""))))
        .isEqualTo(20_000);
  }

  @Test
  void row31_madeUpErrors_areBounded() {
    GovernedEndpoint orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    for (Throwable each : throwables()) {
      Call call = app.governor().begin(InProcessCarrier.get("/orders/1"));
      call.enter(orders, Parameters.none());
      call.end(Outcome.http(500, each));
    }
    Map<List<String>, Series> series = series("http.server.request.duration");
    assertThat(series).hasSize(33);
    assertThat(series).containsKey(List.of("GET", "/orders/{id}", "500", "http", "_OVERFLOW"));
  }

  /** Forty throwables of as many classes. */
  private static List<Throwable> throwables() {
    return List.of(
        new IllegalStateException(),
        new IllegalArgumentException(),
        new NullPointerException(),
        new ArithmeticException(),
        new ArrayStoreException(),
        new ClassCastException(),
        new IndexOutOfBoundsException(),
        new NegativeArraySizeException(),
        new SecurityException(),
        new UnsupportedOperationException(),
        new java.util.NoSuchElementException(),
        new java.util.ConcurrentModificationException(),
        new java.util.EmptyStackException(),
        new java.util.InputMismatchException(),
        new java.io.IOException(),
        new java.io.FileNotFoundException(),
        new java.io.EOFException(),
        new java.io.UncheckedIOException(new java.io.IOException()),
        new InterruptedException(),
        new CloneNotSupportedException(),
        new ClassNotFoundException(),
        new NoSuchFieldException(),
        new NoSuchMethodException(),
        new InstantiationException(),
        new IllegalAccessException(),
        new java.net.SocketException(),
        new java.net.ConnectException(),
        new java.net.UnknownHostException(),
        new java.net.SocketTimeoutException(),
        new java.net.BindException(),
        new java.net.ProtocolException(),
        new java.util.concurrent.TimeoutException(),
        new java.util.concurrent.CancellationException(),
        new java.util.concurrent.RejectedExecutionException(),
        new StackOverflowError(),
        new NoClassDefFoundError(),
        new AssertionError(),
        new LinkageError(),
        new java.time.DateTimeException(""),
        new java.nio.BufferOverflowException());
  }

  @Test
  void row32_attackFirst_leavesRoomForRealTraffic() {
    GovernedEndpoint orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    for (int i = 0; i < 5_000; i++) {
      lost("X" + i, "/" + i, 400 + i % 100);
    }
    app.call(orders, InProcessCarrier.get("/orders/1"));
    assertThat(series("http.server.request.duration"))
        .containsKey(List.of("GET", "/orders/{id}", "200", "http", ""));
  }

  @Test
  void callInsideARequest_isNoRequest() {
    GovernedEndpoint graph =
        app.govern(Endpoint.builder("graphql", "POST /graphql").kind(Endpoint.Kind.ENVELOPE));
    GovernedEndpoint forwarded = app.govern(Endpoint.builder("http", "GET /inner"));
    app.start();
    app.call(
        graph,
        InProcessCarrier.of("POST", "/graphql"),
        () -> {
          Call child = Call.current().child(forwarded, Parameters.none());
          child.end(Outcome.http(200));
          return null;
        });
    assertThat(series("http.server.request.duration").keySet())
        .containsExactly(List.of("POST", "/graphql", "200", "http", ""));
  }

  @Test
  void jobsAndDependencies_haveTheirOwn() throws Exception {
    app.start();
    app.governor().run("job:reindex", null, () -> null);
    try {
      app.governor()
          .run(
              "job:reindex",
              null,
              () -> {
                throw new IllegalStateException();
              });
    } catch (IllegalStateException expected) {
      // the job's own failure
    }
    Call call = app.governor().beginOutgoing(new W3cTraceContextTest.Outgoing());
    call.end(Outcome.http(429));
    assertThat(series("flyball.job.duration").keySet())
        .containsExactlyInAnyOrder(
            List.of("reindex", "ok", ""),
            List.of("reindex", "server_error", "java.lang.IllegalStateException"));
    assertThat(series("http.client.request.duration").keySet())
        .containsExactly(List.of("GET", "payments", "429", "429"));
    assertThat(series("http.server.request.duration")).isEmpty();
  }

  @Test
  void row45_row46_callThatEndsTwiceOrIsGivenUp_isOneSample() {
    GovernedEndpoint orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    Call call = app.governor().begin(InProcessCarrier.get("/orders/1"));
    call.enter(orders, Parameters.none());
    call.end(Outcome.cancelled(null));
    call.end(Outcome.http(200));
    assertThat(series("http.server.request.duration").keySet())
        .containsExactly(List.of("GET", "/orders/{id}", "499", "http", "cancelled"));
  }
}
