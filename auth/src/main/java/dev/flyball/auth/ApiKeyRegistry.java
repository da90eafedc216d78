// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Time;
import dev.flyball.auth.ApiKey.Status;
import dev.flyball.auth.ApiKey.Version;
import dev.flyball.auth.ApiKeyStore.Stored;
import dev.flyball.auth.internal.apikey.KeyFormat;
import dev.flyball.auth.internal.apikey.SecretHash;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Issues, rotates and revokes API keys.
 *
 * <p>A service that has API keys offers one: {@code governor.find(ApiKeyRegistry.class)}. For a
 * file there is also a program, {@link ApiKeys}. The text of a key is in what {@link #issue} and
 * {@link #rotate} return, and nowhere else: nobody can read it again later.
 *
 * <pre>{@code
 * registry
 *     .issue(new ApiKeyRegistry.Request("team-billing", Set.of("orders"), Duration.ofDays(90)))
 *     .thenAccept(issued -> show(issued.text()));
 * }</pre>
 *
 * <p>Thread-safe. Of two rotations at one time one wins, and the other fails; a revocation wins
 * against both.
 */
public final class ApiKeyRegistry {

  /**
   * What a new key is to be.
   *
   * @param owner who is calling
   * @param client the program that calls; null where it does not matter
   * @param scopes what the caller may do
   * @param services where the key may be used
   * @param networks from where it may be used; empty for anywhere
   * @param lifetime how long its secret works
   */
  public record Request(
      String owner,
      @Nullable String client,
      Set<String> scopes,
      Set<String> services,
      List<String> networks,
      Duration lifetime) {

    /** Copies. */
    public Request {
      Objects.requireNonNull(owner, "owner");
      Objects.requireNonNull(lifetime, "lifetime");
      scopes = Set.copyOf(scopes);
      services = Set.copyOf(services);
      networks = List.copyOf(networks);
    }

    /**
     * A key without scopes, for use from anywhere.
     *
     * @param owner who is calling
     * @param services where the key may be used
     * @param lifetime how long its secret works
     */
    public Request(String owner, Set<String> services, Duration lifetime) {
      this(owner, null, Set.of(), services, List.of(), lifetime);
    }
  }

  /**
   * A key whose secret is new.
   *
   * @param text what the caller sends: a secret
   * @param key what is kept of it
   */
  public record Issued(String text, ApiKey key) {

    /**
     * The id of the key.
     *
     * @return text for messages, without the secret
     */
    @Override
    public String toString() {
      return "the key " + key.id();
    }
  }

  private static final int ATTEMPTS = 16;

  private final Supplier<ApiKeyStore> store;
  private final KeyFormat format;
  private final SecretHash hash;
  private final Duration maxLifetime;
  private final Time time;
  private final SecureRandom random = new SecureRandom();

  ApiKeyRegistry(
      Supplier<ApiKeyStore> store,
      KeyFormat format,
      SecretHash hash,
      Duration maxLifetime,
      Time time) {
    this.store = store;
    this.format = format;
    this.hash = hash;
    this.maxLifetime = maxLifetime;
    this.time = time;
  }

  /**
   * Makes a key.
   *
   * @param request what it is to be
   * @return completes with the key and its text
   * @throws IllegalArgumentException if the request makes no key, or one that lives too long
   */
  public CompletionStage<Issued> issue(Request request) {
    requireLifetime(request.lifetime());
    String id = KeyFormat.newId(random);
    String secret = KeyFormat.newSecret(random);
    ApiKey key =
        new ApiKey(
            id,
            request.owner(),
            request.client(),
            request.scopes(),
            request.services(),
            request.networks(),
            List.of(version(1, secret, request.lifetime())));
    return store
        .get()
        .compareAndSet(key, ApiKeyStore.ABSENT)
        .thenApply(written -> {
          requireWritten(written, id);
          return new Issued(format.text(id, secret), key);
        });
  }

  /**
   * Gives a key a new secret. The present one works on for a while, as one of grace; one that was
   * of grace before is gone.
   *
   * @param id the id of the key
   * @param grace how long the present secret works on, at most until it expires
   * @param lifetime how long the new one works
   * @return completes with the key and its new text; fails with {@link NoSuchElementException}
   *     where there is no such key, and with {@link IllegalStateException} where it is revoked or
   *     was changed meanwhile
   * @throws IllegalArgumentException if the new secret would live too long
   */
  public CompletionStage<Issued> rotate(String id, Duration grace, Duration lifetime) {
    requireLifetime(lifetime);
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace is " + grace + " (expected: zero or more)");
    }
    String secret = KeyFormat.newSecret(random);
    return find(id)
        .thenCompose(stored -> {
          ApiKey key = rotated(stored.key(), secret, grace, lifetime);
          return store
              .get()
              .compareAndSet(key, stored.version())
              .thenApply(written -> {
                requireWritten(written, id);
                return new Issued(format.text(id, secret), key);
              });
        });
  }

  private ApiKey rotated(ApiKey key, String secret, Duration grace, Duration lifetime) {
    Version present = key.newest();
    if (present.status() != Status.ACTIVE) {
      throw new IllegalStateException(
          "the key " + key.id() + " is revoked (expected: one that works; issue another)");
    }
    List<Version> versions = new ArrayList<>();
    versions.add(version(present.number() + 1, secret, lifetime));
    Instant end = now().plus(grace);
    if (end.isAfter(present.created())) {
      Instant expires = end.isBefore(present.expires()) ? end : present.expires();
      versions.add(present.with(Status.GRACE, expires));
    }
    return key.with(versions);
  }

  /**
   * Ends a key at once, with all its secrets.
   *
   * @param id the id of the key
   * @return completes with the revoked key; fails with {@link NoSuchElementException} where there
   *     is no such key
   */
  public CompletionStage<ApiKey> revoke(String id) {
    return change(id, key -> key.with(revoked(key, Status.ACTIVE, Status.GRACE)), ATTEMPTS);
  }

  /**
   * Ends the grace of the secret before the present one.
   *
   * @param id the id of the key
   * @return completes with the key; fails with {@link NoSuchElementException} where there is no
   *     such key
   */
  public CompletionStage<ApiKey> revokePrevious(String id) {
    return change(id, key -> key.with(revoked(key, Status.GRACE)), ATTEMPTS);
  }

  private static List<Version> revoked(ApiKey key, Status... those) {
    List<Version> versions = new ArrayList<>();
    for (Version version : key.versions()) {
      boolean one = List.of(those).contains(version.status());
      versions.add(one ? version.with(Status.REVOKED, version.expires()) : version);
    }
    return versions;
  }

  /**
   * All keys.
   *
   * @return completes with what is kept of them, in the order of their ids
   */
  public CompletionStage<List<ApiKey>> list() {
    return store
        .get()
        .list()
        .thenApply(stored ->
            stored.stream()
                .map(Stored::key)
                .sorted(java.util.Comparator.comparing(ApiKey::id))
                .toList());
  }

  /** Changes a key, again as long as others do. */
  private CompletionStage<ApiKey> change(String id, UnaryOperator<ApiKey> change, int attempts) {
    return find(id)
        .thenCompose(stored -> {
          ApiKey key = change.apply(stored.key());
          if (key.equals(stored.key())) {
            return CompletableFuture.completedFuture(key);
          }
          return store
              .get()
              .compareAndSet(key, stored.version())
              .thenCompose(written -> {
                if (!written && attempts > 1) {
                  return change(id, change, attempts - 1);
                }
                requireWritten(written, id);
                return CompletableFuture.completedFuture(key);
              });
        });
  }

  private CompletionStage<Stored> find(String id) {
    return store
        .get()
        .list()
        .thenApply(all -> {
          for (Stored stored : all) {
            if (stored.key().id().equals(id)) {
              return stored;
            }
          }
          throw new NoSuchElementException(
              "there is no key " + shown(id) + " (expected: the id of one of " + all.size() + ")");
        });
  }

  /** What was asked for may be the text of a key: then its secret must not get into a message. */
  private static String shown(String id) {
    return KeyFormat.isId(id) ? id : "of that id";
  }

  private Version version(int number, String secret, Duration lifetime) {
    Instant now = now();
    return new Version(number, hash.of(secret), Status.ACTIVE, now, now.plus(lifetime));
  }

  private Instant now() {
    return Instant.ofEpochSecond(time.currentTimeMillis() / 1_000);
  }

  private void requireLifetime(Duration lifetime) {
    if (lifetime.toSeconds() < 1 || lifetime.compareTo(maxLifetime) > 0) {
      throw new IllegalArgumentException(
          "lifetime is "
              + lifetime
              + " (expected: at most "
              + maxLifetime
              + ", as "
              + ApiKeySettings.MAX_LIFETIME.key()
              + " says)");
    }
  }

  private static void requireWritten(boolean written, String id) {
    if (!written) {
      throw new IllegalStateException(
          "the key "
              + id
              + " was changed by somebody else meanwhile (expected: one at a time;"
              + " look at it and try again)");
    }
  }
}
