// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Outcome;
import dev.flyball.ProblemException;
import org.jspecify.annotations.Nullable;

/** {@code error.type}: the one word for how a call failed, the same in line, span and metric. */
public final class ErrorTypes {

  private ErrorTypes() {}

  /**
   * The class of what was thrown, the code of the problem, or the status; null for a call that did
   * not fail by the semantic conventions, which is any answer below 500 of a server.
   */
  public static @Nullable String of(CallRecord record) {
    Outcome outcome = record.outcome();
    return switch (outcome.kind()) {
      case SERVER_ERROR -> thrown(outcome, status(outcome));
      case TIMEOUT -> thrown(outcome, "timeout");
      case CANCELLED -> thrown(outcome, "cancelled");
      case REFUSED, CLIENT_ERROR -> isFailure(record) ? thrown(outcome, status(outcome)) : null;
      case OK, UNGOVERNED -> null;
    };
  }

  private static boolean isFailure(CallRecord record) {
    int least = record.endpoint().kind() == Endpoint.Kind.CLIENT ? 400 : 500;
    return record.outcome().code() >= least;
  }

  private static String thrown(Outcome outcome, String otherwise) {
    Throwable error = outcome.error();
    if (error instanceof ProblemException problem) {
      return problem.problem().code();
    }
    return error != null ? error.getClass().getName() : otherwise;
  }

  private static String status(Outcome outcome) {
    return outcome.code() > 0 ? Integer.toString(outcome.code()) : HttpMethods.OTHER;
  }
}
