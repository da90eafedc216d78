// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.internal.CurrentCall;
import org.jspecify.annotations.Nullable;

/** Authorization inside a handler, for what only the loaded object can decide. */
public final class Access {

  private Access() {}

  /**
   * Asks a policy, and does not return unless it permits. The verdict is part of the record.
   *
   * <pre>{@code
   * Order order = orders.find(id);
   * Access.require("own-order", order);
   * }</pre>
   *
   * @param policy the name under which the {@link AccessPolicy} is offered
   * @param object what it decides about
   * @throws ProblemException if the policy does not permit, fails, does not decide in time, or is
   *     not offered: 403, or what the policy or {@code flyball.auth.policy-error} says
   * @throws IllegalStateException if no governed call is current on this thread
   */
  public static void require(String policy, @Nullable Object object) {
    CurrentCall.engine("Access.require(\"" + policy + "\")").require(policy, object);
  }
}
