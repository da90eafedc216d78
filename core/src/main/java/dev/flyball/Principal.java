// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as a valid credential says.
 *
 * <p>Immutable. {@link #toString()} shows no claim beyond subject and issuer.
 */
public final class Principal {

  private final String subject;
  private final String issuer;
  private final @Nullable String client;
  private final @Nullable String tenant;
  private final Set<String> scopes;
  private final Set<String> roles;
  private final String method;
  private final @Nullable String credentialId;
  private final long expiresAt;
  private final @Nullable String actor;
  private final Map<String, Object> claims;

  private Principal(Builder builder) {
    subject = builder.subject;
    issuer = builder.issuer;
    client = builder.client;
    tenant = builder.tenant;
    scopes = Set.copyOf(builder.scopes);
    roles = Set.copyOf(builder.roles);
    method = builder.method;
    credentialId = builder.credentialId;
    expiresAt = builder.expiresAt;
    actor = builder.actor;
    claims = Map.copyOf(builder.claims);
  }

  /**
   * Starts a principal.
   *
   * @param subject who is calling, unique within the issuer
   * @param issuer who says so
   * @return a builder
   */
  public static Builder builder(String subject, String issuer) {
    return new Builder(subject, issuer);
  }

  /**
   * Who is calling ({@code sub} of RFC 7519), unique within the issuer.
   *
   * @return never empty
   */
  public String subject() {
    return subject;
  }

  /**
   * Who vouches for the caller ({@code iss}).
   *
   * @return the issuer
   */
  public String issuer() {
    return issuer;
  }

  /**
   * The program that calls ({@code client_id} of RFC 9068, or {@code azp}).
   *
   * @return null where the credential does not say
   */
  public @Nullable String client() {
    return client;
  }

  /**
   * The customer or organisation of the caller.
   *
   * @return null where the credential does not say
   */
  public @Nullable String tenant() {
    return tenant;
  }

  /**
   * The scopes that were granted.
   *
   * @return exact values, case-sensitive
   */
  public Set<String> scopes() {
    return scopes;
  }

  /**
   * The roles that the caller has.
   *
   * @return exact values, case-sensitive
   */
  public Set<String> roles() {
    return roles;
  }

  /**
   * How the caller authenticated.
   *
   * @return for example {@code jwt}
   */
  public String method() {
    return method;
  }

  /**
   * Which credential it was: the id of a token or key, never the secret.
   *
   * @return null where the credential has none
   */
  public @Nullable String credentialId() {
    return credentialId;
  }

  /**
   * When the credential stops to be valid.
   *
   * @return seconds since 1970-01-01T00:00:00Z, {@link Long#MAX_VALUE} for never
   */
  public long expiresAt() {
    return expiresAt;
  }

  /**
   * Who acts for the subject ({@code act} of RFC 8693).
   *
   * @return null where nobody does
   */
  public @Nullable String actor() {
    return actor;
  }

  /**
   * The claims of the credential, for policies.
   *
   * @return values as in the JSON of the credential: texts, numbers, truth values, lists and maps
   */
  public Map<String, Object> claims() {
    return claims;
  }

  /**
   * Subject and issuer.
   *
   * @return text for debugging
   */
  @Override
  public String toString() {
    return subject + " of " + issuer;
  }

  /** Gathers what a credential says. Not thread-safe. */
  public static final class Builder {

    private final String subject;
    private final String issuer;
    private @Nullable String client;
    private @Nullable String tenant;
    private Set<String> scopes = Set.of();
    private Set<String> roles = Set.of();
    private String method = "unknown";
    private @Nullable String credentialId;
    private long expiresAt = Long.MAX_VALUE;
    private @Nullable String actor;
    private Map<String, Object> claims = Map.of();

    private Builder(String subject, String issuer) {
      this.subject = Objects.requireNonNull(subject, "subject");
      this.issuer = Objects.requireNonNull(issuer, "issuer");
    }

    /**
     * Sets the program that calls.
     *
     * @param client its id, or null
     * @return this builder
     */
    public Builder client(@Nullable String client) {
      this.client = client;
      return this;
    }

    /**
     * Sets the customer or organisation.
     *
     * @param tenant its id, or null
     * @return this builder
     */
    public Builder tenant(@Nullable String tenant) {
      this.tenant = tenant;
      return this;
    }

    /**
     * Sets the scopes.
     *
     * @param scopes the granted scopes; copied
     * @return this builder
     */
    public Builder scopes(Set<String> scopes) {
      this.scopes = scopes;
      return this;
    }

    /**
     * Sets the roles.
     *
     * @param roles the roles; copied
     * @return this builder
     */
    public Builder roles(Set<String> roles) {
      this.roles = roles;
      return this;
    }

    /**
     * Sets how and with which credential the caller authenticated.
     *
     * @param method for example {@code jwt}
     * @param credentialId the id of the token or key, or null
     * @return this builder
     */
    public Builder credential(String method, @Nullable String credentialId) {
      this.method = method;
      this.credentialId = credentialId;
      return this;
    }

    /**
     * Sets when the credential stops to be valid.
     *
     * @param epochSeconds seconds since 1970-01-01T00:00:00Z
     * @return this builder
     */
    public Builder expiresAt(long epochSeconds) {
      this.expiresAt = epochSeconds;
      return this;
    }

    /**
     * Sets who acts for the subject.
     *
     * @param actor the subject of the actor, or null
     * @return this builder
     */
    public Builder actor(@Nullable String actor) {
      this.actor = actor;
      return this;
    }

    /**
     * Sets the claims.
     *
     * @param claims values without nulls; copied
     * @return this builder
     */
    public Builder claims(Map<String, Object> claims) {
      this.claims = claims;
      return this;
    }

    /**
     * Ends the principal.
     *
     * @return the principal
     */
    public Principal build() {
      return new Principal(this);
    }
  }
}
