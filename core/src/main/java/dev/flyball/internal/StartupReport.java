// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Stage;
import dev.flyball.annotation.Public;
import dev.flyball.settings.Settings;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One screen at start: what each endpoint goes through. */
final class StartupReport {

  private static final Logger logger = LoggerFactory.getLogger("dev.flyball.startup");

  private StartupReport() {}

  static void log(
      Settings settings, List<Stage> service, Collection<? extends GovernedEndpoint> endpoints) {
    for (String warning : settings.warnings()) {
      logger.warn(warning);
    }
    String before = names(service);
    for (GovernedEndpoint governed : endpoints) {
      Endpoint endpoint = governed.endpoint();
      LoggingEventBuilder line = logger.atInfo().addKeyValue("flyball.endpoint", endpoint.id());
      if (endpoint.owner() != null) {
        line = line.addKeyValue("flyball.owner", endpoint.owner());
      }
      line.log("{}: {}", endpoint.id(), path(before, governed));
    }
  }

  private static String path(String before, GovernedEndpoint governed) {
    String stages = names(governed.stages());
    Public open = governed.endpoint().annotation(Public.class).orElse(null);
    return (before.isEmpty() || stages.isEmpty() ? before + stages : before + " > " + stages)
        + (open == null ? "" : " (public: " + open.reason() + ")");
  }

  private static String names(List<Stage> stages) {
    StringJoiner names = new StringJoiner(" > ");
    for (Stage stage : stages) {
      names.add(stage.id());
    }
    return names.toString();
  }
}
