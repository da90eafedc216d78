// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.List;

/** The keys that say how policies are asked. */
public final class PolicySettings {

  /** What callers are told where a policy cannot decide. */
  enum OnError {
    DENY,
    UNAVAILABLE
  }

  static final Setting<OnError> POLICY_ERROR =
      Setting.choice("flyball.auth.policy-error", OnError.class)
          .doc(
              "What callers are told where a policy throws, does not decide in time or lacks what it"
                  + " needs: 403 like a denial, or 503 and to come again. They are never let"
                  + " through.")
          .defaultValue(OnError.DENY)
          .build();

  public static final Setting<Duration> POLICY_TIMEOUT =
      Setting.duration("flyball.auth.policy-timeout")
          .doc(
              "How long a policy may stay undecided that answers later. Where"
                  + " `flyball.pending-timeout` or the deadline of the call is shorter, that holds.")
          .defaultValue(Duration.ofSeconds(1))
          .range(Duration.ofMillis(1), Duration.ofMinutes(1))
          .build();

  public static final Setting<ExplainMode> EXPLAIN =
      Setting.choice("flyball.auth.explain", ExplainMode.class)
          .doc(
              "Which verdicts of authorization say what was asked, for operators, in record and"
                  + " line: those that refuse or would refuse, all, or none. Callers never see it.")
          .defaultValue(ExplainMode.REFUSALS)
          .build();

  static final Setting<String> SHADOW =
      Setting.string("flyball.auth.shadow.<name>")
          .doc(
              "The policy that is asked beside the policy of this name. It changes no outcome:"
                  + " differences are counted in `flyball.auth.shadow` and stand in the record. It is"
                  + " asked on another thread, with a copy of the parameters.")
          .build();

  static final Setting<Duration> SHADOW_TIMEOUT =
      Setting.duration("flyball.auth.shadow-timeout")
          .doc("How long a policy that is asked beside another may take; then it counts as failed.")
          .defaultValue(Duration.ofSeconds(1))
          .range(Duration.ofMillis(1), Duration.ofMinutes(1))
          .build();

  static final Setting<Boolean> SHADOW_OBJECTS =
      Setting.bool("flyball.auth.shadow-objects")
          .doc(
              "Whether a policy that is asked beside another also gets the objects of"
                  + " `Access.require`. It reads them on another thread, while the handler goes on.")
          .defaultValue(false)
          .build();

  public static final Setting<List<String>> SCOPES =
      Setting.list("flyball.auth.scopes")
          .doc(
              "The scopes that the organisation knows. With a value, an endpoint that requires"
                  + " another one keeps the service from starting.")
          .build();

  private PolicySettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(
        POLICY_ERROR, POLICY_TIMEOUT, EXPLAIN, SHADOW, SHADOW_TIMEOUT, SHADOW_OBJECTS, SCOPES);
  }
}
