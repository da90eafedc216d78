// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.AccessDecider;
import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Offers;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.auth.internal.policy.PolicySettings.OnError;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupException;
import dev.flyball.settings.StartupProblem;
import dev.flyball.settings.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks the policies of a service, those of endpoints and those of handlers alike. */
public final class PolicyDecider implements AccessDecider {

  private static final Problem DENIED =
      Problem.of(Problem.Kind.DENIED, "the caller may not do this");
  private static final Problem UNAVAILABLE =
      Problem.of(
              Problem.Kind.OVERLOADED,
              "policy_unavailable",
              "it cannot be decided now whether the caller may do this")
          .withHeader("Retry-After", "5");

  private final Setup setup;
  private final Settings settings;
  private final Offers<AccessPolicy> policies;
  private final PolicyMeters meters;
  private final PolicyErrors errors;
  private final ExplainMode explain;
  private final Problem onError;
  private final Map<String, DecidedPolicy> decided = new ConcurrentHashMap<>();
  private @Nullable ShadowThreads shadowThreads; // guarded by this

  public PolicyDecider(Setup setup) {
    this.setup = setup;
    this.settings = setup.settings();
    this.policies = setup.want(AccessPolicy.class);
    this.meters = new PolicyMeters(setup.meters());
    this.errors = new PolicyErrors(setup.time());
    this.explain = Objects.requireNonNull(settings.get(PolicySettings.EXPLAIN));
    this.onError = settings.get(PolicySettings.POLICY_ERROR) == OnError.DENY ? DENIED : UNAVAILABLE;
  }

  @Override
  public Decision decide(
      Call call, String name, AccessPolicy policy, AccessPolicy.Question question) {
    return of(name).decide(call, policy, question);
  }

  /** A policy that is offered by now. */
  public DecidedPolicy of(String name) {
    DecidedPolicy known = decided.get(name);
    return known != null ? known : decided.computeIfAbsent(name, this::make);
  }

  private DecidedPolicy make(String name) {
    return new DecidedPolicy(
        name,
        meters.decisions(name, "enforce"),
        errors,
        explain,
        onError,
        setup.scheduler(),
        Objects.requireNonNull(settings.get(PolicySettings.POLICY_TIMEOUT)),
        shadow(name));
  }

  // ---- candidates

  private @Nullable Shadow shadow(String name) {
    if (!settings.names(PolicySettings.SHADOW).contains(name)) {
      return null;
    }
    String candidate = settings.get(PolicySettings.SHADOW.named(name));
    if (candidate == null) {
      return null;
    }
    AccessPolicy policy = policies.find(candidate).orElse(null);
    return policy == null
        ? null
        : new Shadow(name, candidate, policy, meters, explain, threads(), settings);
  }

  private synchronized ShadowThreads threads() {
    ShadowThreads known = shadowThreads;
    if (known == null) {
      known = new ShadowThreads(setup.scheduler());
      shadowThreads = known;
    }
    return known;
  }

  /**
   * Checks what can be known only when everybody has offered.
   *
   * @throws StartupException if a setting names what is not there
   */
  public void start() {
    List<StartupProblem> problems = new ArrayList<>();
    Set<String> offered = policies.all().keySet();
    for (String name : settings.names(PolicySettings.SHADOW)) {
      Setting<String> setting = PolicySettings.SHADOW.named(name);
      String candidate = String.valueOf(settings.get(setting));
      if (!offered.contains(name)) {
        problems.add(unknown(setting, "is of the policy " + name, name, offered));
      }
      if (!offered.contains(candidate)) {
        problems.add(unknown(setting, "is " + candidate, candidate, offered));
      } else if (candidate.equals(name)) {
        problems.add(
            new StartupProblem(
                setting.key() + " is the policy itself", where(setting), "name the candidate"));
      }
    }
    if (!problems.isEmpty()) {
      throw new StartupException(problems);
    }
  }

  private StartupProblem unknown(
      Setting<String> setting, String what, String name, Set<String> offered) {
    return new StartupProblem(
        setting.key() + " " + what + ", which nobody offers", where(setting), hint(name, offered));
  }

  /** What to do about the name of a policy that nobody offers. */
  public static String hint(String name, Set<String> offered) {
    List<String> near = Suggestions.of(name, offered);
    return near.isEmpty()
        ? "offer an AccessPolicy of this name (offered: " + offered + ")"
        : "did you mean " + String.join(" or ", near) + "?";
  }

  private String where(Setting<?> setting) {
    return settings.explain(setting).origin().place();
  }

  public synchronized void close() {
    if (shadowThreads != null) {
      shadowThreads.close();
    }
  }
}
