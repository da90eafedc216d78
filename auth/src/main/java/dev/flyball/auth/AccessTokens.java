// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Problem;
import dev.flyball.auth.internal.binding.SenderBinding;
import dev.flyball.auth.internal.introspection.Introspection;
import dev.flyball.auth.internal.jose.Claims;
import dev.flyball.auth.internal.jose.CompactToken;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.jose.KnownHeaders;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.auth.internal.jose.VerificationKey;
import dev.flyball.auth.internal.revocation.RevocationList;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: recognised where the same bytes were verified before, else verified; those that
 * are no JWT are asked about, where there is somebody to ask. Thread-safe.
 */
final class AccessTokens {

  private final Map<String, Issuer> issuers;
  private final @Nullable OpaqueTokens opaque;
  private final TokenCache cache;
  private final KnownHeaders knownHeaders = new KnownHeaders();
  private final RevocationList revocations;
  private final SenderBinding binding;
  private final AuthMeters meters;
  private final Challenges challenges;
  private final int limit;

  /**
   * What tells valid tokens from others.
   *
   * @param issuers by the exact value of {@code iss}
   * @param opaque what knows of tokens that are no JWT; null where these are refused
   * @param revocations what was taken back
   * @param binding decides on tokens that are bound to their sender
   * @param limit the longest token that is looked at
   */
  AccessTokens(
      Map<String, Issuer> issuers,
      @Nullable OpaqueTokens opaque,
      TokenCache cache,
      RevocationList revocations,
      SenderBinding binding,
      AuthMeters meters,
      Challenges challenges,
      int limit) {
    this.issuers = Map.copyOf(issuers);
    this.opaque = opaque;
    this.cache = cache;
    this.revocations = revocations;
    this.binding = binding;
    this.meters = meters;
    this.challenges = challenges;
    this.limit = limit;
  }

  /** The token of a header that was verified before; null where it is to be verified. */
  @Nullable VerifiedToken find(String header, long nowSeconds) {
    return cache.find(header, nowSeconds);
  }

  /**
   * Whether a token was verified before and may be good still, so that it is no guess; also where
   * it has to be verified again.
   */
  boolean isKnown(String header, long nowSeconds) {
    if (find(header, nowSeconds) != null) {
      return true;
    }
    VerifiedToken stale = cache.findStale(header);
    try {
      if (stale != null) {
        stale.recheck(nowSeconds);
      }
      return stale != null;
    } catch (TokenRejected e) {
      return false;
    }
  }

  /** Decides on a token that was found. */
  Decision again(Call call, String header, VerifiedToken known, long nowSeconds) {
    try {
      known.recheck(nowSeconds);
    } catch (TokenRejected e) {
      cache.forget(header);
      boolean noKeys =
          e.reason().equals("key_removed") && known.issuer().keys().current().isEmpty();
      return noKeys ? keysUnavailable() : invalidToken(header, e);
    }
    meters.recognised();
    return proceed(call, header, known);
  }

  /**
   * Decides on a token that is seen for the first time.
   *
   * @param header the whole value of the header
   * @param from where in it the token begins
   */
  Decision first(Call call, String header, int from, long nowSeconds) {
    try {
      if (header.length() - from > limit) {
        throw new TokenRejected("too_large");
      }
      if (opaque != null && OpaqueTokens.isOpaque(header, from)) {
        return ask(opaque, call, header, from, nowSeconds);
      }
      return new Verification(call, header, from, nowSeconds).decide();
    } catch (TokenRejected e) {
      return invalidToken(header, e);
    }
  }

  private Decision ask(OpaqueTokens tokens, Call call, String header, int from, long nowSeconds) {
    return Decision.pending(
        tokens
            .ask(header.substring(from))
            .thenApply(reply -> answered(tokens, call, header, reply, nowSeconds)));
  }

  private Decision answered(
      OpaqueTokens tokens, Call call, String header, OpaqueTokens.Reply reply, long nowSeconds) {
    Introspection.Answer answer = reply.answer();
    if (answer == null) {
      meters.rejected(reply.refusal());
      return Decision.refuse(challenges.keysUnavailable(), AuthenticateStage.RULE, reply.refusal());
    }
    try {
      Claims claims = answer.claims();
      if (claims == null) {
        throw new TokenRejected("inactive");
      }
      Issuer issuer = tokens.issuer();
      VerifiedToken verified = issuer.acceptAnswer(claims, nowSeconds);
      if (issuer.isCached()) {
        cache.keep(header, verified, nowSeconds, tokens.keptSeconds(verified, nowSeconds));
      }
      meters.introspected(issuer.name());
      return proceed(call, header, verified);
    } catch (TokenRejected e) {
      return invalidToken(header, e);
    }
  }

  /** Lets a valid token in that was not taken back, if its sender holds what it is bound to. */
  private Decision proceed(Call call, String header, VerifiedToken token) {
    String refusal = revocations.refusal(token.principal());
    if (refusal != null) {
      return revoked(header, refusal);
    }
    if (token.confirmation() != null || SenderBinding.isDpop(header)) {
      return binding.decide(call, header, token.confirmation(), token.principal());
    }
    call.authenticated(token.principal());
    return Decision.proceed();
  }

  private Decision revoked(String header, String reason) {
    meters.rejected(reason);
    boolean unknown = reason.equals("revocation_unavailable");
    return Decision.refuse(
        unknown ? challenges.keysUnavailable() : invalidToken(header),
        AuthenticateStage.RULE,
        reason);
  }

  private Decision invalidToken(String header, TokenRejected rejected) {
    cache.forget(header);
    meters.rejected(rejected.reason());
    return Decision.refuse(invalidToken(header), AuthenticateStage.RULE, rejected.reason());
  }

  /** What is said in the scheme in which the token came. */
  private Problem invalidToken(String header) {
    return SenderBinding.isDpop(header) ? binding.invalidToken() : challenges.invalidToken();
  }

  private Decision keysUnavailable() {
    meters.rejected("keys_unavailable");
    return Decision.refuse(
        challenges.keysUnavailable(), AuthenticateStage.RULE, "keys_unavailable");
  }

  /** One token that has not been seen before, on its way to a decision. */
  private final class Verification {

    private final Call call;
    private final String header;
    private final long now;
    private final CompactToken token;
    private final Claims claims;
    private final Issuer issuer;

    Verification(Call call, String header, int from, long now) throws TokenRejected {
      this.call = call;
      this.header = header;
      this.now = now;
      this.token = CompactToken.parse(header, from, knownHeaders);
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
        return invalidToken(header, e);
      }
    }

    private Decision withoutKey(KeySet keys) throws TokenRejected {
      if (keys.isEmpty()) {
        return keysUnavailable();
      }
      String keyId = token.keyId();
      if (keyId == null) {
        throw new TokenRejected("kid_required");
      }
      if (issuer.keys().isUnreachable()) {
        return keysUnavailable(); // the key may be one that nobody could be asked about
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
      return proceed(call, header, verified);
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
