// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.FlyballModule;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Meters;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.Phase;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.observability.ObservabilityModule;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import io.opentelemetry.context.Scope;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A governed service that calls others. */
final class Service implements AutoCloseable {

  final InProcessApp app;
  private final GovernedEndpoint orders;

  private Service(InProcessApp app) {
    this.app = app.property("flyball.auth.delegated", "authorization is not under test");
    this.orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
  }

  /** With traces, lines and metrics. */
  static Service observed() {
    return observed(app -> {});
  }

  static Service observed(Consumer<InProcessApp> change) {
    InProcessApp app = InProcessApp.with(new ObservabilityModule());
    change.accept(app);
    return new Service(app).start();
  }

  /** With nothing but core and a stage for calls that go out. */
  static Service deciding(Function<Call, Decision> decide) {
    return new Service(InProcessApp.with(new OutgoingStage(decide))).start();
  }

  private Service start() {
    app.start();
    return this;
  }

  HttpClient client(HttpClient inside) {
    return GovernedHttpClient.of(app.governor(), inside, "payments");
  }

  /** Runs something inside of an inbound call, as the handler of an adapter runs. */
  <T> T inside(InProcessCarrier carrier, Callable<T> handler) throws Exception {
    Call call = app.governor().begin(carrier);
    return inside(call, handler);
  }

  <T> T inside(Call call, Callable<T> handler) throws Exception {
    call.enter(orders, Parameters.none());
    try (Scope scope = call.openScope()) {
      return handler.call();
    } finally {
      call.end(Outcome.http(200));
    }
  }

  /** The records of calls that went out. */
  List<CallRecord> outgoing() {
    return app.records().stream()
        .filter(record -> record.endpoint().kind() == Endpoint.Kind.CLIENT)
        .toList();
  }

  /** The record of the only call that went out, once there is one. */
  CallRecord record() {
    Awaitility.await().until(() -> !outgoing().isEmpty());
    List<CallRecord> records = outgoing();
    if (records.size() != 1) {
      throw new AssertionError("expected one record but found " + records);
    }
    return records.get(0);
  }

  /** The sum of a counter over its labels. */
  double count(String name) {
    return series(name).mapToDouble(Meters.Series::value).sum();
  }

  Stream<Meters.Series> series(String name) {
    return app.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .flatMap(snapshot -> snapshot.series().stream());
  }

  @Override
  public void close() {
    app.close();
  }

  /** A module with one ADMIT stage. */
  private record OutgoingStage(Function<Call, Decision> decide) implements FlyballModule, Stage {

    @Override
    public String name() {
      return "outgoing-stage";
    }

    @Override
    public void install(Setup setup) {
      setup.stages(endpoint -> endpoint.kind() == Endpoint.Kind.CLIENT ? List.of(this) : List.of());
    }

    @Override
    public String id() {
      return "breaker";
    }

    @Override
    public Phase phase() {
      return Phase.ADMIT;
    }

    @Override
    public Decision onStart(Call call) {
      return decide.apply(call);
    }
  }
}
