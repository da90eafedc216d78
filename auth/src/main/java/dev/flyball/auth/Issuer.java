// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Principal;
import dev.flyball.auth.internal.binding.Confirmation;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.Claims;
import dev.flyball.auth.internal.jose.CompactToken;
import dev.flyball.auth.internal.jose.TokenHeader;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.auth.internal.jose.VerificationKey;
import dev.flyball.auth.internal.keys.JwksSource;
import dev.flyball.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One trusted issuer: what its tokens must say, and what of it becomes the principal. Immutable.
 */
final class Issuer {

  /** Claims that only ID tokens, logout tokens and other events have (RFC 8725, section 3.12). */
  private static final List<String> OF_OTHER_TOKENS =
      List.of("nonce", "at_hash", "c_hash", "s_hash", "events");

  private final String name;
  private final String value;
  private final Set<String> audience;
  private final Set<Algorithm> algorithms;
  private final Set<String> types;
  private final long skewSeconds;
  private final long maxLifetimeSeconds;
  private final String scopesClaim;
  private final String rolesClaim;
  private final @Nullable String tenantClaim;
  private final boolean cached;
  private final JwksSource keys;

  Issuer(String name, Settings settings, JwksSource keys) {
    this.name = name;
    this.value = Objects.requireNonNull(settings.get(AuthSettings.ISSUER.named(name)));
    this.audience =
        Set.copyOf(Objects.requireNonNull(settings.get(AuthSettings.AUDIENCE.named(name))));
    this.algorithms = algorithms(settings.get(AuthSettings.ALGORITHMS.named(name)));
    this.types =
        Objects.requireNonNull(settings.get(AuthSettings.TYPES.named(name))).stream()
            .map(TokenHeader::shortType)
            .collect(Collectors.toSet());
    this.skewSeconds = seconds(settings.get(AuthSettings.CLOCK_SKEW.named(name)));
    this.maxLifetimeSeconds = seconds(settings.get(AuthSettings.MAX_LIFETIME.named(name)));
    this.scopesClaim = Objects.requireNonNull(settings.get(AuthSettings.SCOPES_CLAIM.named(name)));
    this.rolesClaim = Objects.requireNonNull(settings.get(AuthSettings.ROLES_CLAIM.named(name)));
    this.tenantClaim = settings.get(AuthSettings.TENANT_CLAIM.named(name));
    this.cached = Boolean.TRUE.equals(settings.get(AuthSettings.CACHE.named(name)));
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

  JwksSource keys() {
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
    Confirmation confirmation = Confirmation.of(claims);
    Long expires = claims.seconds("exp");
    Long notBefore = claims.seconds("nbf");
    Long issued = claims.seconds("iat");
    if (expires == null) {
      throw new TokenRejected("claim_type");
    }
    requireLifetime(expires, issued, nowSeconds);
    List<String> audiences = claims.audience();
    requireAudience(audiences);
    long from = Math.max(notBefore == null ? 0 : notBefore, issued == null ? 0 : issued);
    Principal principal = principal(claims, expires);
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
    if (!type.equals("at+jwt")) {
      for (String claim : OF_OTHER_TOKENS) {
        if (claims.has(claim)) {
          throw new TokenRejected("token_type");
        }
      }
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

  private Principal principal(Claims claims, long expires) throws TokenRejected {
    String subject = claims.text("sub");
    if (subject == null) {
      throw new TokenRejected("claim_type");
    }
    String client = claims.text("client_id");
    return Principal.builder(subject, value)
        .client(client != null ? client : claims.text("azp"))
        .tenant(tenantClaim == null ? null : claims.text(tenantClaim))
        .scopes(claims.words(scopesClaim))
        .roles(claims.words(rolesClaim))
        .credential("jwt", claims.text("jti"))
        .expiresAt(expires)
        .actor(claims.member("act", "sub"))
        .claims(claims.all())
        .build();
  }

  private static Set<Algorithm> algorithms(@Nullable List<String> names) {
    return Objects.requireNonNull(names).stream()
        .map(each -> Objects.requireNonNull(Algorithm.of(each)))
        .collect(Collectors.toSet());
  }

  private static long seconds(@Nullable Duration duration) {
    return Objects.requireNonNull(duration).toSeconds();
  }
}
