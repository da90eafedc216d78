// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.AccessDecider;
import dev.flyball.Endpoint;
import dev.flyball.FlyballModule;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.auth.internal.authzen.Authzen;
import dev.flyball.auth.internal.authzen.AuthzenSettings;
import dev.flyball.auth.internal.binding.BindingSettings;
import dev.flyball.auth.internal.binding.SenderBinding;
import dev.flyball.auth.internal.http.HttpSettings;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.outgoing.Outgoing;
import dev.flyball.auth.internal.outgoing.OutgoingSettings;
import dev.flyball.auth.internal.policy.PolicyDecider;
import dev.flyball.auth.internal.policy.PolicySettings;
import dev.flyball.auth.internal.revocation.RevocationSettings;
import dev.flyball.auth.internal.throttle.ThrottleSettings;
import dev.flyball.settings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Authentication and authorization: joins by being on the class path.
 *
 * <p>Needs at least one issuer, {@code flyball.auth.issuers.<name>.issuer} and {@code .audience},
 * or API keys: {@code flyball.auth.api-keys.file}.
 */
public final class AuthModule implements FlyballModule {

  /** Made by the service loader. */
  public AuthModule() {}

  @Override
  public String name() {
    return "auth";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(AuthSettings.all());
    all.addAll(BindingSettings.all());
    all.addAll(RevocationSettings.all());
    all.addAll(PolicySettings.all());
    all.addAll(AuthzenSettings.all());
    all.addAll(ThrottleSettings.all());
    all.addAll(AuthFindings.kinds());
    all.addAll(OutgoingSettings.all());
    return all;
  }

  @Override
  public void install(Setup setup) {
    setup.enforces(
        List.of(Authenticated.class, RequiresScope.class, RequiresRole.class, Policy.class));
    setup.enforcesNamed(Jsr250.all());
    JsonClient client = HttpSettings.client(setup);
    Challenges challenges =
        new Challenges(
            Objects.requireNonNull(setup.settings().get(AuthSettings.REALM)),
            SenderBinding.algs(setup.settings()));
    Authentication authentication = Authentication.install(setup, challenges, client);
    Rules rules = new Rules(challenges, decider(setup, client), setup);
    setup.stages(endpoint -> incoming(endpoint, rules, authentication));
    List<Stage> outgoing = List.of(Outgoing.stage(setup, client, authentication::keyHeader));
    setup.stages(endpoint -> endpoint.kind() == Endpoint.Kind.CLIENT ? outgoing : List.of());
    AuthFindings findings = new AuthFindings(setup);
    findings.look();
    if (authentication.acceptsTokens()) {
      findings.show(); // else nobody could see them
    }
  }

  private static PolicyDecider decider(Setup setup, JsonClient client) {
    PolicyDecider decider = new PolicyDecider(setup);
    setup.offer(AccessDecider.class, "auth", decider);
    setup.onStart(decider::start);
    setup.onClose(decider::close);
    Authzen.offer(setup, client);
    return decider;
  }

  private static List<Stage> incoming(
      Endpoint endpoint, Rules rules, Authentication authentication) {
    if (endpoint.kind() == Endpoint.Kind.ENVELOPE) {
      return authentication.optional();
    }
    if (endpoint.kind() != Endpoint.Kind.SERVER || endpoint.annotation(Public.class).isPresent()) {
      return List.of();
    }
    List<Stage> stages = new ArrayList<>(rules.of(endpoint));
    if (askWho(stages)) {
      stages.addAll(authentication.required(endpoint));
    }
    return stages;
  }

  private static boolean askWho(List<Stage> rules) {
    for (Stage rule : rules) {
      if (!rule.permitsAll() && !(rule instanceof RuleStage.DenyAll)) {
        return true;
      }
    }
    return false;
  }
}
