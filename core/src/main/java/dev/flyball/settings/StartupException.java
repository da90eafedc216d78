// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.util.List;

/**
 * Every problem that keeps a service from starting, in one message.
 *
 * <p>Nothing was started when this is thrown. A {@code main} method prints {@link #getMessage()}
 * and exits with a code other than zero; see {@link #exit()}.
 */
public final class StartupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<StartupProblem> problems;

  /**
   * Collects the problems of one start.
   *
   * @param problems at least one
   */
  public StartupException(List<StartupProblem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * The problems, in the order in which they were found.
   *
   * @return at least one
   */
  public List<StartupProblem> problems() {
    return problems;
  }

  /**
   * Prints the message, without a stack trace, on standard error and ends the process with code 78
   * (a configuration error in the tradition of {@code sysexits.h}).
   */
  public void exit() {
    System.err.println(getMessage());
    System.exit(78);
  }

  private static String message(List<StartupProblem> problems) {
    int count = problems.size();
    StringBuilder text = new StringBuilder("flyball cannot start: ");
    text.append(count).append(count == 1 ? " problem\n" : " problems\n");
    for (int i = 0; i < count; i++) {
      text.append("\n  ").append(i + 1).append(". ").append(problems.get(i)).append('\n');
    }
    return text.toString();
  }
}
