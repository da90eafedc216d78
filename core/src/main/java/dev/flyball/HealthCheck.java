// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.concurrent.CompletionStage;

/**
 * Whether something that the service needs works. Readiness asks it now and then, never per
 * request.
 *
 * <p>Modules and applications implement it.
 */
public interface HealthCheck {

  /** What a check comes to. */
  enum Status {
    /** It works. */
    UP,
    /** It works, and somebody should look; the service stays ready. */
    DEGRADED,
    /** It does not work; the service is not ready. */
    DOWN
  }

  /**
   * What a check came to.
   *
   * @param status works or not
   * @param detail one sentence for operators, fit for logs
   */
  record Result(Status status, String detail) {}

  /**
   * The name of the check.
   *
   * @return kebab-case, unique in the service
   */
  String name();

  /**
   * Looks.
   *
   * @return completes with the result; an exception counts as DOWN
   */
  CompletionStage<Result> check();
}
