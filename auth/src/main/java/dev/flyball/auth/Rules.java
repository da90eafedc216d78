// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.AccessPolicy;
import dev.flyball.Endpoint;
import dev.flyball.Offers;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.auth.internal.policy.ExplainMode;
import dev.flyball.auth.internal.policy.PolicyDecider;
import dev.flyball.auth.internal.policy.PolicySettings;
import dev.flyball.settings.Suggestions;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Turns the annotations of an endpoint into the rules that its calls must pass. */
final class Rules {

  /** The scope-token of RFC 6749, section 3.3. */
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  private final Challenges challenges;
  private final Offers<AccessPolicy> policies;
  private final PolicyDecider decider;
  private final ExplainMode explain;
  private final Set<String> knownScopes;

  Rules(Challenges challenges, PolicyDecider decider, Setup setup) {
    this.challenges = challenges;
    this.policies = setup.want(AccessPolicy.class);
    this.decider = decider;
    this.explain = Objects.requireNonNull(setup.settings().get(PolicySettings.EXPLAIN));
    this.knownScopes = Set.copyOf(setup.settings().find(PolicySettings.SCOPES).orElse(List.of()));
  }

  /**
   * The rules of an endpoint; all of them must hold.
   *
   * @throws IllegalArgumentException if an annotation makes no sense
   */
  List<Stage> of(Endpoint endpoint) {
    Needs needs = new Needs(endpoint);
    for (Annotation annotation : endpoint.authorization()) {
      needs.add(annotation);
    }
    List<Stage> rules = needs.rules();
    if (rules.size() > 1 && rules.stream().anyMatch(Stage::permitsAll)) {
      throw new IllegalArgumentException(
          "@PermitAll of " + endpoint + " stands beside a rule that protects it");
    }
    return rules;
  }

  /**
   * What the annotations of one endpoint ask for. The same may be asked more than once, by an
   * annotation of the user's own or by two interfaces: it holds each time.
   */
  private final class Needs {

    private final Endpoint endpoint;
    private final List<Stage> rules = new ArrayList<>();
    private final Set<String> scopes = new LinkedHashSet<>();
    private final Set<String> named = new LinkedHashSet<>();
    private final Set<Class<?>> simple = new HashSet<>();
    private int roles;

    Needs(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    List<Stage> rules() {
      if (!scopes.isEmpty()) {
        rules.add(new RuleStage.Scopes(scopes, challenges, explain));
      }
      return rules;
    }

    void add(Annotation annotation) {
      if (annotation instanceof Authenticated) {
        addOnce(new RuleStage.Authenticated(challenges, explain));
      } else if (annotation instanceof RequiresScope requires) {
        scopes.addAll(scopes(requires.value(), endpoint));
      } else if (annotation instanceof RequiresRole requires) {
        addRoles("requires-role", names("@RequiresRole", requires.value(), endpoint));
      } else if (annotation instanceof Policy policy) {
        names("@Policy", policy.value(), endpoint).forEach(this::addPolicy);
      } else {
        addJsr250(annotation);
      }
    }

    /** Annotations of JSR-250 are read by name: a service may have those of jakarta or of javax. */
    private void addJsr250(Annotation annotation) {
      String type = annotation.annotationType().getName();
      if (Jsr250.ROLES_ALLOWED.contains(type)) {
        addRoles("roles-allowed", names("@RolesAllowed", Jsr250.roles(annotation), endpoint));
      } else if (Jsr250.PERMIT_ALL.contains(type)) {
        addOnce(new RuleStage.PermitAll(explain));
      } else if (Jsr250.DENY_ALL.contains(type)) {
        addOnce(new RuleStage.DenyAll(challenges));
      }
    }

    private void addOnce(Stage rule) {
      if (simple.add(rule.getClass())) {
        rules.add(rule);
      }
    }

    /** One of these and one of those is more than one of all. */
    private void addRoles(String rule, Set<String> required) {
      String id = roles++ == 0 ? rule : rule + "-" + roles;
      rules.add(new RuleStage.Roles(id, rule, required, challenges, explain));
    }

    private void addPolicy(String name) {
      if (named.add(name)) {
        rules.add(
            new RuleStage.OfPolicy(name, policy(name, endpoint), decider.of(name), challenges));
      }
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
                    + "; "
                    + PolicyDecider.hint(name, policies.all().keySet())));
  }

  private Set<String> scopes(String[] values, Endpoint endpoint) {
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
      if (!knownScopes.isEmpty() && !knownScopes.contains(scope)) {
        throw new IllegalArgumentException(
            "@RequiresScope of "
                + endpoint
                + " names "
                + scope
                + ", which flyball.auth.scopes does not; "
                + hint(scope));
      }
    }
    return scopes;
  }

  private String hint(String scope) {
    List<String> near = Suggestions.of(scope, knownScopes);
    return near.isEmpty()
        ? "add it there, or name one of " + new TreeSet<>(knownScopes)
        : "did you mean " + String.join(" or ", near) + "?";
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
