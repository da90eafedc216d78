// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Call;
import dev.flyball.IpBlocks;
import dev.flyball.Principal;
import dev.flyball.auth.ApiKey.Status;
import dev.flyball.auth.ApiKey.Version;
import dev.flyball.auth.internal.apikey.SecretHash;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An API key as calls need it: with everything worked out that can be before one comes. Immutable
 * but for the moment of its last use.
 */
final class KnownKey {

  /** One secret of a key, and who comes with it. */
  static final class Secret {

    private final SecretHash.Kept hash;
    private final Status status;
    private final long created;
    private final long end;
    private final @Nullable Principal principal;
    private final @Nullable String warning;

    /** A secret that nobody has. */
    private Secret(SecretHash hashes) {
      this.hash = hashes.none();
      this.status = Status.REVOKED;
      this.created = 0;
      this.end = 0;
      this.principal = null;
      this.warning = null;
    }

    private Secret(ApiKey key, Version version, Terms terms) {
      this.hash = Objects.requireNonNull(SecretHash.kept(version.hash()));
      this.status = version.status();
      this.created = version.created().getEpochSecond();
      this.end = Math.min(version.expires().getEpochSecond(), created + terms.maxLifetimeSeconds());
      this.principal =
          Principal.builder(key.owner(), terms.issuer())
              .client(key.client())
              .scopes(key.scopes())
              .credential("api-key", key.id())
              .expiresAt(end)
              .build();
      this.warning =
          status == Status.GRACE
              ? "@" + key.newest().created().getEpochSecond() + ";until=@" + end
              : null;
    }

    Principal principal() {
      return Objects.requireNonNull(principal);
    }

    /** What the caller is to be told while it works; null where nothing is. */
    @Nullable String warning() {
      return warning;
    }
  }

  /**
   * What a service asks of all keys.
   *
   * @param issuer stands for the issuer of principals
   * @param services what the service is called in keys
   * @param maxLifetimeSeconds how long a secret may live
   */
  record Terms(String issuer, List<String> services, long maxLifetimeSeconds) {}

  private static final int SECRETS = 2;

  /** How far the clock of who issues keys may be ahead. */
  private static final long SKEW_SECONDS = 120;

  /** Uses within this time are one. */
  private static final long ONE_USE_SECONDS = 60;

  private final @Nullable ApiKey key;
  private final Secret[] secrets;
  private final boolean isForThisService;
  private final IpBlocks networks;
  private volatile long lastUsed;
  private volatile long lastNoted;

  /** A key that nobody has: looking into it takes as long as into any other. */
  KnownKey(SecretHash hashes) {
    this.key = null;
    this.secrets = new Secret[] {new Secret(hashes), new Secret(hashes)};
    this.isForThisService = false;
    this.networks = IpBlocks.of(List.of());
  }

  KnownKey(ApiKey key, Terms terms, SecretHash hashes, @Nullable KnownKey before) {
    this.key = key;
    this.secrets = new Secret[SECRETS];
    for (int i = 0; i < SECRETS; i++) {
      secrets[i] =
          i < key.versions().size()
              ? new Secret(key, key.versions().get(i), terms)
              : new Secret(hashes);
    }
    this.isForThisService = terms.services().stream().anyMatch(key.services()::contains);
    this.networks = IpBlocks.of(key.networks());
    if (before != null) {
      this.lastUsed = before.lastUsed;
      this.lastNoted = before.lastNoted;
    }
  }

  boolean isOf(ApiKey other) {
    return other.equals(key);
  }

  boolean isPeppered() {
    boolean peppered = false;
    for (Secret secret : secrets) {
      peppered |= secret.hash.isPeppered();
    }
    return peppered;
  }

  /** The secret that came, null where it is none; all are compared whichever it is. */
  @Nullable Secret find(SecretHash.Presented presented) {
    Secret found = null;
    for (Secret each : secrets) {
      boolean matches = presented.matches(each.hash);
      found = matches ? each : found;
    }
    return found;
  }

  /** Why a secret of this key does not let a call in, as a stable word; null where it does. */
  @Nullable String refusal(Secret secret, Call call, long nowSeconds) {
    if (secret.status == Status.REVOKED) {
      return "revoked";
    }
    if (nowSeconds >= secret.end) {
      return "expired";
    }
    if (secret.created - SKEW_SECONDS > nowSeconds) {
      return "not_yet_valid";
    }
    if (!isForThisService) {
      return "audience";
    }
    return networks.isEmpty() || networks.contains(call.clientAddress()) ? null : "cidr";
  }

  void used(long nowSeconds) {
    if (nowSeconds - lastUsed >= ONE_USE_SECONDS) {
      lastUsed = nowSeconds;
    }
  }

  /** The moment of a use that has not been written down yet; 0 where there is none. */
  long newUse() {
    long moment = lastUsed;
    return moment > lastNoted ? moment : 0;
  }

  void noted(long moment) {
    lastNoted = moment;
  }
}
