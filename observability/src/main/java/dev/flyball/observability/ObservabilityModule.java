// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.AdminRoute;
import dev.flyball.FlyballModule;
import dev.flyball.Setup;
import dev.flyball.observability.internal.HealthMonitor;
import dev.flyball.observability.internal.HealthPages;
import dev.flyball.observability.internal.MetricsPage;
import dev.flyball.observability.internal.RedMetrics;
import dev.flyball.observability.internal.Routes;
import dev.flyball.observability.internal.TraceStage;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Tells what happened: ids for every call, one line and one sample when it ends, and the pages
 * {@code live}, {@code ready}, {@code startup} and {@code metrics}.
 *
 * <p>Found through {@link java.util.ServiceLoader}; tests name it in {@code
 * GovernorBuilder.modules}. An {@code io.opentelemetry.api.OpenTelemetry} that the application
 * offers is used for spans, else the global one.
 */
public final class ObservabilityModule implements FlyballModule {

  private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

  /** A module for one governor. */
  public ObservabilityModule() {}

  @Override
  public String name() {
    return "observability";
  }

  @Override
  public List<Setting<?>> settings() {
    return ObservabilitySettings.all();
  }

  @Override
  public void install(Setup setup) {
    Routes routes = new Routes();
    if (Boolean.TRUE.equals(setup.settings().get(ObservabilitySettings.TRACE_ENABLED))) {
      setup.stage(new TraceStage(setup, routes));
    }
    setup.callListener(new RedMetrics(setup.meters(), routes));
    setup.callListener(new CallLog(routes, source(setup)));
    pages(setup);
  }

  private static LogSource source(Setup setup) {
    LogSource source = new LogSource(setup.service(), pseudonyms(setup.settings()));
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory.getClass().getName().equals(LOGBACK)) {
      LogbackContext.publish(factory, source); // no class of Logback is touched before this line
    }
    return source;
  }

  private static Pseudonyms pseudonyms(Settings settings) {
    return settings
        .find(ObservabilitySettings.PSEUDONYM_KEY)
        .map(Pseudonyms::keyedBy)
        .orElseGet(Pseudonyms::random);
  }

  private static void pages(Setup setup) {
    HealthMonitor monitor =
        new HealthMonitor(
            setup,
            duration(setup, ObservabilitySettings.HEALTH_INTERVAL),
            duration(setup, ObservabilitySettings.HEALTH_TIMEOUT));
    HealthPages health = new HealthPages(setup.lifecycle(), monitor);
    setup.adminRoute(AdminRoute.probe("live", health::live));
    setup.adminRoute(AdminRoute.probe("ready", health::ready));
    setup.adminRoute(AdminRoute.probe("startup", health::startup));
    setup.adminRoute(AdminRoute.probe("metrics", new MetricsPage(setup.meters(), setup.service())));
  }

  private static Duration duration(Setup setup, Setting<Duration> setting) {
    return Objects.requireNonNull(setup.settings().get(setting));
  }
}
