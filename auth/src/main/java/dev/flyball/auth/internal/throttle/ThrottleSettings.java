// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import dev.flyball.Finding;
import dev.flyball.Finding.Level;
import dev.flyball.IpBlocks;
import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.List;

/** The keys of the throttle. */
public final class ThrottleSettings {

  /** What lets a peer begin anew before its failures are old. */
  enum Reset {
    /** Nothing. */
    WINDOW,
    /** A good credential. */
    SUCCESS
  }

  static final String OFF = "AUTH-THROTTLE-OFF";

  static final Setting<Integer> FAILURES =
      Setting.integer("flyball.auth.throttle.failures")
          .doc(
              "How many bad credentials one peer may present within the window; then it gets 429"
                  + " until the oldest of them is older than that. Credentials that were verified"
                  + " before go on to be accepted. A credential that has expired or was revoked is no"
                  + " failure, nor is a missing one. 0 for no limit.")
          .defaultValue(10)
          .range(0, 100)
          .build();

  static final Setting<Duration> WINDOW =
      Setting.duration("flyball.auth.throttle.window")
          .doc("How long a bad credential counts.")
          .defaultValue(Duration.ofSeconds(60))
          .range(Duration.ofSeconds(1), Duration.ofHours(1))
          .build();

  static final Setting<List<String>> EXEMPT =
      Setting.list("flyball.auth.throttle.exempt")
          .doc(
              "Addresses whose bad credentials are not counted, such as those of a gateway that"
                  + " serves many callers. A proxy that is trusted is never counted itself: the client"
                  + " behind it is.")
          .defaultValue(List.of())
          .check(IpBlocks::areBlocks, "IP addresses or CIDR blocks with commas between them")
          .build();

  static final Setting<Reset> RESET =
      Setting.choice("flyball.auth.throttle.reset", Reset.class)
          .doc(
              "Whether a good credential of the same peer wipes its failures out (`success`), or only"
                  + " time does (`window`). With `success`, whoever has one good credential may try"
                  + " others without limit.")
          .defaultValue(Reset.WINDOW)
          .build();

  static final Setting<Level> FINDING =
      Finding.kind(OFF, "Nobody is kept from trying one bad credential after another.");

  private ThrottleSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(FAILURES, WINDOW, EXEMPT, RESET, FINDING);
  }
}
