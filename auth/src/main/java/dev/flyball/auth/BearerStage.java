// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Call;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Phase;
import dev.flyball.Stage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds out who is calling, from the one bearer token of a request (RFC 6750, section 2.1). */
final class BearerStage implements Stage {

  static final String RULE = "authenticate";

  private static final String HEADER = "Authorization";
  private static final String SCHEME = "Bearer ";

  private final Map<String, Issuer> issuers;
  private final TokenCache cache;
  private final KnownHeaders knownHeaders = new KnownHeaders();
  private final AuthMeters meters;
  private final Challenges challenges;
  private final int tokenLimit;
  private final boolean anonymousAllowed;

  /**
   * A stage that looks for a token.
   *
   * @param issuers by the exact value of {@code iss}
   * @param anonymousAllowed whether a call without any credential goes on
   */
  BearerStage(
      Map<String, Issuer> issuers,
      TokenCache cache,
      AuthMeters meters,
      Challenges challenges,
      int tokenLimit,
      boolean anonymousAllowed) {
    this.issuers = Map.copyOf(issuers);
    this.cache = cache;
    this.meters = meters;
    this.challenges = challenges;
    this.tokenLimit = tokenLimit;
    this.anonymousAllowed = anonymousAllowed;
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
    List<String> headers = call.carrier().headers(HEADER);
    if (headers.isEmpty()) {
      return withoutCredential("credentials_missing");
    }
    if (headers.size() > 1) {
      return invalidRequest("two_credentials");
    }
    String header = headers.get(0);
    long now = call.startMillis() / 1_000;
    VerifiedToken known = cache.find(header, now);
    return known != null ? again(call, header, known, now) : first(call, header, now);
  }

  private Decision again(Call call, String header, VerifiedToken known, long now) {
    try {
      known.recheck(now);
    } catch (TokenRejected e) {
      cache.forget(header);
      return invalidToken(e);
    }
    if (hasSecondCredential(call.carrier())) {
      return invalidRequest("two_credentials");
    }
    meters.recognised();
    return proceed(call, known);
  }

  private Decision first(Call call, String header, long now) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      boolean empty = header.equalsIgnoreCase(SCHEME.strip());
      return empty ? invalidRequest("no_token") : withoutCredential("other_scheme");
    }
    if (hasSecondCredential(call.carrier()) || header.indexOf(',') >= 0) {
      return invalidRequest("two_credentials");
    }
    try {
      if (header.length() - SCHEME.length() > tokenLimit) {
        throw new TokenRejected("too_large");
      }
      return new Verification(call, header, now).decide();
    } catch (TokenRejected e) {
      return invalidToken(e);
    }
  }

  /** A token in the query beside that of the header (RFC 6750, section 2.3) is one too many. */
  private static boolean hasSecondCredential(Carrier carrier) {
    String query = carrier.query();
    if (query == null) {
      return false;
    }
    int at = query.indexOf("access_token=");
    while (at > 0 && query.charAt(at - 1) != '&') {
      at = query.indexOf("access_token=", at + 1);
    }
    return at >= 0;
  }

  private static Decision proceed(Call call, VerifiedToken token) {
    call.authenticated(token.principal());
    return Decision.proceed();
  }

  private Decision withoutCredential(String reason) {
    return anonymousAllowed
        ? Decision.proceed()
        : Decision.refuse(challenges.credentialsMissing(), RULE, reason);
  }

  private Decision invalidRequest(String reason) {
    return Decision.refuse(challenges.invalidRequest(), RULE, reason);
  }

  private Decision invalidToken(TokenRejected rejected) {
    meters.rejected(rejected.reason());
    return Decision.refuse(challenges.invalidToken(), RULE, rejected.reason());
  }

  /** One token that has not been seen before, on its way to a decision. */
  private final class Verification {

    private final Call call;
    private final String header;
    private final long now;
    private final CompactToken token;
    private final Claims claims;
    private final Issuer issuer;

    Verification(Call call, String header, long now) throws TokenRejected {
      this.call = call;
      this.header = header;
      this.now = now;
      this.token = CompactToken.parse(header, SCHEME.length(), knownHeaders);
      this.claims = new Claims(token.claims());
      this.issuer = issuer(claims);
      if (!issuer.allows(token.algorithm())) {
        throw new TokenRejected("alg_not_allowed");
      }
    }

    Decision decide() throws TokenRejected {
      KeySet keys = issuer.keys().current();
      VerificationKey key = keys.isEmpty() ? null : key(keys);
      if (key != null) {
        return verify(key);
      }
      CompletionStage<KeySet> newer = issuer.keys().newer(token.keyId());
      if (newer == null) {
        return withoutKey(keys);
      }
      return Decision.pending(newer.thenApply(fetched -> decideLater()));
    }

    /** Decides on what has been fetched by now, and asks for nothing more. */
    private Decision decideLater() {
      try {
        KeySet keys = issuer.keys().current();
        VerificationKey key = keys.isEmpty() ? null : key(keys);
        return key != null ? verify(key) : withoutKey(keys);
      } catch (TokenRejected e) {
        return invalidToken(e);
      }
    }

    private Decision withoutKey(KeySet keys) throws TokenRejected {
      if (keys.isEmpty()) {
        meters.rejected("keys_unavailable");
        return Decision.refuse(challenges.keysUnavailable(), RULE, "keys_unavailable");
      }
      String keyId = token.keyId();
      if (keyId == null) {
        throw new TokenRejected("kid_required");
      }
      issuer.keys().isUnknown(keyId);
      throw new TokenRejected("kid_unknown");
    }

    /**
     * The one key that the token names, or the only one that fits; no key is tried after another.
     */
    private @Nullable VerificationKey key(KeySet keys) throws TokenRejected {
      String keyId = token.keyId();
      if (keyId == null) {
        VerificationKey only = keys.only(token.algorithm());
        if (only == null) {
          throw new TokenRejected("kid_required");
        }
        return only;
      }
      VerificationKey key = keys.find(keyId);
      if (key != null && !key.algorithms().contains(token.algorithm())) {
        throw new TokenRejected("key_alg_mismatch");
      }
      return key;
    }

    private Decision verify(VerificationKey key) throws TokenRejected {
      if (!token.isSignedBy(key)) {
        throw new TokenRejected("signature_invalid");
      }
      knownHeaders.keep(token.header());
      VerifiedToken verified = issuer.accept(token, claims, key, now);
      if (issuer.isCached()) {
        cache.keep(header, verified, now);
      }
      meters.verified(issuer.name(), token.algorithm());
      return proceed(call, verified);
    }

    private Issuer issuer(Claims claims) throws TokenRejected {
      String value = claims.text("iss");
      Issuer found = value == null ? null : issuers.get(value);
      if (found == null) {
        throw new TokenRejected("issuer_unknown");
      }
      return found;
    }
  }
}
