// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import org.jspecify.annotations.Nullable;

/**
 * What one stage came to in one call.
 *
 * @param stage the id of the stage
 * @param phase its phase
 * @param result what it came to
 * @param rule the id of the rule that decided
 * @param reason why exactly, a stable word in snake_case; null where the call went on
 * @param problem what the caller was or would have been told; null where the call went on
 * @param explanation what was asked, for operators; null where the reason says it all
 */
public record Verdict(
    String stage,
    Phase phase,
    Result result,
    String rule,
    @Nullable String reason,
    @Nullable Problem problem,
    @Nullable Explanation explanation) {

  /**
   * A verdict whose reason says it all.
   *
   * @param stage the id of the stage
   * @param phase its phase
   * @param result what it came to
   * @param rule the id of the rule that decided
   * @param reason why exactly; null where the call went on
   * @param problem what the caller was or would have been told; null where the call went on
   */
  public Verdict(
      String stage,
      Phase phase,
      Result result,
      String rule,
      @Nullable String reason,
      @Nullable Problem problem) {
    this(stage, phase, result, rule, reason, problem, null);
  }

  /** What a stage can come to. */
  public enum Result {
    /** It let the call go on. */
    PROCEED,
    /** It refused, and the call was refused. */
    REFUSE,
    /** It would have refused; its rule is only observed. */
    WOULD_REFUSE,
    /** A candidate would have let the call go on where the rule in force refused. */
    WOULD_PROCEED,
    /** It failed and says SKIP on failure: the call went on without it. */
    SKIPPED,
    /** It failed and says REFUSE on failure: the call was refused. */
    FAILED,
    /** It had not decided when the call ended. */
    CANCELLED
  }
}
