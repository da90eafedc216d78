// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.annotation.Public;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A started governor without surroundings, and the records of its calls. */
final class TestApp implements AutoCloseable {

  final List<CallRecord> records = Collections.synchronizedList(new ArrayList<>());
  final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  final Governor governor;

  private Offers<HealthCheck> health;

  private TestApp(List<FlyballModule> modules, Consumer<GovernorBuilder> change) {
    List<FlyballModule> all = new ArrayList<>(modules);
    all.add(TestModule.installing(setup -> health = setup.healthChecks()));
    GovernorBuilder builder = builder(all);
    builder.callListener(records::add).eventListener(events::add);
    change.accept(builder);
    governor = builder.build();
  }

  /** A builder that reads no file, variable or system property of the machine. */
  static GovernorBuilder builder(List<FlyballModule> modules) {
    return Governor.builder()
        .modules(modules)
        .directory(Path.of("target", "no-such-folder"))
        .property("flyball.drain.timeout", "0s")
        .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()));
  }

  static TestApp of(FlyballModule... modules) {
    return with(builder -> {}, modules);
  }

  static TestApp with(Consumer<GovernorBuilder> change, FlyballModule... modules) {
    return new TestApp(List.of(modules), change);
  }

  GovernedEndpoint govern(Endpoint.Builder endpoint) {
    return governor.govern(endpoint.build());
  }

  /** What lets everybody call an endpoint. */
  static Public open() {
    return OpenToAll.class.getAnnotation(Public.class);
  }

  @Public(reason = "for tests")
  private static final class OpenToAll {}

  TestApp start() {
    governor.start();
    return this;
  }

  /** One call from begin to end, answered with 200 unless it is refused. */
  CallRecord call(GovernedEndpoint endpoint) {
    return call(endpoint, TestCarrier.get("/x"));
  }

  CallRecord call(GovernedEndpoint endpoint, Carrier carrier) {
    Call call = governor.begin(carrier);
    if (call.await().proceeds()) {
      call.enter(endpoint, Parameters.none());
    }
    if (call.await() instanceof Decision.Refuse refused) {
      call.end(Outcome.of(refused.problem(), null));
    } else {
      call.end(Outcome.http(200));
    }
    return records.get(records.size() - 1);
  }

  /** What a counter shows for label values. */
  long count(String meter, String... labelValues) {
    return governor.meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(meter))
        .flatMap(snapshot -> snapshot.series().stream())
        .filter(series -> series.labelValues().equals(List.of(labelValues)))
        .mapToLong(series -> (long) series.value())
        .sum();
  }

  /** What a health check comes to. */
  HealthCheck.Result health(String name) {
    return health.all().get(name).check().toCompletableFuture().join();
  }

  @Override
  public void close() {
    governor.close();
  }
}
