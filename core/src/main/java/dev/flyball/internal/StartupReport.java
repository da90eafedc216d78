// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Stage;
import dev.flyball.annotation.Public;
import dev.flyball.settings.Settings;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One screen at start: what each endpoint goes through, and what a reviewer should look at. */
final class StartupReport {

  private static final Logger logger = LoggerFactory.getLogger("dev.flyball.startup");

  private StartupReport() {}

  static void log(
      Settings settings,
      List<Stage> service,
      Collection<? extends GovernedEndpoint> endpoints,
      boolean undeclaredObserved) {
    settings.warnings().forEach(logger::warn);
    String before = names(service);
    for (GovernedEndpoint governed : endpoints) {
      Endpoint endpoint = governed.endpoint();
      LoggingEventBuilder line = logger.atInfo().addKeyValue("flyball.endpoint", endpoint.id());
      if (endpoint.owner() != null) {
        line = line.addKeyValue("flyball.owner", endpoint.owner());
      }
      line.log("{}: {}", endpoint.id(), path(before, governed));
    }
    report(endpoints, "undeclared", undeclaredObserved);
  }

  private static String path(String before, GovernedEndpoint governed) {
    String stages = names(governed.stages());
    String open =
        governed
            .endpoint()
            .annotation(Public.class)
            .map(annotation -> " (public: " + annotation.reason() + ")")
            .orElse("");
    return (before.isEmpty() || stages.isEmpty() ? before + stages : before + " > " + stages)
        + open;
  }

  private static String names(List<Stage> stages) {
    return stages.stream().map(Stage::id).collect(Collectors.joining(" > "));
  }

  private static void report(
      Collection<? extends GovernedEndpoint> endpoints, String stage, boolean observed) {
    List<String> undeclared =
        endpoints.stream()
            .filter(each -> each.stages().stream().anyMatch(s -> s.id().equals(stage)))
            .map(each -> each.endpoint().id())
            .toList();
    if (!undeclared.isEmpty()) {
      logger.warn(
          "{} endpoint(s) do not say who may call and are {}: {}. Annotate each with @RequiresScope,"
              + " @RequiresRole, @Policy, @Authenticated or @Public(reason)",
          undeclared.size(),
          observed ? "let through and recorded (flyball.auth.undeclared=observe)" : "denied",
          String.join(", ", undeclared));
    }
    List<String> permitting =
        endpoints.stream()
            .filter(each -> each.stages().stream().anyMatch(Stage::permitsAll))
            .map(each -> each.endpoint().id())
            .toList();
    if (!permitting.isEmpty()) {
      logger.warn(
          "{} endpoint(s) let everybody through without a stated reason: {}. Prefer"
              + " @Public(reason) to @PermitAll",
          permitting.size(),
          String.join(", ", permitting));
    }
  }
}
