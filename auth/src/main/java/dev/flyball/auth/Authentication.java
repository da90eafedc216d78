// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Endpoint;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.auth.internal.binding.SenderBinding;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.revocation.RevocationList;
import dev.flyball.auth.internal.throttle.FailureThrottle;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The stages that find out who is calling, whatever the credential, and what they are made of. */
final class Authentication {

  private static final long LONGEST_IN_CACHE_SECONDS = 300;

  private final Settings settings;
  private final Challenges challenges;
  private final Issuers issuers;
  private final AccessTokens tokens;
  private final ApiKeyAuthentication apiKeys;
  private final FailureThrottle throttle;
  private @Nullable List<Stage> required;
  private @Nullable List<Stage> optional;

  private Authentication(Setup setup, Challenges challenges, JsonClient client) {
    this.settings = setup.settings();
    this.challenges = challenges;
    this.issuers = Issuers.install(setup, client);
    this.tokens = tokens(setup);
    this.apiKeys = ApiKeyAuthentication.install(setup, issuers.areNamed());
    this.throttle = new FailureThrottle(setup);
  }

  static Authentication install(Setup setup, Challenges challenges, JsonClient client) {
    return new Authentication(setup, challenges, client);
  }

  /** Whether anybody signs tokens for this service. */
  boolean acceptsTokens() {
    return !issuers.byValue().isEmpty();
  }

  /** The header that brings API keys; null where none are accepted. */
  @Nullable String keyHeader() {
    return apiKeys.header();
  }

  /** The stages of an endpoint that asks who is calling. */
  List<Stage> required(Endpoint endpoint) {
    issuers.areNeeded();
    if (!apiKeys.isOn()) {
      issuers.refuseNone(endpoint);
    }
    List<Stage> known = required;
    if (known == null) {
      known = stages(false);
      required = known;
    }
    return known;
  }

  /** The stages of an envelope: who comes without a credential is nobody yet. */
  List<Stage> optional() {
    List<Stage> known = optional;
    if (known == null) {
      known = stages(true);
      optional = known;
    }
    return known;
  }

  /** Not before endpoints are bound: what keeps API keys may be offered by a later module. */
  private List<Stage> stages(boolean anonymousAllowed) {
    AuthenticateStage authenticate = new AuthenticateStage(tokens, challenges, anonymousAllowed);
    return throttle.around(apiKeys.beside(authenticate));
  }

  private AccessTokens tokens(Setup setup) {
    AuthMeters meters = new AuthMeters(setup.meters());
    TokenCache cache =
        new TokenCache(
            get(AuthSettings.CACHE_SIZE), get(AuthSettings.CACHE_BYTES), LONGEST_IN_CACHE_SECONDS);
    meters.watch(cache, setup.meters());
    return new AccessTokens(
        issuers.byValue(),
        issuers.opaque(),
        cache,
        revocations(setup),
        binding(setup, meters),
        meters,
        challenges,
        Math.toIntExact(get(AuthSettings.TOKEN_LIMIT)));
  }

  private static RevocationList revocations(Setup setup) {
    RevocationList list = new RevocationList(setup);
    setup.offer(Revocations.class, "default", new Revocations(list));
    setup.onStart(list::start);
    setup.onClose(list::close);
    return list;
  }

  private SenderBinding binding(Setup setup, AuthMeters meters) {
    SenderBinding binding =
        new SenderBinding(
            setup,
            AuthenticateStage.RULE,
            get(AuthSettings.REALM),
            challenges.invalidToken(),
            meters::rejected);
    setup.onStart(binding::start);
    return binding;
  }

  private <T> T get(Setting<T> setting) {
    return Objects.requireNonNull(settings.get(setting));
  }
}
