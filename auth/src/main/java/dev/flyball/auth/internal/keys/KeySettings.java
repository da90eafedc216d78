// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.List;

/** What can be said about the keys of all issuers. */
public final class KeySettings {

  public static final Setting<Duration> STALE_LIMIT =
      Setting.duration("flyball.auth.keys.stale-limit")
          .doc(
              "How long the last good keys of an issuer serve on while they cannot be refreshed."
                  + " After that its tokens are answered with 503.")
          .defaultValue(Duration.ofHours(24))
          .range(Duration.ofMinutes(1), Duration.ofDays(7))
          .build();

  public static final Setting<Boolean> READY_WITHOUT_KEYS =
      Setting.bool("flyball.auth.ready-without-keys")
          .doc(
              "Whether a service with protected endpoints is ready before the keys of any issuer"
                  + " were read. Until then it answers every token with 503.")
          .defaultValue(false)
          .build();

  private KeySettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(STALE_LIMIT, READY_WITHOUT_KEYS);
  }
}
