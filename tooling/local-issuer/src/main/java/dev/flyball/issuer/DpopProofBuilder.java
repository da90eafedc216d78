// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the proof of possession for one request (RFC 9449, section 4.2), well-formed or not.
 *
 * <p>A claim or header that is set goes into the proof as it is, and replaces what the other
 * methods said. Not thread-safe. A builder may sign more than once; each proof has its own {@code
 * jti}.
 */
public final class DpopProofBuilder {

  private final DpopKey key;
  private final String method;
  private final String uri;
  private final Members claims = new Members();
  private final Members headers = new Members();
  private SigningKey signer;

  DpopProofBuilder(DpopKey key, String method, String uri) {
    this.key = key;
    this.method = method;
    this.uri = uri;
    this.signer = key.key();
  }

  /**
   * Sets {@code ath}: the token that is sent along. A resource server wants it, the token endpoint
   * does not.
   *
   * @param token the access token
   * @return this builder
   */
  public DpopProofBuilder accessToken(String token) {
    return claim("ath", hash(token));
  }

  /**
   * Sets {@code nonce}; there is none if not called.
   *
   * @param nonce what the server has sent as {@code DPoP-Nonce}
   * @return this builder
   */
  public DpopProofBuilder nonce(String nonce) {
    return claim("nonce", nonce);
  }

  /**
   * Sets {@code iat}; now if not called.
   *
   * @param moment to the second
   * @return this builder
   */
  public DpopProofBuilder issuedAt(Instant moment) {
    return claim("iat", moment.getEpochSecond());
  }

  /**
   * Sets {@code jti}; a new one for each proof if not called.
   *
   * @param id any text
   * @return this builder
   */
  public DpopProofBuilder id(String id) {
    return claim("jti", id);
  }

  /**
   * Sets a claim.
   *
   * @param name any name
   * @param value any value of JSON
   * @return this builder
   */
  public DpopProofBuilder claim(String name, @Nullable Object value) {
    claims.set(name, value);
    return this;
  }

  /**
   * Leaves a claim out.
   *
   * @param name its name
   * @return this builder
   */
  public DpopProofBuilder without(String name) {
    claims.remove(name);
    return this;
  }

  /**
   * Sets a member of the header. The header alone: {@code alg} and {@code jwk} set here do not
   * change how the proof is signed.
   *
   * @param name any name
   * @param value any value of JSON
   * @return this builder
   */
  public DpopProofBuilder header(String name, @Nullable Object value) {
    headers.set(name, value);
    return this;
  }

  /**
   * Leaves a member of the header out.
   *
   * @param name its name
   * @return this builder
   */
  public DpopProofBuilder withoutHeader(String name) {
    headers.remove(name);
    return this;
  }

  /**
   * Signs with another key than the header shows: a proof that must be refused.
   *
   * @param other of the same algorithm
   * @return this builder
   */
  public DpopProofBuilder signedBy(DpopKey other) {
    this.signer = Objects.requireNonNull(other, "other").key();
    return this;
  }

  /**
   * Makes the proof.
   *
   * @return the value of the header {@code DPoP}
   */
  public String sign() {
    return new Draft(
            headers.over(defaultHeader()), claims.over(defaultClaims()), key.algorithm(), signer)
        .sign();
  }

  private Map<String, Object> defaultHeader() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("typ", "dpop+jwt");
    header.put("alg", key.algorithm().id());
    header.put("jwk", key.publicJwk());
    return header;
  }

  private Map<String, Object> defaultClaims() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("jti", UUID.randomUUID().toString());
    members.put("htm", method);
    members.put("htu", uri);
    members.put("iat", key.clock().instant().getEpochSecond());
    return members;
  }

  private static String hash(String token) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
