// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Stage;
import java.util.Set;

/** A rule of authorization that was declared on an endpoint. */
abstract class RuleStage implements Stage {

  private final String id;

  private RuleStage(String id) {
    this.id = id;
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final Phase phase() {
    return Phase.AUTHORIZE;
  }

  /** A rule that asks somebody who has authenticated. */
  abstract static class ForCallers extends RuleStage {

    private final Decision anonymous;

    ForCallers(String id, Challenges challenges) {
      super(id);
      this.anonymous = Decision.refuse(challenges.credentialsMissing(), id, "credentials_missing");
    }

    @Override
    public final Decision onStart(Call call) {
      Principal principal = call.principal();
      return principal == null ? anonymous : decide(call, principal);
    }

    abstract Decision decide(Call call, Principal principal);
  }

  /** Any valid caller. */
  static final class Authenticated extends ForCallers {

    Authenticated(Challenges challenges) {
      super("authenticated", challenges);
    }

    @Override
    Decision decide(Call call, Principal principal) {
      return Decision.proceed();
    }
  }

  /** Callers with all of some scopes. */
  static final class Scopes extends ForCallers {

    private final String[] required;
    private final Decision refused;

    Scopes(Set<String> scopes, Challenges challenges) {
      super("requires-scope", challenges);
      this.required = scopes.toArray(String[]::new);
      this.refused =
          Decision.refuse(
              challenges.insufficientScope(String.join(" ", scopes)),
              "requires-scope",
              "insufficient_scope");
    }

    @Override
    Decision decide(Call call, Principal principal) {
      for (String scope : required) {
        if (!principal.scopes().contains(scope)) {
          return refused;
        }
      }
      return Decision.proceed();
    }
  }

  /** Callers with one of some roles. */
  static final class Roles extends ForCallers {

    private final Set<String> roles;
    private final Decision refused;

    Roles(String id, Set<String> roles, Challenges challenges) {
      super(id, challenges);
      this.roles = roles;
      this.refused = Decision.refuse(challenges.insufficientRole(), id, "insufficient_role");
    }

    @Override
    Decision decide(Call call, Principal principal) {
      for (String role : roles) {
        if (principal.roles().contains(role)) {
          return Decision.proceed();
        }
      }
      return refused;
    }
  }

  /** Callers whom a policy permits. */
  static final class OfPolicy extends ForCallers {

    private final String name;
    private final AccessPolicy policy;

    OfPolicy(String name, AccessPolicy policy, Challenges challenges) {
      super("policy-" + name, challenges);
      this.name = name;
      this.policy = policy;
    }

    @Override
    Decision decide(Call call, Principal principal) {
      Decision decided =
          policy.decide(
              new AccessPolicy.Question(principal, call.endpoint(), call.parameters(), null));
      return named(decided);
    }

    /** Refusals are of the rule that carries the policy's name. */
    private Decision named(Decision decided) {
      if (decided instanceof Decision.Refuse refused) {
        return Decision.refuse(refused.problem(), name, refused.reason());
      }
      if (decided instanceof Decision.Pending pending) {
        return Decision.pending(pending.decision().thenApply(this::named));
      }
      return decided;
    }
  }

  /** Everybody, as {@code @PermitAll} says without a reason. */
  static final class PermitAll extends RuleStage {

    PermitAll() {
      super("permit-all");
    }

    @Override
    public boolean permitsAll() {
      return true;
    }

    @Override
    public Decision onStart(Call call) {
      return Decision.proceed();
    }
  }

  /** Nobody. */
  static final class DenyAll extends RuleStage {

    private final Decision refused;

    DenyAll(Challenges challenges) {
      super("deny-all");
      this.refused = Decision.refuse(challenges.denied(), "deny-all", "denied");
    }

    @Override
    public Decision onStart(Call call) {
      return refused;
    }
  }
}
