// SPDX-License-Identifier: Apache-2.0
package dev.flyball.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.FlyballModule;
import dev.flyball.Governor;
import dev.flyball.settings.Setting;
import dev.flyball.settings.SettingsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What is generated from the declarations of settings is what is committed. To write it anew:
 * {@code mvn verify -Dflyball.docs.update=true}.
 */
class ConfigurationPageTest {

  private static final boolean UPDATE = Boolean.getBoolean("flyball.docs.update");

  private static final Map<String, String> FOLDERS =
      Map.of(
          "core", "core",
          "auth", "auth",
          "observability", "observability",
          "featureflags", "featureflags",
          "jdk-http", "adapters/jdk-http");

  private static final String HEAD =
      """
      # Configuration

      Generated from the declarations in the code; a test keeps it up to date.

      Order, lowest first: default, convention bundles (`META-INF/flyball/conventions.properties` in
      any jar on the class path), `flyball.properties` on the class path, `flyball.properties` beside the
      process, `flyball-<profile>.properties` likewise, environment variables, system properties, values
      given in code. In the name of a variable `.` and `-` become `_`: `flyball.http.port` is
      `FLYBALL_HTTP_PORT`. `<name>` stands for a name of your own, in kebab-case. Variables that Kubernetes
      makes of a service in the same namespace (`FLYBALL_X_SERVICE_HOST` and its like) are not settings.

      A key that nobody declares, a value of the wrong type and a missing required key keep the service
      from starting; all of them are reported together, with their place.

      Of two bundles the one with the higher `flyball.bundle.precedence` wins, which a bundle says of itself
      (0 if it does not); two of one precedence must not disagree. A secret may be in a file of its own:
      `<key>.file`, in a variable `..._FILE`, names it. Property files are looked at again while the service
      runs: a change of a key that is reloadable is in force at once, any other waits for the next start, and
      a line of the log says which; where something in them is wrong, nothing changes.
      """;

  @Test
  void page_isThatOfTheDeclarations() throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    settingsByModule()
        .forEach((module, settings) ->
            page.append("\n## ")
                .append(module)
                .append("\n\n")
                .append(SettingsReference.markdown(settings)));
    assertCommitted(Pages.PROJECT.resolve("docs/configuration.md"), page.toString());
  }

  @Test
  void editorMetadata_isThatOfTheDeclarations() throws IOException {
    for (Map.Entry<String, List<Setting<?>>> module : settingsByModule().entrySet()) {
      Path file =
          Pages.PROJECT
              .resolve(FOLDERS.get(module.getKey()))
              .resolve("src/main/resources/META-INF/spring-configuration-metadata.json");
      assertCommitted(file, SettingsReference.editorMetadata(module.getValue()));
    }
  }

  private static Map<String, List<Setting<?>>> settingsByModule() {
    Map<String, List<Setting<?>>> modules = new TreeMap<>();
    List<Setting<?>> ofModules = new ArrayList<>();
    for (FlyballModule module : ServiceLoader.load(FlyballModule.class)) {
      if (FOLDERS.containsKey(module.name())) {
        modules.put(module.name(), module.settings());
        ofModules.addAll(module.settings());
      }
    }
    assertThat(modules).hasSize(FOLDERS.size() - 1);
    Map<String, List<Setting<?>>> ordered = new LinkedHashMap<>();
    List<Setting<?>> core = new ArrayList<>(declared());
    core.removeAll(ofModules);
    ordered.put("core", core);
    ordered.putAll(modules);
    return ordered;
  }

  private static List<Setting<?>> declared() {
    try (Governor governor =
        Governor.builder()
            .modules(List.of())
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .build()) {
      return governor.settings().declared();
    }
  }

  private static void assertCommitted(Path file, String expected) throws IOException {
    if (UPDATE) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }
    assertThat(file).as("run mvn verify -Dflyball.docs.update=true").exists();
    assertThat(Files.readString(file))
        .as(
            "%s is stale: run mvn verify -Dflyball.docs.update=true",
            Pages.PROJECT.relativize(file))
        .isEqualTo(expected);
  }
}
