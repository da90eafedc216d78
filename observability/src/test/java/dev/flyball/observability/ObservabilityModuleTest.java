// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.Configurator;
import dev.flyball.AdminRoute;
import dev.flyball.FlyballModule;
import dev.flyball.settings.Setting;
import dev.flyball.testkit.InProcessApp;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ObservabilityModuleTest {

  @Test
  void module_isFoundOnTheClassPath() {
    assertThat(ServiceLoader.load(FlyballModule.class))
        .singleElement()
        .isInstanceOf(ObservabilityModule.class)
        .extracting(FlyballModule::name)
        .isEqualTo("observability");
    assertThat(ServiceLoader.load(Configurator.class))
        .hasAtLeastOneElementOfType(LogbackConfigurator.class);
  }

  @Test
  void settings_areDeclaredWithDocs() {
    assertThat(new ObservabilityModule().settings())
        .allSatisfy(setting -> assertThat(setting.doc()).endsWith("."))
        .extracting(Setting::key)
        .containsExactly(
            "flyball.log.pseudonym-key",
            "flyball.trace.enabled",
            "flyball.health.interval",
            "flyball.health.timeout");
    assertThat(ObservabilitySettings.PSEUDONYM_KEY.secret()).isTrue();
  }

  @Test
  void pages_areProbes() {
    try (InProcessApp app = InProcessApp.with(new ObservabilityModule())) {
      assertThat(app.start().governor().adminRoutes())
          .allSatisfy(route -> assertThat(route.scope()).isNull())
          .allSatisfy(route -> assertThat(route.method()).isEqualTo("GET"))
          .extracting(AdminRoute::path)
          .containsExactly("live", "metrics", "ready", "startup");
    }
  }
}
