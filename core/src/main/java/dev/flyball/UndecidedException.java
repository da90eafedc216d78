// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A policy can say neither yes nor no: what it needs is missing, or does not answer.
 *
 * <p>Policies throw it, or complete a pending decision with it; any other exception means the same.
 * It is no permission, and {@link AccessPolicy#not} makes none of it. What callers are told is set
 * by {@code flyball.auth.policy-error}, unless it brings a problem of its own.
 */
public final class UndecidedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why, for operators: a stable word in snake_case. */
  private final String reason;

  private final transient @Nullable Problem problem;
  private final transient @Nullable Explanation explanation;

  /**
   * Makes an exception that leaves to the settings what callers are told.
   *
   * @param reason why, for operators: a stable word in snake_case
   */
  public UndecidedException(String reason) {
    this(reason, null, null, null);
  }

  /**
   * Makes an exception.
   *
   * @param reason why, for operators: a stable word in snake_case
   * @param problem what callers are told; null to leave it to the settings
   * @param explanation what was asked; null where there is nothing to add to the reason
   * @param cause what went wrong; or null
   */
  public UndecidedException(
      String reason,
      @Nullable Problem problem,
      @Nullable Explanation explanation,
      @Nullable Throwable cause) {
    super(Objects.requireNonNull(reason, "reason"), cause);
    this.reason = reason;
    this.problem = problem;
    this.explanation = explanation;
  }

  /**
   * Why, for operators.
   *
   * @return a stable word in snake_case
   */
  public String reason() {
    return reason;
  }

  /**
   * What callers are told.
   *
   * @return null where it is left to the settings
   */
  public @Nullable Problem problem() {
    return problem;
  }

  /**
   * What was asked.
   *
   * @return null where the reason says it all
   */
  public @Nullable Explanation explanation() {
    return explanation;
  }
}
