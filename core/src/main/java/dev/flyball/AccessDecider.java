// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/**
 * Asks policies on behalf of calls: counts, explains, limits the time, asks a candidate beside.
 *
 * <p>The module that authorizes offers one, and {@link Access#require} goes through it, so that a
 * policy means the same on an endpoint and inside of a handler. Thread-safe.
 */
@FunctionalInterface
public interface AccessDecider {

  /**
   * Asks a policy.
   *
   * @param call on whose behalf
   * @param name the name under which the policy is offered, which is the rule of a refusal
   * @param policy the policy
   * @param question who wants what
   * @return go on, no, or not yet; also where the policy fails
   */
  Decision decide(Call call, String name, AccessPolicy policy, AccessPolicy.Question question);
}
