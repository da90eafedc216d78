// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.AccessPolicy;
import dev.flyball.Endpoint;
import dev.flyball.Offers;
import dev.flyball.Stage;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns the annotations of an endpoint into the rules that its calls must pass. */
final class Rules {

  /** The scope-token of RFC 6749, section 3.3. */
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  private final Challenges challenges;
  private final Offers<AccessPolicy> policies;

  Rules(Challenges challenges, Offers<AccessPolicy> policies) {
    this.challenges = challenges;
    this.policies = policies;
  }

  /**
   * The rules of an endpoint; all of them must hold.
   *
   * @throws IllegalArgumentException if an annotation makes no sense
   */
  List<Stage> of(Endpoint endpoint) {
    List<Stage> rules = new ArrayList<>();
    for (Annotation annotation : endpoint.authorization()) {
      add(annotation, endpoint, rules);
    }
    if (rules.size() > 1 && rules.stream().anyMatch(Stage::permitsAll)) {
      throw new IllegalArgumentException(
          "@PermitAll of " + endpoint + " stands beside a rule that protects it");
    }
    return rules;
  }

  private void add(Annotation annotation, Endpoint endpoint, List<Stage> rules) {
    if (annotation instanceof Authenticated) {
      rules.add(new RuleStage.Authenticated(challenges));
    } else if (annotation instanceof RequiresScope requires) {
      rules.add(new RuleStage.Scopes(scopes(requires.value(), endpoint), challenges));
    } else if (annotation instanceof RequiresRole requires) {
      Set<String> roles = names("@RequiresRole", requires.value(), endpoint);
      rules.add(new RuleStage.Roles("requires-role", roles, challenges));
    } else if (annotation instanceof Policy policy) {
      for (String name : names("@Policy", policy.value(), endpoint)) {
        rules.add(new RuleStage.OfPolicy(name, policy(name, endpoint), challenges));
      }
    } else {
      addJsr250(annotation, endpoint, rules);
    }
  }

  /** Annotations of JSR-250 are read by name: a service may have those of jakarta or of javax. */
  private void addJsr250(Annotation annotation, Endpoint endpoint, List<Stage> rules) {
    String type = annotation.annotationType().getName();
    if (Jsr250.ROLES_ALLOWED.contains(type)) {
      Set<String> roles = names("@RolesAllowed", Jsr250.roles(annotation), endpoint);
      rules.add(new RuleStage.Roles("roles-allowed", roles, challenges));
    } else if (Jsr250.PERMIT_ALL.contains(type)) {
      rules.add(new RuleStage.PermitAll());
    } else if (Jsr250.DENY_ALL.contains(type)) {
      rules.add(new RuleStage.DenyAll(challenges));
    }
  }

  private AccessPolicy policy(String name, Endpoint endpoint) {
    return policies
        .find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "nobody offers the policy "
                    + name
                    + " of "
                    + endpoint
                    + " (expected: one of "
                    + policies.all().keySet()
                    + ", or another offer of AccessPolicy)"));
  }

  private static Set<String> scopes(String[] values, Endpoint endpoint) {
    Set<String> scopes = names("@RequiresScope", values, endpoint);
    for (String scope : scopes) {
      if (!SCOPE.matcher(scope).matches()) {
        throw new IllegalArgumentException(
            "@RequiresScope of "
                + endpoint
                + " names "
                + scope
                + " (expected: a scope of RFC 6749, without spaces and quotes)");
      }
    }
    return scopes;
  }

  private static Set<String> names(String annotation, String[] values, Endpoint endpoint) {
    Set<String> names = new LinkedHashSet<>(List.of(values));
    boolean isEmpty = names.isEmpty();
    for (String name : names) {
      isEmpty |= name.isBlank();
    }
    if (isEmpty) {
      throw new IllegalArgumentException(
          annotation + " of " + endpoint + " is empty (expected: at least one name)");
    }
    return names;
  }
}
