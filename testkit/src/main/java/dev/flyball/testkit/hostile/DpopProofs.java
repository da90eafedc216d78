// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.SigningKey;
import dev.flyball.issuer.TokenBuilder;
import java.util.Map;
import java.util.Set;

/** Tokens that are bound to a key, and proofs of that key (RFC 9449). */
final class DpopProofs {

  static final SigningKey KEY = SigningKey.generate(Algorithm.ES256);
  static final SigningKey OTHER = SigningKey.generate(Algorithm.ES256);

  private DpopProofs() {}

  /** A token that opens a target for who has the key. */
  static String bound(Attacked service, HostileTarget target, SigningKey key) {
    return service.token(target).claim("cnf", Map.of("jkt", key.id())).sign();
  }

  /** A good proof, to be spoiled. */
  static TokenBuilder proof(Attacked service, HostileTarget target, String token, SigningKey key) {
    return service
        .issuer()
        .token()
        .signedBy(key)
        .typ("dpop+jwt")
        .withoutHeader("kid")
        .header("jwk", publicJwk(key))
        .without("iss")
        .without("sub")
        .without("aud")
        .without("exp")
        .without("client_id")
        .claim("htm", target.method())
        .claim("htu", service.uri() + target.path())
        .claim("ath", ApiKeyFile.hash(token));
  }

  private static Map<String, Object> publicJwk(SigningKey key) {
    Map<String, Object> jwk = key.publicJwk();
    jwk.keySet().retainAll(Set.of("kty", "crv", "x", "y", "n", "e"));
    return jwk;
  }

  static String authorization(String token) {
    return "Authorization: DPoP " + token;
  }

  static String header(String proof) {
    return "DPoP: " + proof;
  }
}
