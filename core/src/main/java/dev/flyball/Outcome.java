// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param kind the same few words for every protocol
 * @param code the status in the protocol's own numbers; 0 where there is none
 * @param error what was thrown; null where nothing was
 */
public record Outcome(Kind kind, int code, @Nullable Throwable error) {

  /** The ways in which calls end. */
  public enum Kind {
    /** The handler answered. */
    OK,
    /** The request was at fault. */
    CLIENT_ERROR,
    /** The call was refused. */
    REFUSED,
    /** The service was at fault. */
    SERVER_ERROR,
    /** It took too long. */
    TIMEOUT,
    /** The client went away, or the call was given up. */
    CANCELLED,
    /** Something answered that nobody governs. */
    UNGOVERNED
  }

  private static final Outcome OK_200 = new Outcome(Kind.OK, 200, null);

  /** Checks that there is a kind. */
  public Outcome {
    Objects.requireNonNull(kind, "kind");
  }

  /**
   * The outcome that a status of HTTP stands for.
   *
   * @param status from 100 to 599
   * @return REFUSED for 401 and 403, CLIENT_ERROR for other 4xx, TIMEOUT for 504, SERVER_ERROR for
   *     other 5xx, else OK
   */
  public static Outcome http(int status) {
    return http(status, null);
  }

  /**
   * The outcome that a status of HTTP stands for, and what was thrown.
   *
   * @param status from 100 to 599
   * @param error what was thrown; null where nothing was
   * @return as {@link #http(int)}
   */
  public static Outcome http(int status, @Nullable Throwable error) {
    if (status == 200 && error == null) {
      return OK_200;
    }
    return new Outcome(kind(status), status, error);
  }

  /**
   * The outcome of a problem that was given to the caller.
   *
   * @param problem what the caller was told
   * @param error what was thrown; null where nothing was
   * @return as {@link #http(int)} for the status of the problem
   */
  public static Outcome of(Problem problem, @Nullable Throwable error) {
    return http(problem.status(), error);
  }

  /**
   * The client went away, or the call was given up, before it was answered in full.
   *
   * @param error what showed it; null where nothing was thrown
   * @return CANCELLED with code 499
   */
  public static Outcome cancelled(@Nullable Throwable error) {
    return new Outcome(Kind.CANCELLED, 499, error);
  }

  private static Kind kind(int status) {
    if (status == 401 || status == 403) {
      return Kind.REFUSED;
    }
    if (status == 504) {
      return Kind.TIMEOUT;
    }
    if (status >= 500) {
      return Kind.SERVER_ERROR;
    }
    return status >= 400 ? Kind.CLIENT_ERROR : Kind.OK;
  }
}
