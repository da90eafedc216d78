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
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.keys.FirstKeys;
import dev.flyball.auth.internal.keys.FixedKeys;
import dev.flyball.auth.internal.keys.IssuerKeys;
import dev.flyball.auth.internal.keys.JwksSource;
import dev.flyball.auth.internal.keys.KeyFetcher;
import dev.flyball.auth.internal.keys.KeySettings;
import dev.flyball.auth.internal.outgoing.Outgoing;
import dev.flyball.auth.internal.outgoing.OutgoingSettings;
import dev.flyball.auth.internal.policy.PolicyDecider;
import dev.flyball.auth.internal.policy.PolicySettings;
import dev.flyball.auth.internal.revocation.RevocationList;
import dev.flyball.auth.internal.revocation.RevocationSettings;
import dev.flyball.auth.internal.throttle.FailureThrottle;
import dev.flyball.auth.internal.throttle.ThrottleSettings;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Authentication and authorization: joins by being on the class path.
 *
 * <p>Needs at least one issuer, {@code flyball.auth.issuers.<name>.issuer} and {@code .audience},
 * or API keys: {@code flyball.auth.api-keys.file}.
 */
public final class AuthModule implements FlyballModule {

  private static final long LONGEST_IN_CACHE_SECONDS = 300;

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
    Settings settings = setup.settings();
    Challenges challenges =
        new Challenges(Objects.requireNonNull(settings.get(AuthSettings.REALM)));
    JsonClient client = HttpSettings.client(setup);
    Issuers issuers = issuers(setup, client);
    TokenCache cache =
        new TokenCache(
            Objects.requireNonNull(settings.get(AuthSettings.CACHE_SIZE)),
            Objects.requireNonNull(settings.get(AuthSettings.CACHE_BYTES)),
            LONGEST_IN_CACHE_SECONDS);
    AuthMeters meters = new AuthMeters(setup.meters());
    meters.watch(cache, setup.meters());
    int limit = Math.toIntExact(Objects.requireNonNull(settings.get(AuthSettings.TOKEN_LIMIT)));
    RevocationList revocations = revocations(setup);
    SenderBinding binding = binding(setup, challenges, meters);
    AccessTokens tokens =
        new AccessTokens(
            issuers.byValue,
            issuers.opaque,
            cache,
            revocations,
            binding,
            meters,
            challenges,
            limit);
    ApiKeyAuthentication apiKeys = ApiKeyAuthentication.install(setup, issuers.named);
    FailureThrottle throttle = new FailureThrottle(setup);
    List<Stage> authenticate =
        throttle.around(apiKeys.beside(new AuthenticateStage(tokens, challenges, false)));
    List<Stage> authenticateIfAny =
        throttle.around(apiKeys.beside(new AuthenticateStage(tokens, challenges, true)));
    PolicyDecider decider = new PolicyDecider(setup);
    setup.offer(AccessDecider.class, "auth", decider);
    setup.onStart(decider::start);
    setup.onClose(decider::close);
    Authzen.offer(setup, client);
    Rules rules = new Rules(challenges, decider, setup);
    setup.stages(endpoint ->
        stages(endpoint, rules, authenticate, authenticateIfAny, apiKeys, issuers, setup));
    List<Stage> outgoing = List.of(Outgoing.stage(setup, client));
    setup.stages(
        endpoint -> endpoint.kind() == Endpoint.Kind.CLIENT ? outgoing : List.of());
    setup.onStart(issuers::start);
    AuthFindings findings = new AuthFindings(setup);
    findings.look();
    if (!issuers.byValue.isEmpty()) {
      findings.show(); // else nobody could see them
    }
  }

  private static RevocationList revocations(Setup setup) {
    RevocationList list = new RevocationList(setup);
    setup.offer(Revocations.class, "default", new Revocations(list));
    setup.onStart(list::start);
    setup.onClose(list::close);
    return list;
  }

  private static SenderBinding binding(Setup setup, Challenges challenges, AuthMeters meters) {
    SenderBinding binding =
        new SenderBinding(
            setup,
            AuthenticateStage.RULE,
            Objects.requireNonNull(setup.settings().get(AuthSettings.REALM)),
            challenges.invalidToken(),
            meters::rejected);
    setup.onStart(binding::start);
    return binding;
  }

  private static List<Stage> stages(
      Endpoint endpoint,
      Rules rules,
      List<Stage> authenticate,
      List<Stage> authenticateIfAny,
      ApiKeyAuthentication apiKeys,
      Issuers issuers,
      Setup setup) {
    if (endpoint.kind() == Endpoint.Kind.ENVELOPE) {
      return authenticateIfAny;
    }
    if (endpoint.kind() != Endpoint.Kind.SERVER || endpoint.annotation(Public.class).isPresent()) {
      return List.of();
    }
    List<Stage> stages = new ArrayList<>(rules.of(endpoint));
    if (askWho(stages)) {
      stages.addAll(authenticate);
      issuers.firstKeys.require();
      if (!apiKeys.isOn()) {
        issuers.refuseNone(endpoint, setup);
      }
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

  // ---- issuers

  private static final class Issuers {

    private final Map<String, Issuer> byValue = new LinkedHashMap<>();
    private @Nullable OpaqueTokens opaque;
    private final FirstKeys firstKeys = new FirstKeys();
    private boolean named;
    private boolean told;

    void start() {
      for (Issuer issuer : byValue.values()) {
        issuer.keys().start();
      }
    }

    /** Says once that nobody can call what is protected. */
    void refuseNone(Endpoint endpoint, Setup setup) {
      if (!named && !told) {
        told = true;
        setup.problem(
            new StartupProblem(
                "no issuer is configured, so nobody can call " + endpoint,
                null,
                "add flyball.auth.issuers.<name>.issuer=https://... and .audience=..."));
      }
    }
  }

  private static Issuers issuers(Setup setup, JsonClient client) {
    Settings settings = setup.settings();
    Issuers issuers = new Issuers();
    KeyPlaces places = new KeyPlaces(setup, client);
    for (String name : settings.names(AuthSettings.ISSUER)) {
      issuers.named = true;
      String value = settings.get(AuthSettings.ISSUER.named(name));
      IssuerOptions options = new IssuerOptions(name, settings);
      KeyFetcher fetcher = publishesKeys(options) ? places.find(options, value) : null;
      if (value == null || settings.get(AuthSettings.AUDIENCE.named(name)) == null) {
        continue; // the settings have told already what is missing
      }
      IssuerKeys keys = keys(options, fetcher, issuers, setup);
      if (keys != null) {
        Issuer issuer = new Issuer(name, settings, keys);
        addOpaque(issuers, OpaqueTokens.of(options, issuer, setup, client), setup);
        if (!options.get(AuthSettings.INTROSPECTION_ONLY)) {
          Issuer before = issuers.byValue.putIfAbsent(value, issuer);
          refuseTwice(name, before, setup);
        }
      }
    }
    if (!Boolean.TRUE.equals(settings.get(KeySettings.READY_WITHOUT_KEYS))) {
      setup.healthCheck(issuers.firstKeys);
    }
    return issuers;
  }

  private static boolean publishesKeys(IssuerOptions options) {
    return !options.get(AuthSettings.INTROSPECTION_ONLY) && !SharedSecret.isWanted(options);
  }

  private static @Nullable IssuerKeys keys(
      IssuerOptions options, @Nullable KeyFetcher fetcher, Issuers issuers, Setup setup) {
    if (options.get(AuthSettings.INTROSPECTION_ONLY)) {
      return new FixedKeys(KeySet.EMPTY);
    }
    if (SharedSecret.isWanted(options)) {
      KeySet secret = SharedSecret.keys(options, setup);
      return secret == null ? null : new FixedKeys(secret);
    }
    if (fetcher == null) {
      return null;
    }
    JwksSource keys = new JwksSource(options.name(), fetcher, setup);
    issuers.firstKeys.add(keys);
    return keys;
  }

  /** Of two that could be asked, one would be shown the tokens of the other. */
  private static void addOpaque(Issuers issuers, @Nullable OpaqueTokens tokens, Setup setup) {
    OpaqueTokens before = issuers.opaque;
    if (tokens != null && before != null) {
      Setting<?> setting = AuthSettings.INTROSPECTION_URL.named(tokens.issuer().name());
      setup.problem(
          new StartupProblem(
              "both issuers "
                  + before.issuer().name()
                  + " and "
                  + tokens.issuer().name()
                  + " would be asked about tokens (expected: one)",
              where(setting, setup),
              "an opaque token does not say whose it is; keep one introspection.url"));
    } else if (tokens != null) {
      issuers.opaque = tokens;
    }
  }

  private static void refuseTwice(String name, @Nullable Issuer before, Setup setup) {
    if (before != null) {
      setup.problem(
          new StartupProblem(
              "the issuers " + before.name() + " and " + name + " are one: " + before.value(),
              where(AuthSettings.ISSUER.named(name), setup),
              "keep one of them, with both audiences"));
    }
  }

  private static String where(Setting<?> setting, Setup setup) {
    return setup.settings().explain(setting).origin().place();
  }
}
