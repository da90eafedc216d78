// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.List;

/** The keys of this module. */
final class ObservabilitySettings {

  static final Setting<String> PSEUDONYM_KEY =
      Setting.string("flyball.log.pseudonym-key")
          .doc(
              "The key with which callers get their pseudonym (user.hash) in lines. Instances with"
                  + " the same key give a caller the same one. Without a value each process makes a"
                  + " key of its own.")
          .check(key -> key.length() >= 16, "a text of at least 16 characters")
          .secret()
          .build();

  static final Setting<Boolean> TRACE_ENABLED =
      Setting.bool("flyball.trace.enabled")
          .doc(
              "Gives calls trace and span ids, reads and writes the headers of W3C Trace Context,"
                  + " and makes spans where OpenTelemetry is there.")
          .defaultValue(true)
          .build();

  static final Setting<Duration> HEALTH_INTERVAL =
      Setting.duration("flyball.health.interval")
          .doc(
              "How often health checks run. A result older than three intervals counts as unknown,"
                  + " and the service as not ready.")
          .defaultValue(Duration.ofSeconds(5))
          .range(Duration.ofMillis(100), Duration.ofHours(1))
          .build();

  static final Setting<Duration> HEALTH_TIMEOUT =
      Setting.duration("flyball.health.timeout")
          .doc("How long a health check may take; one that takes longer has no result.")
          .defaultValue(Duration.ofSeconds(2))
          .range(Duration.ofMillis(10), Duration.ofHours(1))
          .build();

  private ObservabilitySettings() {}

  static List<Setting<?>> all() {
    return List.of(PSEUDONYM_KEY, TRACE_ENABLED, HEALTH_INTERVAL, HEALTH_TIMEOUT);
  }
}
