// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A rule of authorization that is more than a scope or a role: ownership, limits, hours.
 *
 * <p>Applications implement it and offer it under the name that {@code @Policy} and {@link
 * Access#require} use. Called on request threads; must be thread-safe and quick, or return a
 * pending decision. A policy that throws, says nothing, or completes exceptionally has not decided:
 * the call is refused, with the status that {@code flyball.auth.policy-error} sets.
 *
 * <pre>{@code
 * governor.offer(AccessPolicy.class, "own-order", AccessPolicy.when(
 *     "not_the_owner", access -> ((Order) access.object()).owner().equals(access.subject())));
 * governor.offer(AccessPolicy.class, "edit-order", AccessPolicy.anyOf(
 *     AccessPolicy.hasRole("clerk"),
 *     AccessPolicy.allOf(AccessPolicy.hasScope("orders:write"), AccessPolicy.owner("customer"))));
 * }</pre>
 *
 * <p>What a combination comes to, by what its parts say in their order:
 *
 * <table>
 * <caption>Combinations</caption>
 * <tr><th></th><th>a part permits</th><th>a part denies</th><th>a part fails</th></tr>
 * <tr><td>{@link #allOf}</td><td>the next is asked; after the last it permits</td>
 * <td>denies</td><td>fails</td></tr>
 * <tr><td>{@link #anyOf}</td><td>permits</td><td>the next is asked; after the last it denies</td>
 * <td>the next is asked; after the last it fails</td></tr>
 * <tr><td>{@link #not}</td><td>denies</td><td>permits</td><td>fails</td></tr>
 * </table>
 *
 * <p>A part that is pending makes the whole pending until it has decided, and the parts after it
 * are asked on the thread that completes it.
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

  /**
   * A policy that permits where all of some policies do; they are asked in order until one does
   * not.
   *
   * @param policies at least one, the quick ones first
   * @return the policy
   * @throws IllegalArgumentException if there is none: everybody would be permitted
   */
  static AccessPolicy allOf(AccessPolicy... policies) {
    return new Combination.AllOf(policies);
  }

  /**
   * A policy that permits where one of some policies does; they are asked in order until one does.
   * A denial is that of the first, in its words.
   *
   * @param policies at least one, the quick ones first
   * @return the policy
   * @throws IllegalArgumentException if there is none
   */
  static AccessPolicy anyOf(AccessPolicy... policies) {
    return new Combination.AnyOf(policies);
  }

  /**
   * A policy that permits where another denies. It never permits because of something that is not
   * known: a policy that fails, or refuses with a problem of the service (a status of 500 and
   * more), is not turned around, nor is the denial of a ready-made policy that nobody has
   * authenticated.
   *
   * @param reason why it denies where the other permits: a stable word in snake_case
   * @param policy the other
   * @return the policy
   */
  static AccessPolicy not(String reason, AccessPolicy policy) {
    return new Combination.Not(reason, policy);
  }

  /**
   * A policy that decides as another, and where it is made of others says of permissions, too, what
   * each came to: for services that are to account for them. That costs memory on each call.
   *
   * @param policy the other
   * @return the policy
   */
  static AccessPolicy explained(AccessPolicy policy) {
    return policy instanceof Combination combination ? combination.explained() : policy;
  }

  /**
   * The caller is the one whom a parameter of the call names: its value is the subject of the
   * principal. Subjects are unique within an issuer; a service that trusts several adds {@link
   * #issuer}. A parameter that is absent is a failure, not a denial.
   *
   * @param parameter the name of a path variable or argument
   * @return the policy; denies with {@code not_the_owner}
   */
  static AccessPolicy owner(String parameter) {
    return new NamedPolicy.Owner(parameter);
  }

  /**
   * The caller belongs to the tenant that a parameter of the call names. A parameter that is absent
   * is a failure, not a denial.
   *
   * @param parameter the name of a path variable or argument
   * @return the policy; denies with {@code other_tenant}
   */
  static AccessPolicy tenant(String parameter) {
    return new NamedPolicy.Tenant(parameter);
  }

  /**
   * One issuer vouches for the caller.
   *
   * @param issuer its exact value
   * @return the policy; denies with {@code other_issuer}
   */
  static AccessPolicy issuer(String issuer) {
    return new NamedPolicy.OfIssuer(issuer);
  }

  /**
   * The caller has all of some scopes, as {@code @RequiresScope} asks for.
   *
   * @param scopes exact values, at least one
   * @return the policy; denies with {@code insufficient_scope}
   * @throws IllegalArgumentException if there is none: everybody would have all of them
   */
  static AccessPolicy hasScope(String... scopes) {
    return new NamedPolicy.Scopes(scopes);
  }

  /**
   * The caller has one of some roles, as {@code @RequiresRole} asks for.
   *
   * @param roles exact values, at least one
   * @return the policy; denies with {@code insufficient_role}
   * @throws IllegalArgumentException if there is none
   */
  static AccessPolicy hasRole(String... roles) {
    return new NamedPolicy.Roles(roles);
  }
}
