// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

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

  private TestApp(List<FlyballModule> modules, Consumer<GovernorBuilder> change) {
    GovernorBuilder builder = builder(modules);
    builder.callListener(records::add).eventListener(events::add);
    change.accept(builder);
    governor = builder.build();
  }

  /** A builder that reads no file, variable or system property of the machine. */
  static GovernorBuilder builder(List<FlyballModule> modules) {
    return Governor.builder()
        .modules(modules)
        .directory(Path.of("target", "no-such-folder"))
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

  @Override
  public void close() {
    governor.close();
  }
}
