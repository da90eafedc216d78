// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.Explanation.Result;
import dev.flyball.Meters;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;

/** What is counted of policies. */
final class PolicyMeters {

  /** The decisions of one policy. */
  record Decisions(Counter permits, Counter denials, Counter errors) {

    void add(Result result) {
      switch (result) {
        case PERMIT -> permits.increment();
        case DENY -> denials.increment();
        default -> errors.increment();
      }
    }
  }

  private final Family<Counter> decisions;
  private final Family<Counter> differences;

  PolicyMeters(Meters meters) {
    decisions =
        meters.counter(
            "flyball.auth.decision",
            "{decision}",
            "What policies decided: those in force, and those that are asked beside.",
            "policy",
            "decision",
            "mode");
    differences =
        meters.counter(
            "flyball.auth.shadow",
            "{comparison}",
            "How the policy that is asked beside another differs from it.",
            "policy",
            "difference");
  }

  Decisions decisions(String policy, String mode) {
    return new Decisions(
        decisions.with(policy, "permit", mode),
        decisions.with(policy, "deny", mode),
        decisions.with(policy, "error", mode));
  }

  void difference(String policy, String difference) {
    differences.with(policy, difference).increment();
  }
}
