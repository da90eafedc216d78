// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import dev.flyball.FlyballModule;
import dev.flyball.Setup;
import dev.flyball.settings.Setting;
import java.util.List;

/** The keys of the adapter: joins by being on the class path. */
public final class JdkHttpModule implements FlyballModule {

  static final Setting<String> HOST =
      Setting.string("flyball.http.host")
          .doc("The address on which endpoints are served.")
          .defaultValue("0.0.0.0")
          .build();

  static final Setting<Integer> PORT =
      Setting.integer("flyball.http.port")
          .doc("The port on which endpoints are served; 0 for any that is free.")
          .defaultValue(8080)
          .range(0, 65_535)
          .build();

  static final Setting<String> ADMIN_HOST =
      Setting.string("flyball.admin.host")
          .doc("The address on which the pages for probes and scrapers are served.")
          .defaultValue("0.0.0.0")
          .build();

  static final Setting<Integer> ADMIN_PORT =
      Setting.integer("flyball.admin.port")
          .doc(
              "The port on which the pages for probes and scrapers are served; 0 for any that is free.")
          .defaultValue(8081)
          .range(0, 65_535)
          .build();

  static final Setting<Integer> THREADS =
      Setting.integer("flyball.http.threads")
          .doc(
              "How many requests are handled at once on a JDK without virtual threads; with them"
                  + " there is no limit.")
          .defaultValue(200)
          .range(1, 10_000)
          .build();

  /** Made by the service loader. */
  public JdkHttpModule() {}

  @Override
  public String name() {
    return "jdk-http";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(HOST, PORT, ADMIN_HOST, ADMIN_PORT, THREADS);
  }

  @Override
  public void install(Setup setup) {}
}
