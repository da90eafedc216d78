// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.Base64Url;
import dev.flyball.auth.internal.jose.KeySetParser;
import dev.flyball.auth.internal.jose.StrictJson;
import dev.flyball.auth.internal.jose.TokenHeader;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.auth.internal.jose.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A proof that the sender of a request holds a key (RFC 9449, section 4.2), read strictly. Nothing
 * of it is verified yet; what is wrong with it is told in a short word for operators.
 */
final class DpopProof {

  private static final int LONGEST = 4 * 1024;
  private static final int LONGEST_ID = 256;
  private static final String TYPE = "dpop+jwt";
  private static final List<String> FORBIDDEN =
      List.of("crit", "jku", "x5u", "x5c", "zip", "enc", "b64", "cty");
  private static final StrictJson HEADER = new StrictJson(3, 32);
  private static final StrictJson PAYLOAD = new StrictJson(8, 64);

  private final byte[] text;
  private final int signedLength;
  private final byte[] signature;
  private final Algorithm algorithm;
  private final VerificationKey key;
  private final Map<String, Object> claims;

  private DpopProof(String proof, Set<Algorithm> allowed) throws TokenRejected {
    this.text = ascii(proof);
    int first = proof.indexOf('.');
    int second = proof.indexOf('.', first + 1);
    if (first <= 0 || second < 0 || proof.indexOf('.', second + 1) >= 0) {
      throw new TokenRejected("malformed");
    }
    this.signedLength = second;
    Map<String, Object> header = object(HEADER, 0, first);
    this.algorithm = algorithm(header, allowed);
    requireHeader(header);
    this.key = key(header.get("jwk"), algorithm);
    this.claims = object(PAYLOAD, first + 1, second);
    this.signature = Base64Url.decode(text, second + 1, text.length);
  }

  /**
   * Reads the value of a header.
   *
   * @param allowed the algorithms that proofs may use
   */
  static DpopProof parse(String proof, Set<Algorithm> allowed) throws TokenRejected {
    if (proof.length() > LONGEST) {
      throw new TokenRejected("too_large");
    }
    return new DpopProof(proof, allowed);
  }

  /** Whether the key that the proof shows has signed it. */
  boolean isSigned() {
    return key.verifies(algorithm, text, 0, signedLength, signature);
  }

  /** The thumbprint of the key that the proof shows (RFC 7638). */
  String thumbprint() {
    return key.thumbprint();
  }

  /** The id of the proof, {@code jti}. */
  String id() throws TokenRejected {
    String id = text("jti");
    if (id.isBlank() || id.length() > LONGEST_ID) {
      throw new TokenRejected("jti");
    }
    return id;
  }

  /** When the proof was made, in seconds since 1970. */
  long issuedAt() throws TokenRejected {
    if (claims.get("iat") instanceof Long seconds && seconds >= 0) {
      return seconds;
    }
    throw new TokenRejected("iat");
  }

  /** A claim that has to be there and to be a text; else its name says what is wrong. */
  String text(String name) throws TokenRejected {
    if (claims.get(name) instanceof String value) {
      return value;
    }
    throw new TokenRejected(name);
  }

  /** The {@code nonce}; null where there is none. */
  @Nullable String nonce() {
    return claims.get("nonce") instanceof String nonce ? nonce : null;
  }

  private static byte[] ascii(String proof) throws TokenRejected {
    byte[] bytes = proof.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != proof.length()) {
      throw new TokenRejected("malformed");
    }
    return bytes;
  }

  private Map<String, Object> object(StrictJson json, int from, int to) throws TokenRejected {
    try {
      return json.object(Base64Url.decode(text, from, to));
    } catch (StrictJson.Malformed e) {
      throw new TokenRejected("malformed");
    }
  }

  private static Algorithm algorithm(Map<String, Object> header, Set<Algorithm> allowed)
      throws TokenRejected {
    Algorithm named = header.get("alg") instanceof String name ? Algorithm.of(name) : null;
    if (named == null || !allowed.contains(named)) {
      throw new TokenRejected("alg");
    }
    return named;
  }

  private static void requireHeader(Map<String, Object> header) throws TokenRejected {
    boolean typed =
        header.get("typ") instanceof String type && TokenHeader.shortType(type).equals(TYPE);
    if (!typed) {
      throw new TokenRejected("typ");
    }
    for (String name : FORBIDDEN) {
      if (header.containsKey(name)) {
        throw new TokenRejected("header_forbidden");
      }
    }
  }

  /** The key that is shown: public, of the kind of the algorithm, and for nothing else. */
  private static VerificationKey key(@Nullable Object jwk, Algorithm algorithm)
      throws TokenRejected {
    try {
      VerificationKey key = KeySetParser.one(jwk);
      if (key.algorithms().contains(algorithm)) {
        return key;
      }
    } catch (KeySetParser.Refused e) {
      // told below
    }
    throw new TokenRejected("jwk");
  }
}
