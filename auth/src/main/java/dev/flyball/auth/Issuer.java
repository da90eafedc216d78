// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Principal;
import dev.flyball.auth.internal.binding.Confirmation;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.Claims;
import dev.flyball.auth.internal.jose.CompactToken;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.auth.internal.jose.VerificationKey;
import dev.flyball.auth.internal.keys.IssuerKeys;
import dev.flyball.settings.Settings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One trusted issuer: what its tokens must say, and what of it becomes the principal. Immutable.
 */
final class Issuer {

  /** Claims that only ID tokens have (RFC 8725, section 3.12). */
  private static final List<String> OF_ID_TOKENS = List.of("nonce", "at_hash", "c_hash", "s_hash");

  /** What logout tokens and others that tell of something have (RFC 8417). */
  private static final String OF_EVENTS = "events";

  /** What some issuers call a token that is for services, and not for them alone. */
  private static final Set<String> USES = Set.of("access_token", "access");

  private final String name;
  private final String value;
  private final Set<String> audience;
  private final List<String> audienceClaims;
  private final int maxAudiences;
  private final Set<Algorithm> algorithms;
  private final Set<String> types;
  private final boolean tellsTypesApart;
  private final long skewSeconds;
  private final long maxLifetimeSeconds;
  private final List<String> subjectClaims;
  private final List<String> clientClaims;
  private final Set<String> clients;
  private final String scopesClaim;
  private final List<String> rolesClaims;
  private final @Nullable String tenantClaim;
  private final ClaimDemands demandsOfKind;
  private final ClaimDemands demandsOfProfile;
  private final ClaimDemands demands;
  private final boolean cached;
  private final IssuerKeys keys;

  Issuer(String name, Settings settings, IssuerKeys keys) {
    IssuerOptions options = new IssuerOptions(name, settings);
    this.name = name;
    this.value = options.get(AuthSettings.ISSUER);
    this.audience = Set.copyOf(options.audience());
    this.audienceClaims = options.audienceClaims();
    this.maxAudiences = options.get(AuthSettings.MAX_AUDIENCES);
    this.algorithms = options.algorithms();
    this.types = options.types();
    this.tellsTypesApart = options.tellsTypesApart();
    this.skewSeconds = options.get(AuthSettings.CLOCK_SKEW).toSeconds();
    this.maxLifetimeSeconds = options.get(AuthSettings.MAX_LIFETIME).toSeconds();
    this.subjectClaims = options.get(AuthSettings.SUBJECT_CLAIM);
    this.clientClaims = options.clientClaims();
    this.clients = options.clients();
    this.scopesClaim = options.scopesClaim();
    this.rolesClaims = options.rolesClaims();
    this.tenantClaim = options.tenantClaim();
    this.demandsOfKind = options.demandsOfKind();
    this.demandsOfProfile = options.demandsOfProfile();
    this.demands = options.demands();
    this.cached = options.get(AuthSettings.CACHE);
    this.keys = keys;
  }

  /** What the user calls it. */
  String name() {
    return name;
  }

  /** The exact value of {@code iss}. */
  String value() {
    return value;
  }

  IssuerKeys keys() {
    return keys;
  }

  boolean isCached() {
    return cached;
  }

  boolean allows(Algorithm algorithm) {
    return algorithms.contains(algorithm);
  }

  /** Checks everything that a verified token says of itself. */
  VerifiedToken accept(CompactToken token, Claims claims, VerificationKey key, long nowSeconds)
      throws TokenRejected {
    requireType(token, claims);
    return accept(claims, key, "jwt", nowSeconds);
  }

  /** Checks everything that the issuer itself has just said of an opaque token (RFC 7662). */
  VerifiedToken acceptAnswer(Claims answer, long nowSeconds) throws TokenRejected {
    String issuer = answer.text("iss");
    if (issuer != null && !issuer.equals(value)) {
      throw new TokenRejected("issuer_unknown");
    }
    String type = answer.text("token_type");
    if (type != null && !type.equalsIgnoreCase("Bearer") && !type.equalsIgnoreCase("DPoP")) {
      throw new TokenRejected("token_type");
    }
    String use = answer.text("token_use");
    if (use != null && !USES.contains(use)) {
      throw new TokenRejected("token_type");
    }
    if (type != null && type.equalsIgnoreCase("DPoP") && !answer.has("cnf")) {
      throw new TokenRejected("dpop_required");
    }
    return accept(answer, null, "opaque", nowSeconds);
  }

  private VerifiedToken accept(
      Claims claims, @Nullable VerificationKey key, String method, long nowSeconds)
      throws TokenRejected {
    if (!demandsOfKind.areMetBy(claims)) {
      throw new TokenRejected("token_type");
    }
    Confirmation confirmation = Confirmation.of(claims);
    Long expires = claims.seconds("exp");
    Long notBefore = claims.seconds("nbf");
    Long issued = claims.seconds("iat");
    if (expires == null) {
      throw new TokenRejected("claim_type");
    }
    requireLifetime(expires, issued, nowSeconds);
    List<String> audiences = audiences(claims);
    requireAudience(audiences);
    long from = Math.max(notBefore == null ? 0 : notBefore, issued == null ? 0 : issued);
    Principal principal = principal(claims, method, expires);
    requireDemands(claims);
    VerifiedToken verified =
        new VerifiedToken(this, key, principal, confirmation, audiences, from, expires);
    verified.requireTime(nowSeconds);
    return verified;
  }

  /** Whether a moment is still before the end of a token. */
  boolean isBeforeEnd(long nowSeconds, long expires) {
    return nowSeconds < expires + skewSeconds;
  }

  /** Whether a moment is after the beginning of a token. */
  boolean isAfterStart(long nowSeconds, long from) {
    return nowSeconds >= from - skewSeconds;
  }

  void requireAudience(List<String> audiences) throws TokenRejected {
    for (String each : audiences) {
      if (audience.contains(each)) {
        return;
      }
    }
    throw new TokenRejected("audience");
  }

  private void requireType(CompactToken token, Claims claims) throws TokenRejected {
    String type = token.type() == null ? "jwt" : token.type();
    if (!types.contains(type)) {
      throw new TokenRejected("token_type");
    }
    if (!type.equals("at+jwt") && isOfAnotherKind(claims)) {
      throw new TokenRejected("token_type");
    }
  }

  private boolean isOfAnotherKind(Claims claims) {
    if (tellsTypesApart) {
      return claims.has(OF_EVENTS);
    }
    for (String claim : OF_ID_TOKENS) {
      if (claims.has(claim)) {
        return true;
      }
    }
    return claims.has(OF_EVENTS);
  }

  private List<String> audiences(Claims claims) throws TokenRejected {
    for (String claim : audienceClaims) {
      if (claims.has(claim)) {
        List<String> audiences = claims.audience(claim);
        if (audiences.size() > maxAudiences) {
          throw new TokenRejected("audience");
        }
        return audiences;
      }
    }
    return List.of();
  }

  private void requireDemands(Claims claims) throws TokenRejected {
    if (!demandsOfProfile.areMetBy(claims) || !demands.areMetBy(claims)) {
      throw new TokenRejected("claim_required");
    }
  }

  private void requireLifetime(long expires, @Nullable Long issued, long nowSeconds)
      throws TokenRejected {
    long start = issued == null ? nowSeconds : issued;
    if (issued != null && issued >= expires) {
      throw new TokenRejected("lifetime");
    }
    if (expires - start > maxLifetimeSeconds) {
      throw new TokenRejected("lifetime");
    }
  }

  private Principal principal(Claims claims, String method, long expires) throws TokenRejected {
    String subject = claims.firstText(subjectClaims);
    if (subject == null) {
      throw new TokenRejected("claim_type");
    }
    String client = claims.firstText(clientClaims);
    if (!clients.isEmpty() && (client == null || !clients.contains(client))) {
      throw new TokenRejected("client_not_allowed");
    }
    return Principal.builder(subject, value)
        .client(client)
        .tenant(tenantClaim == null ? null : claims.text(tenantClaim))
        .scopes(claims.words(scopesClaim))
        .roles(roles(claims))
        .credential(method, claims.text("jti"))
        .expiresAt(expires)
        .actor(claims.member("act", "sub"))
        .claims(claims.all())
        .build();
  }

  private Set<String> roles(Claims claims) {
    if (rolesClaims.size() == 1) {
      return claims.words(rolesClaims.get(0));
    }
    Set<String> roles = new HashSet<>();
    rolesClaims.forEach(claim -> roles.addAll(claims.words(claim)));
    return roles;
  }
}
