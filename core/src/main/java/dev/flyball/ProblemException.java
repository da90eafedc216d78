// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A problem that a handler throws to the caller. Every adapter answers with the problem as it is.
 *
 * <pre>{@code
 * throw new ProblemException(Problem.of(Problem.Kind.NOT_FOUND, "no order has this number"));
 * }</pre>
 */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /**
   * Throws a problem.
   *
   * @param problem what the caller is told
   */
  public ProblemException(Problem problem) {
    this(problem, null);
  }

  /**
   * Throws a problem for a reason that the caller is not told.
   *
   * @param problem what the caller is told
   * @param cause what the record and the log are told
   */
  public ProblemException(Problem problem, @Nullable Throwable cause) {
    super(Objects.requireNonNull(problem, "problem").toString(), cause);
    this.problem = problem;
  }

  /**
   * What the caller is told.
   *
   * @return the problem
   */
  public Problem problem() {
    return problem;
  }
}
