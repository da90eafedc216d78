// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.IpBlocks;
import dev.flyball.auth.internal.apikey.KeyFormat;
import dev.flyball.auth.internal.apikey.SecretHash;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an API key: whose it is, what it may be used for, and hashes of its secrets;
 * never a secret.
 *
 * <p>A key has one secret, or two while it is rotated. {@link ApiKeyRegistry} makes and changes
 * keys, an {@link ApiKeyStore} keeps them. Immutable.
 *
 * @param id by which the key is found: twelve letters and digits, part of its text
 * @param owner who is calling: the subject of the principal
 * @param client the program that calls; null where it does not matter
 * @param scopes what the caller may do, as scopes of RFC 6749
 * @param services where the key may be used: names of services, at least one
 * @param networks from where it may be used: IP addresses and CIDR blocks; empty for anywhere
 * @param versions its secrets, the newest first: one or two
 */
public record ApiKey(
    String id,
    String owner,
    @Nullable String client,
    Set<String> scopes,
    Set<String> services,
    List<String> networks,
    List<Version> versions) {

  /** What a secret of a key is good for. */
  public enum Status {
    /** It is the one to use. */
    ACTIVE,
    /** It still works, and its users are told to change to the newer one. */
    GRACE,
    /** It does not work any more. */
    REVOKED
  }

  /**
   * One secret of a key.
   *
   * @param number counts the secrets of the key, from 1
   * @param hash {@code sha256:} or {@code hmac-sha256:} and the hash in base64url
   * @param status what it is good for
   * @param created when it was made
   * @param expires from when on it does not work
   */
  public record Version(int number, String hash, Status status, Instant created, Instant expires) {

    /** Checks that the hash is one. */
    public Version {
      require(number > 0, "number is " + number, "1 or more");
      require(
          SecretHash.kept(hash) != null,
          "hash is none",
          "sha256: or hmac-sha256: and 32 bytes in base64url");
      Objects.requireNonNull(status, "status");
      require(
          expires.isAfter(created),
          "it expires at " + expires,
          "later than it was created, at " + created);
    }

    Version with(Status next, Instant end) {
      return new Version(number, hash, next, created, end);
    }

    /**
     * Everything but the hash.
     *
     * @return text for messages
     */
    @Override
    public String toString() {
      return "version " + number + " " + status + " from " + created + " to " + expires;
    }
  }

  private static final int MOST_VERSIONS = 2;
  private static final int LONGEST_NAME = 256;
  private static final Pattern TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}");

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if anything is not as described
   */
  public ApiKey {
    require(KeyFormat.isId(id), "id is " + shown(id), "twelve letters and digits");
    require(isName(owner), "owner is " + shown(owner), "a name without control characters");
    require(
        client == null || isName(client),
        "client is " + shown(client),
        "a name without control characters");
    scopes = Set.copyOf(scopes);
    services = Set.copyOf(services);
    networks = List.copyOf(networks);
    versions = List.copyOf(versions);
    for (String scope : scopes) {
      require(TOKEN.matcher(scope).matches(), "a scope is " + shown(scope), "one of RFC 6749");
    }
    require(!services.isEmpty(), "it is for no service", "at least one");
    for (String service : services) {
      require(TOKEN.matcher(service).matches(), "a service is " + shown(service), "a name");
    }
    for (String network : networks) {
      require(
          IpBlocks.areBlocks(List.of(network)),
          "a network is " + shown(network),
          "an IP address or a CIDR block");
    }
    requireOrdered(versions);
  }

  private static void requireOrdered(List<Version> versions) {
    require(
        !versions.isEmpty() && versions.size() <= MOST_VERSIONS,
        "it has " + versions.size() + " versions",
        "one or two");
    for (int i = 1; i < versions.size(); i++) {
      require(
          versions.get(i).number() < versions.get(i - 1).number(),
          "its versions are " + versions,
          "the newest first");
      require(
          versions.get(i).status() != Status.ACTIVE,
          "its older version is active",
          "only the newest");
    }
  }

  ApiKey with(List<Version> next) {
    return new ApiKey(id, owner, client, scopes, services, networks, next);
  }

  /** The secret to use. */
  Version newest() {
    return versions.get(0);
  }

  private static void require(boolean holds, String found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(found + " (expected: " + expected + ")");
    }
  }

  private static boolean isName(String text) {
    boolean plain = !text.isBlank() && text.length() <= LONGEST_NAME;
    for (int i = 0; plain && i < text.length(); i++) {
      plain = !Character.isISOControl(text.charAt(i));
    }
    return plain;
  }

  /** A text that may be anything, fit for one line. */
  private static String shown(@Nullable String text) {
    String value = String.valueOf(text);
    String start = value.length() > 64 ? value.substring(0, 64) + "..." : value;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
