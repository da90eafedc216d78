// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.FlyballModule;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.Setup;
import dev.flyball.settings.Setting;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A governor that has nothing but what one benchmark needs of it, and a call at which a stage may
 * look again and again. From time to time it is another one: a call that went on for ever would be
 * moved to the old generation, where each reference that is written costs what none costs a
 * request.
 */
public final class BareService implements AutoCloseable {

  private record Installing(List<Setting<?>> settings, Consumer<Setup> action)
      implements FlyballModule {

    @Override
    public String name() {
      return "benchmark";
    }

    @Override
    public void install(Setup setup) {
      action.accept(setup);
    }
  }

  private static final int USES = 1_024;

  private final Governor governor;
  private final GovernedEndpoint ping;
  private final Request request = Request.without("/ping");
  private Call call;
  private int uses;

  private BareService(Governor governor) {
    this.governor = governor;
    this.ping =
        governor.govern(
            Endpoint.builder("http", "GET /ping")
                .source(Orders.class, Orders.method("ping"))
                .build());
    governor.start();
    this.call = governor.begin(request);
  }

  /**
   * A governor that has started.
   *
   * @param settings the keys that are read
   * @param properties values by key
   * @param install takes what it needs of the governor
   */
  public static BareService with(
      List<Setting<?>> settings, Map<String, String> properties, Consumer<Setup> install) {
    DiscardedLog.asConfigured();
    GovernorBuilder builder =
        Governor.builder()
            .modules(List.of(new Installing(settings, install)))
            .directory(Shop.folder())
            .settings(each -> each.environment(Map.of()).systemProperties(Map.of()));
    properties.forEach(builder::property);
    return new BareService(builder.build());
  }

  /** The call that goes on. */
  public Call call() {
    if (++uses == USES) {
      uses = 0;
      call.end(Outcome.http(200));
      call = governor.begin(request);
    }
    return call;
  }

  /** The call that goes on, with another credential. */
  public Call with(byte[] authorization) {
    request.authorize(authorization);
    return call();
  }

  /** A call that was answered. */
  CallRecord answered() {
    Call other = governor.begin(request);
    other.enter(ping, Parameters.none());
    other.end(Outcome.http(200));
    return (CallRecord) other;
  }

  @Override
  public void close() {
    call.end(Outcome.http(200));
    governor.close();
  }
}
