// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import dev.flyball.Problem;
import java.io.IOException;
import java.util.Objects;

/**
 * A request was not sent, or not answered in full, because a rule of this service refused it.
 *
 * <p>An {@code IOException}, so that code that was not written for a governed client takes it for a
 * call that failed. Unlike a {@link dev.flyball.ProblemException} it is never answered with: what
 * is wrong with a call that goes out is not the fault of who has called in.
 */
public final class CallRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /** The id of the rule. */
  private final String rule;

  CallRefusedException(String dependency, Problem problem, String rule) {
    super("the call to " + dependency + " was refused by " + rule + " (" + problem + ")");
    this.problem = Objects.requireNonNull(problem, "problem");
    this.rule = Objects.requireNonNull(rule, "rule");
  }

  /**
   * What the rule says.
   *
   * @return the problem
   */
  public Problem problem() {
    return problem;
  }

  /**
   * The rule that refused.
   *
   * @return its id, as in the record
   */
  public String rule() {
    return rule;
  }
}
