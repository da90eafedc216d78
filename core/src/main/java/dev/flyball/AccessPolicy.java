// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A rule of authorization that is more than a scope or a role: ownership, limits, hours.
 *
 * <p>Applications implement it and offer it under the name that {@code @Policy} and {@link
 * Access#require} use. Called on request threads; must be thread-safe and quick, or return a
 * pending decision. Whatever it throws is a refusal.
 *
 * <pre>{@code
 * governor.offer(AccessPolicy.class, "own-order", AccessPolicy.when(
 *     "not_the_owner", access -> ((Order) access.object()).owner().equals(access.subject())));
 * }</pre>
 */
@FunctionalInterface
public interface AccessPolicy {

  /**
   * What a policy looks at.
   *
   * @param principal who is calling; null where nobody has authenticated
   * @param endpoint what is called
   * @param parameters the inputs that identify what the call is about
   * @param object the loaded object, from {@link Access#require}; null from {@code @Policy}
   */
  record Question(
      @Nullable Principal principal,
      Endpoint endpoint,
      Parameters parameters,
      @Nullable Object object) {

    /**
     * The subject of the principal.
     *
     * @return null where nobody has authenticated
     */
    public @Nullable String subject() {
      return principal == null ? null : principal.subject();
    }
  }

  /**
   * Decides.
   *
   * @param question who wants what
   * @return {@link #permit()}, {@link #deny}, or a pending one of them
   */
  Decision decide(Question question);

  /**
   * Yes.
   *
   * @return the decision
   */
  static Decision permit() {
    return Decision.proceed();
  }

  /**
   * No.
   *
   * @param reason why, for operators: a stable word in snake_case
   * @return the decision
   */
  static Decision deny(String reason) {
    return Decision.refuse(
        Problem.of(Problem.Kind.DENIED, "the caller may not do this"), "policy", reason);
  }

  /**
   * A policy from a condition.
   *
   * @param reason why it denies where the condition does not hold
   * @param condition holds for callers who may
   * @return the policy
   */
  static AccessPolicy when(String reason, Predicate<Question> condition) {
    return question -> condition.test(question) ? permit() : deny(reason);
  }
}
