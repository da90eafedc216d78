// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a stage says of a call: go on, no, or not yet. */
public sealed interface Decision {

  /**
   * Go on.
   *
   * @return the one decision of its kind
   */
  static Decision proceed() {
    return Proceed.INSTANCE;
  }

  /**
   * Go on, and why: for rules that are to account for permissions as well.
   *
   * @param explanation what was asked, for operators
   * @return a decision that proceeds
   */
  static Decision proceed(Explanation explanation) {
    return new Explained(explanation);
  }

  /**
   * No.
   *
   * @param problem what the caller is told
   * @param rule the id of the rule that refuses, in kebab-case; its mode is set by {@code
   *     flyball.rules.<rule>.mode}
   * @return a refusal whose reason is the code of the problem
   */
  static Decision refuse(Problem problem, String rule) {
    return new Refuse(problem, rule, problem.code());
  }

  /**
   * No, with a reason that the operators see and the caller does not.
   *
   * @param problem what the caller is told
   * @param rule the id of the rule that refuses, in kebab-case
   * @param reason a stable word in snake_case: why exactly
   * @return a refusal
   */
  static Decision refuse(Problem problem, String rule, String reason) {
    return new Refuse(problem, rule, reason);
  }

  /**
   * Not yet.
   *
   * <p>The wait is bounded by the deadline of the call, else by {@code flyball.pending-timeout}.
   * When the call ends first, the stage is cancelled, and what it still acquires is its own to
   * release.
   *
   * @param decision completes with the decision
   * @return a pending decision
   */
  static Decision pending(CompletionStage<Decision> decision) {
    return new Pending(decision);
  }

  /**
   * Whether the call goes on.
   *
   * @return false for a refusal and for a pending decision
   */
  default boolean proceeds() {
    return this == Proceed.INSTANCE || this instanceof Explained;
  }

  /** Go on. */
  enum Proceed implements Decision {
    /** The only one. */
    INSTANCE
  }

  /**
   * Go on, and why.
   *
   * @param explanation what was asked, for operators
   */
  record Explained(Explanation explanation) implements Decision {

    /** Checks that there is something to say. */
    public Explained {
      Objects.requireNonNull(explanation, "explanation");
    }
  }

  /**
   * No.
   *
   * @param problem what the caller is told
   * @param rule the id of the rule that refuses
   * @param reason why exactly, for operators
   * @param explanation what was asked, for operators; null where the reason says it all
   */
  record Refuse(Problem problem, String rule, String reason, @Nullable Explanation explanation)
      implements Decision {

    /** Checks that all is said. */
    public Refuse {
      Objects.requireNonNull(problem, "problem");
      Objects.requireNonNull(rule, "rule");
      Objects.requireNonNull(reason, "reason");
    }

    /**
     * A refusal whose reason says it all.
     *
     * @param problem what the caller is told
     * @param rule the id of the rule that refuses
     * @param reason why exactly, for operators
     */
    public Refuse(Problem problem, String rule, String reason) {
      this(problem, rule, reason, null);
    }
  }

  /**
   * Not yet.
   *
   * @param decision completes with the decision
   */
  record Pending(CompletionStage<Decision> decision) implements Decision {

    /** Checks that there is something to wait for. */
    public Pending {
      Objects.requireNonNull(decision, "decision");
    }
  }
}
