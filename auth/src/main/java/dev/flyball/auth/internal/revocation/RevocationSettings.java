// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.List;

/** The keys of revocation. */
public final class RevocationSettings {

  /** What happens to tokens while it is not known which are revoked. */
  enum OnOutage {
    REFUSE,
    ACCEPT
  }

  static final Setting<OnOutage> ON_OUTAGE =
      Setting.choice("flyball.auth.revocation.on-outage", OnOutage.class)
          .doc(
              "What happens to tokens when the shared store has not said for longer than `max-age`"
                  + " which are revoked, or never has: they are answered with 503, or accepted unless"
                  + " they are known to be revoked.")
          .defaultValue(OnOutage.REFUSE)
          .build();

  static final Setting<Duration> MAX_AGE =
      Setting.duration("flyball.auth.revocation.max-age")
          .doc("How old what is known of revoked tokens may be.")
          .defaultValue(Duration.ofMinutes(5))
          .range(Duration.ofSeconds(10), Duration.ofDays(1))
          .build();

  static final Setting<Duration> INTERVAL =
      Setting.duration("flyball.auth.revocation.interval")
          .doc(
              "How often the shared store is read for revoked tokens, beside what it tells of itself"
                  + " when one is added.")
          .defaultValue(Duration.ofSeconds(15))
          .range(Duration.ofSeconds(1), Duration.ofMinutes(10))
          .build();

  private RevocationSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(ON_OUTAGE, MAX_AGE, INTERVAL);
  }
}
