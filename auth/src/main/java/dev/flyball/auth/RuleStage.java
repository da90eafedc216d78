// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Explanation;
import dev.flyball.Explanation.Result;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.Stage;
import dev.flyball.auth.internal.binding.SenderBinding;
import dev.flyball.auth.internal.policy.DecidedPolicy;
import dev.flyball.auth.internal.policy.ExplainMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule of authorization that was declared on an endpoint. */
abstract class RuleStage implements Stage {

  private final String id;

  private final @Nullable Explanation explanation;

  /**
   * Makes a rule.
   *
   * @param explanation what its verdict says of calls that it lets go on, whoever makes them
   */
  private RuleStage(String id, @Nullable Explanation explanation) {
    this.id = id;
    this.explanation = explanation;
  }

  @Override
  public final @Nullable Explanation explanation() {
    return explanation;
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final Phase phase() {
    return Phase.AUTHORIZE;
  }

  private static Explanation part(String name, boolean has, String reason) {
    return has ? Explanation.permit(name) : Explanation.deny(name, reason, null);
  }

  /** A rule that asks somebody who has authenticated. */
  abstract static class ForCallers extends RuleStage {

    private final Decision anonymous;

    ForCallers(String id, Challenges challenges) {
      super(id, null);
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

    private final ExplainMode explain;

    Authenticated(Challenges challenges, ExplainMode explain) {
      super("authenticated", challenges);
      this.explain = explain;
    }

    @Override
    Decision decide(Call call, Principal principal) {
      return explain == ExplainMode.ALL
          ? explain.permit(id(), principal, List.of())
          : Decision.proceed();
    }
  }

  /** Callers with all of some scopes. */
  static final class Scopes extends ForCallers {

    private final String[] required;
    private final Decision.Refuse refused;
    private final Decision.Refuse refusedAsDpop;
    private final ExplainMode explain;

    Scopes(Set<String> scopes, Challenges challenges, ExplainMode explain) {
      super("requires-scope", challenges);
      this.explain = explain;
      this.required = scopes.toArray(String[]::new);
      String all = String.join(" ", scopes);
      this.refused = refuse(challenges.insufficientScope(all));
      this.refusedAsDpop = refuse(challenges.insufficientScopeOfDpop(all));
    }

    private static Decision.Refuse refuse(Problem problem) {
      return new Decision.Refuse(problem, "requires-scope", "insufficient_scope");
    }

    @Override
    Decision decide(Call call, Principal principal) {
      for (String scope : required) {
        if (!principal.scopes().contains(scope)) {
          Decision.Refuse decision = cameAsDpop(call) ? refusedAsDpop : refused;
          return explain.explain(decision, Result.DENY, principal, asked(principal));
        }
      }
      return explain == ExplainMode.ALL
          ? explain.permit(id(), principal, asked(principal))
          : Decision.proceed();
    }

    private static boolean cameAsDpop(Call call) {
      String header = call.carrier().header("Authorization");
      return header != null && !header.isEmpty() && SenderBinding.isDpop(header);
    }

    private List<Explanation> asked(Principal principal) {
      List<Explanation> asked = new ArrayList<>();
      for (String scope : required) {
        asked.add(part(scope, principal.scopes().contains(scope), "scope_missing"));
      }
      return asked;
    }
  }

  /** Callers with one of some roles. */
  static final class Roles extends ForCallers {

    private final Set<String> roles;
    private final Decision.Refuse refused;
    private final ExplainMode explain;

    Roles(String id, String rule, Set<String> roles, Challenges challenges, ExplainMode explain) {
      super(id, challenges);
      this.roles = roles;
      this.refused = new Decision.Refuse(challenges.insufficientRole(), rule, "insufficient_role");
      this.explain = explain;
    }

    @Override
    Decision decide(Call call, Principal principal) {
      for (String role : roles) {
        if (principal.roles().contains(role)) {
          return explain == ExplainMode.ALL
              ? explain.permit(refused.rule(), principal, asked(principal))
              : Decision.proceed();
        }
      }
      return explain.explain(refused, Result.DENY, principal, asked(principal));
    }

    private List<Explanation> asked(Principal principal) {
      List<Explanation> asked = new ArrayList<>();
      for (String role : roles) {
        asked.add(part(role, principal.roles().contains(role), "role_missing"));
      }
      return asked;
    }
  }

  /** Callers whom a policy permits. */
  static final class OfPolicy extends ForCallers {

    private final AccessPolicy policy;
    private final DecidedPolicy decided;

    OfPolicy(String name, AccessPolicy policy, DecidedPolicy decided, Challenges challenges) {
      super("policy-" + name, challenges);
      this.policy = policy;
      this.decided = decided;
    }

    @Override
    Decision decide(Call call, Principal principal) {
      return decided.decide(
          call,
          policy,
          new AccessPolicy.Question(principal, call.endpoint(), call.parameters(), null));
    }
  }

  /** Everybody, as {@code @PermitAll} says without a reason. */
  static final class PermitAll extends RuleStage {

    PermitAll(ExplainMode explain) {
      super("permit-all", explain == ExplainMode.ALL ? Explanation.permit("permit-all") : null);
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
      super("deny-all", null);
      this.refused = Decision.refuse(challenges.denied(), "deny-all", "denied");
    }

    @Override
    public Decision onStart(Call call) {
      return refused;
    }
  }
}
