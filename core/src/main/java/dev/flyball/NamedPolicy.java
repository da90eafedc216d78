// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy that explanations can name, and those that are ready-made. */
abstract class NamedPolicy implements AccessPolicy {

  /** The reason of a denial that says nothing of the question: nobody has authenticated. */
  static final String NOBODY = "credentials_missing";

  static final Problem DENIED = Problem.of(Problem.Kind.DENIED, "the caller may not do this");

  final String name;

  NamedPolicy(String name) {
    this.name = name;
  }

  /** What a part of a policy is called. */
  static String nameOf(AccessPolicy policy, int index) {
    return policy instanceof NamedPolicy named ? named.name : "part-" + (index + 1);
  }

  private static List<String> some(String what, String... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no " + what + " (expected: at least one)");
    }
    return List.of(values);
  }

  final Decision denied(String reason, @Nullable String detail) {
    return new Decision.Refuse(DENIED, "policy", reason, Explanation.deny(name, reason, detail));
  }

  @Override
  public String toString() {
    return name;
  }

  /** A policy that knows nothing of callers who have not authenticated. */
  abstract static class OfCallers extends NamedPolicy {

    OfCallers(String name) {
      super(name);
    }

    @Override
    public final Decision decide(Question question) {
      Principal principal = question.principal();
      return principal == null ? denied(NOBODY, null) : decide(question, principal);
    }

    abstract Decision decide(Question question, Principal principal);
  }

  /** A parameter of the call equals what the credential says. */
  abstract static class Matching extends OfCallers {

    private final String parameter;
    private final String reason;

    Matching(String name, String parameter, String reason) {
      super(name);
      this.parameter = parameter;
      this.reason = reason;
    }

    abstract @Nullable String wanted(Principal principal);

    @Override
    final Decision decide(Question question, Principal principal) {
      Object value = question.parameters().get(parameter);
      if (value == null) {
        String detail = "no parameter " + parameter;
        Explanation explanation = Explanation.error(name, "parameter_missing", detail);
        throw new UndecidedException("parameter_missing", null, explanation, null);
      }
      String wanted = wanted(principal);
      return wanted != null && wanted.equals(value.toString())
          ? AccessPolicy.permit()
          : denied(
              reason,
              "parameter " + parameter + ": " + classOf(value) + ", caller: " + classOf(wanted));
    }

    private static String classOf(@Nullable Object value) {
      return value == null ? "nothing" : value.getClass().getSimpleName();
    }
  }

  static final class Owner extends Matching {

    Owner(String parameter) {
      super("owner", parameter, "not_the_owner");
    }

    @Override
    String wanted(Principal principal) {
      return principal.subject();
    }
  }

  static final class Tenant extends Matching {

    Tenant(String parameter) {
      super("tenant", parameter, "other_tenant");
    }

    @Override
    @Nullable String wanted(Principal principal) {
      return principal.tenant();
    }
  }

  static final class OfIssuer extends OfCallers {

    private final String issuer;

    OfIssuer(String issuer) {
      super("issuer");
      this.issuer = issuer;
    }

    @Override
    Decision decide(Question question, Principal principal) {
      return principal.issuer().equals(issuer)
          ? AccessPolicy.permit()
          : denied("other_issuer", "needs " + issuer);
    }
  }

  static final class Scopes extends OfCallers {

    private final List<String> scopes;

    Scopes(String... scopes) {
      super("has-scope");
      this.scopes = some("scopes", scopes);
    }

    @Override
    Decision decide(Question question, Principal principal) {
      return principal.scopes().containsAll(scopes)
          ? AccessPolicy.permit()
          : denied("insufficient_scope", "needs all of " + String.join(" ", scopes));
    }
  }

  static final class Roles extends OfCallers {

    private final List<String> roles;

    Roles(String... roles) {
      super("has-role");
      this.roles = some("roles", roles);
    }

    @Override
    Decision decide(Question question, Principal principal) {
      for (String role : roles) {
        if (principal.roles().contains(role)) {
          return AccessPolicy.permit();
        }
      }
      return denied("insufficient_role", "needs one of " + String.join(" ", roles));
    }
  }
}
