// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Call;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Phase;
import dev.flyball.Problem;
import dev.flyball.auth.internal.apikey.KeyFormat;
import dev.flyball.auth.internal.apikey.SecretHash;
import dev.flyball.auth.internal.throttle.Compares;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who is calling with an API key, and leaves calls without one to the stage for tokens.
 *
 * <p>An unknown key costs the same work as a wrong secret: one hash, and two comparisons that look
 * at every byte. Where a secret of grace is used the response says so in {@code
 * API-Key-Deprecation}, in the form of RFC 9745: since when there is a newer one, and until when
 * this one works. The field of the RFC itself is about the resource that was called, which is as
 * good as ever.
 */
final class ApiKeyStage implements Compares {

  /**
   * What the stages of a service have in common.
   *
   * @param header the header that brings a key
   */
  record Parts(
      String header,
      KeyFormat format,
      SecretHash hashes,
      ApiKeyMirror mirror,
      ApiKeyMeters meters,
      ApiKeyChallenges challenges) {}

  private static final String RULE = AuthenticateStage.RULE;
  private static final String AUTHORIZATION = "Authorization";
  private static final String SCHEME = "ApiKey ";
  private static final String WARNING = "API-Key-Deprecation";

  private final Compares tokens;
  private final Parts parts;
  private final KnownKey nobody;

  /**
   * A stage in front of another.
   *
   * @param tokens decides on calls without an API key
   */
  ApiKeyStage(Compares tokens, Parts parts) {
    this.tokens = tokens;
    this.parts = parts;
    this.nobody = new KnownKey(parts.hashes());
  }

  @Override
  public String id() {
    return RULE;
  }

  @Override
  public Phase phase() {
    return Phase.AUTHENTICATE;
  }

  @Override
  public Decision onStart(Call call) {
    Carrier carrier = call.carrier();
    List<String> keys = carrier.headers(parts.header());
    List<String> authorization = carrier.headers(AUTHORIZATION);
    boolean inAuthorization = isAnyApiKey(authorization);
    if (keys.isEmpty() && !inAuthorization) {
      return withoutKey(call);
    }
    if (keys.size() + authorization.size() > 1 || AuthenticateStage.hasSecondCredential(carrier)) {
      return invalidRequest("two_credentials");
    }
    return inAuthorization
        ? decide(call, authorization.get(0), SCHEME.length())
        : decide(call, keys.get(0), 0);
  }

  /** A key is compared each time; without one it is up to what looks at tokens. */
  @Override
  public boolean hasNothingToCompare(Call call) {
    Carrier carrier = call.carrier();
    boolean brought =
        !carrier.headers(parts.header()).isEmpty() || isAnyApiKey(carrier.headers(AUTHORIZATION));
    return !brought && tokens.hasNothingToCompare(call);
  }

  private static boolean isAnyApiKey(List<String> headers) {
    for (String header : headers) {
      boolean alone = header.equalsIgnoreCase(SCHEME.strip());
      if (alone || header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
        return true;
      }
    }
    return false;
  }

  private Decision withoutKey(Call call) {
    Decision decision = tokens.onStart(call);
    boolean missing =
        decision instanceof Decision.Refuse refused
            && refused.problem().kind() == Problem.Kind.CREDENTIALS_MISSING;
    return missing
        ? Decision.refuse(parts.challenges().missing(), RULE, ((Decision.Refuse) decision).reason())
        : decision;
  }

  private Decision decide(Call call, String header, int from) {
    if (header.length() <= from) {
      return invalidRequest("no_key");
    }
    if (header.indexOf(',', from) >= 0) {
      return invalidRequest("two_credentials");
    }
    String flaw = parts.format().flaw(header, from);
    if (flaw != null) {
      return invalidKey(flaw);
    }
    if (!parts.mirror().isFresh(call.startNanos())) {
      parts.meters().rejected("keys_unavailable");
      return Decision.refuse(parts.challenges().unavailable(), RULE, "keys_unavailable");
    }
    return decide(call, parts.format().id(header, from), parts.format().secret(header, from));
  }

  private Decision decide(Call call, String id, String presented) {
    KnownKey known = parts.mirror().find(id);
    KnownKey key = known == null ? nobody : known;
    KnownKey.Secret secret = key.find(parts.hashes().present(presented));
    if (known == null || secret == null) {
      parts.mirror().missed(id);
      return invalidKey(known == null ? "key_unknown" : "secret_invalid");
    }
    long now = call.startMillis() / 1_000;
    String refusal = key.refusal(secret, call, now);
    if (refusal != null) {
      return invalidKey(refusal);
    }
    key.used(now);
    return proceed(call, secret);
  }

  private Decision proceed(Call call, KnownKey.Secret secret) {
    String warning = secret.warning();
    parts.meters().accepted(warning != null);
    warn(call, warning);
    call.authenticated(secret.principal());
    return Decision.proceed();
  }

  private static void warn(Call call, @Nullable String warning) {
    if (warning != null) {
      call.addResponseHeader(WARNING, warning);
    }
  }

  private Decision invalidKey(String reason) {
    parts.meters().rejected(reason);
    return Decision.refuse(parts.challenges().invalidKey(), RULE, reason);
  }

  private Decision invalidRequest(String reason) {
    return Decision.refuse(parts.challenges().invalidRequest(), RULE, reason);
  }
}
