// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.FlyballModule;
import dev.flyball.Setup;
import dev.flyball.settings.Setting;
import java.util.List;

/** The keys of the adapter: joins by being on the class path. */
public final class ServletModule implements FlyballModule {

  /** Who tells the caller that a request has failed. */
  enum Errors {
    PROBLEM,
    HOST
  }

  static final Setting<Errors> ERRORS =
      Setting.choice("flyball.servlet.errors", Errors.class)
          .doc(
              "Who answers when a servlet throws, or when nothing is found at a path: the adapter,"
                  + " with a problem (`problem`), or the container, with its error pages (`host`)."
                  + " A `sendError` of a servlet always leads to the error pages.")
          .defaultValue(Errors.PROBLEM)
          .build();

  static final Setting<Integer> ADMIN_PORT =
      Setting.integer("flyball.servlet.admin-port")
          .doc(
              "The port of a connector of the container on which alone the pages for probes and"
                  + " scrapers are answered. Without a value they are under /flyball on every port.")
          .range(1, 65_535)
          .build();

  /** Made by the service loader. */
  public ServletModule() {}

  @Override
  public String name() {
    return "servlet";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(ERRORS, ADMIN_PORT);
  }

  @Override
  public void install(Setup setup) {}
}
