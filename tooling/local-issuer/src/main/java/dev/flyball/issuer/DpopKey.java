// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/**
 * The key of a client that proves that its tokens are its own: DPoP (RFC 9449).
 *
 * <pre>{@code
 * DpopKey key = issuer.dpopKey();
 * String token = issuer.token().boundTo(key).sign();
 * String proof = key.proof("GET", "https://orders.example/orders/7").accessToken(token).sign();
 * // Authorization: DPoP <token>
 * // DPoP: <proof>
 * }</pre>
 *
 * <p>Immutable.
 */
public final class DpopKey {

  private final SigningKey key;
  private final Algorithm algorithm;
  private final InstantSource clock;

  private DpopKey(SigningKey key, Algorithm algorithm, InstantSource clock) {
    this.key = key;
    this.algorithm = algorithm;
    this.clock = clock;
  }

  /**
   * A new key whose proofs are dated by the clock of this machine.
   *
   * @param algorithm signs the proofs
   * @return a key that no token is bound to yet
   */
  public static DpopKey generate(Algorithm algorithm) {
    return generate(algorithm, InstantSource.system());
  }

  static DpopKey generate(Algorithm algorithm, InstantSource clock) {
    return new DpopKey(SigningKey.generate(algorithm), algorithm, clock);
  }

  /**
   * What tokens name this key by.
   *
   * @return the SHA-256 thumbprint (RFC 7638), for {@code cnf.jkt}
   */
  public String thumbprint() {
    return key.id();
  }

  /**
   * Starts the proof for one request.
   *
   * @param method {@code htm}, for example {@code GET}
   * @param uri {@code htu}: where the request goes, without query and fragment
   * @return a builder
   */
  public DpopProofBuilder proof(String method, String uri) {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(uri, "uri");
    return new DpopProofBuilder(this, method, uri);
  }

  SigningKey key() {
    return key;
  }

  Algorithm algorithm() {
    return algorithm;
  }

  InstantSource clock() {
    return clock;
  }

  /** The members that make the key, and nothing that says what it is for. */
  Map<String, Object> publicJwk() {
    Map<String, Object> members = key.publicJwk();
    members.remove("kid");
    members.remove("use");
    return members;
  }

  /** Names the key without showing it. */
  @Override
  public String toString() {
    return key.toString();
  }
}
