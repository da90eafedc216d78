// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.nio.file.Path;
import java.util.Map;

/** The places in which settings may be written. */
record Sources(
    ClassLoader classLoader,
    Path directory,
    Map<String, String> environment,
    Map<String, String> systemProperties,
    Map<String, String> code) {

  Sources {
    environment = Map.copyOf(environment);
    systemProperties = Map.copyOf(systemProperties);
    code = Map.copyOf(code);
  }
}
