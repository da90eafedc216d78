// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a token of an issuer without a request, well-formed or not.
 *
 * <p>What is not said is as in the tokens of the endpoint: an access token of RFC 9068 for the
 * default audience, issued now. A claim or header that is set goes into the token as it is, and
 * replaces what the other methods said.
 *
 * <pre>{@code
 * String token = issuer.token().subject("ada").scopes("orders:read").sign();
 * }</pre>
 *
 * <p>Not thread-safe. A builder may sign more than once; each token has its own {@code jti}.
 */
public final class TokenBuilder {

  private static final String CLIENT = "local-client";
  private static final int NO_PADDING = -1;

  private final TokenDefaults defaults;
  private final Members claims = new Members();
  private final Members headers = new Members();
  private final Map<String, Object> confirmation = new LinkedHashMap<>();
  private @Nullable Algorithm algorithm;
  private @Nullable SigningKey key;
  private @Nullable Instant issuedAt;
  private @Nullable Instant expiresAt;
  private Duration lifetime;
  private int size = NO_PADDING;

  TokenBuilder(TokenDefaults defaults) {
    this.defaults = defaults;
    this.lifetime = defaults.lifetime();
  }

  /**
   * Sets {@code sub}; {@code local-client} if not called.
   *
   * @param subject who the token is about
   * @return this builder
   */
  public TokenBuilder subject(String subject) {
    return claim("sub", subject);
  }

  /**
   * Sets {@code client_id}; {@code local-client} if not called.
   *
   * @param clientId who asked for the token
   * @return this builder
   */
  public TokenBuilder clientId(String clientId) {
    return claim("client_id", clientId);
  }

  /**
   * Sets {@code iss}; the issuer's own identifier if not called.
   *
   * @param issuer any text
   * @return this builder
   */
  public TokenBuilder issuer(String issuer) {
    return claim("iss", issuer);
  }

  /**
   * Sets {@code aud}: a string for one, a list for more or none.
   *
   * @param audience who the token is for
   * @return this builder
   */
  public TokenBuilder audience(String... audience) {
    return claim("aud", audience.length == 1 ? audience[0] : List.of(audience));
  }

  /**
   * Sets {@code scope}; there is none if not called.
   *
   * @param values joined by blanks
   * @return this builder
   */
  public TokenBuilder scopes(String... values) {
    return claim("scope", String.join(" ", values));
  }

  /**
   * Sets {@code roles}; there are none if not called.
   *
   * @param roles a list, also for one
   * @return this builder
   */
  public TokenBuilder roles(String... roles) {
    return claim("roles", List.of(roles));
  }

  /**
   * Binds the token to the key of a client (RFC 9449, section 6.1), in {@code cnf}.
   *
   * @param key its owner alone can use the token
   * @return this builder
   */
  public TokenBuilder boundTo(DpopKey key) {
    return confirmedBy("jkt", key.thumbprint());
  }

  /**
   * Binds the token to the certificate of a client (RFC 8705, section 3.1), in {@code cnf}; to a
   * key as well where {@link #boundTo(DpopKey)} was called.
   *
   * @param certificate with which its owner connects
   * @return this builder
   */
  public TokenBuilder boundTo(X509Certificate certificate) {
    return confirmedBy("x5t#S256", Certificates.thumbprint(certificate));
  }

  private TokenBuilder confirmedBy(String method, String value) {
    confirmation.put(method, value);
    return claim("cnf", Map.copyOf(confirmation));
  }

  /**
   * Sets a claim.
   *
   * @param name any name
   * @param value any value of JSON: null, a string, a number, a boolean, a list or map of these
   * @return this builder
   */
  public TokenBuilder claim(String name, @Nullable Object value) {
    claims.set(name, value);
    return this;
  }

  /**
   * Leaves a claim out.
   *
   * @param name its name
   * @return this builder
   */
  public TokenBuilder without(String name) {
    claims.remove(name);
    return this;
  }

  /**
   * Sets the end of the token from now on. A negative duration gives a token that has expired; it
   * was then issued one usual lifetime before its end, unless {@link #issuedAt} says otherwise.
   *
   * @param duration counted from the clock's now, not from {@link #issuedAt}
   * @return this builder
   */
  public TokenBuilder expiresIn(Duration duration) {
    this.lifetime = Objects.requireNonNull(duration, "duration");
    this.expiresAt = null;
    return this;
  }

  /**
   * Sets the end of the token.
   *
   * @param moment to the second
   * @return this builder
   */
  public TokenBuilder expiresAt(Instant moment) {
    this.expiresAt = Objects.requireNonNull(moment, "moment");
    return this;
  }

  /**
   * Sets the moment from which the token counts; there is none if not called.
   *
   * @param moment to the second
   * @return this builder
   */
  public TokenBuilder notBefore(Instant moment) {
    return claim("nbf", moment.getEpochSecond());
  }

  /**
   * Sets the moment at which the token was issued.
   *
   * @param moment to the second
   * @return this builder
   */
  public TokenBuilder issuedAt(Instant moment) {
    this.issuedAt = Objects.requireNonNull(moment, "moment");
    return this;
  }

  /**
   * Sets the header {@code typ}; {@code at+jwt} if not called.
   *
   * @param type any text
   * @return this builder
   */
  public TokenBuilder typ(String type) {
    return header("typ", type);
  }

  /**
   * Sets a member of the header. The header alone: {@code alg} and {@code kid} set here do not
   * change how the token is signed.
   *
   * @param name any name
   * @param value any value of JSON
   * @return this builder
   */
  public TokenBuilder header(String name, @Nullable Object value) {
    headers.set(name, value);
    return this;
  }

  /**
   * Leaves a member of the header out.
   *
   * @param name its name
   * @return this builder
   */
  public TokenBuilder withoutHeader(String name) {
    headers.remove(name);
    return this;
  }

  /**
   * Sets the algorithm, in the header and of the signature.
   *
   * @param algorithm signs with the issuer's current key of its family, unless a key is named
   * @return this builder
   */
  public TokenBuilder algorithm(Algorithm algorithm) {
    this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
    return this;
  }

  /**
   * Signs with a key of the issuer that need not be its current one.
   *
   * @param id published or not
   * @return this builder
   */
  public TokenBuilder keyId(String id) {
    return signedBy(defaults.keys().key(id));
  }

  /**
   * Signs with any key.
   *
   * @param key its id goes into the header
   * @return this builder
   */
  public TokenBuilder signedBy(SigningKey key) {
    this.key = Objects.requireNonNull(key, "key");
    return this;
  }

  /**
   * Makes the token so long, with a claim {@code padding} of no meaning.
   *
   * @param bytes the length of the signed token
   * @return this builder
   */
  public TokenBuilder paddedTo(int bytes) {
    this.size = bytes;
    return this;
  }

  /**
   * Makes the token.
   *
   * @return the compact form
   * @throws IllegalArgumentException if the key cannot sign with the algorithm, or the token is
   *     longer than it is to be
   */
  public String sign() {
    return size == NO_PADDING ? draft().sign() : Padding.sign(draft(), size);
  }

  /**
   * Makes a token that says nothing itself: the introspection endpoint tells its claims (RFC 7662).
   *
   * @return a random text that is no JWT
   */
  public String opaque() {
    return defaults.references().add(claims.over(defaultClaims(defaults.clock().instant())));
  }

  /**
   * Turns to forging: tokens that look like this one and must be refused.
   *
   * @return forgeries of what has been said so far, without padding
   */
  public Forgery forge() {
    return new Forgery(draft(), defaults.keys());
  }

  private Draft draft() {
    Algorithm effective = effectiveAlgorithm();
    SigningKey signer = key != null ? key : defaults.keys().current(effective);
    return new Draft(
        headers.over(defaultHeader(effective, signer)),
        claims.over(defaultClaims(defaults.clock().instant())),
        effective,
        signer);
  }

  private Algorithm effectiveAlgorithm() {
    if (algorithm != null) {
      return algorithm;
    }
    if (key == null || key.signs(defaults.algorithm())) {
      return defaults.algorithm();
    }
    return key.defaultAlgorithm();
  }

  private static Map<String, Object> defaultHeader(Algorithm algorithm, SigningKey key) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", algorithm.id());
    header.put("typ", "at+jwt");
    header.put("kid", key.id());
    return header;
  }

  private Map<String, Object> defaultClaims(Instant now) {
    List<String> audience = defaults.audience();
    Instant end = expiresAt != null ? expiresAt : now.plus(lifetime);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("iss", defaults.issuer());
    members.put("sub", CLIENT);
    members.put("aud", audience.size() == 1 ? audience.get(0) : audience);
    members.put("exp", end.getEpochSecond());
    members.put("iat", beginning(now, end).getEpochSecond());
    members.put("jti", UUID.randomUUID().toString());
    members.put("client_id", CLIENT);
    return members;
  }

  private Instant beginning(Instant now, Instant end) {
    if (issuedAt != null) {
      return issuedAt;
    }
    return end.isBefore(now) ? end.minus(defaults.lifetime()) : now;
  }
}
