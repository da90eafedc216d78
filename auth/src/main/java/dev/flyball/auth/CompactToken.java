// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JWS in compact form (RFC 7515, section 7.1) that has passed the gate: three segments of strict
 * base64url and a header without anything that could lead a verifier astray. Nothing of it is
 * verified yet.
 */
final class CompactToken {

  private static final int MAX_KEY_ID = 256;
  private static final Set<String> FORBIDDEN =
      Set.of("jku", "x5u", "x5c", "jwk", "zip", "enc", "b64");
  private static final StrictJson HEADER = new StrictJson(2, 32);
  private static final StrictJson PAYLOAD = new StrictJson(8, 128);

  private final Algorithm algorithm;
  private final @Nullable String keyId;
  private final @Nullable String type;
  private final byte[] payload;
  private final byte[] signed;
  private final byte[] signature;

  private CompactToken(
      Algorithm algorithm,
      @Nullable String keyId,
      @Nullable String type,
      byte[] payload,
      byte[] signed,
      byte[] signature) {
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.type = type;
    this.payload = payload;
    this.signed = signed;
    this.signature = signature;
  }

  static CompactToken parse(String token) throws TokenRejected {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first <= 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new TokenRejected("malformed");
    }
    Map<String, Object> header = header(Base64Url.decode(token, 0, first));
    Algorithm algorithm = algorithm(header);
    refuseForbidden(header);
    String keyId = keyId(header);
    String type = type(header);
    if (second == token.length() - 1) {
      throw new TokenRejected("signature_missing");
    }
    byte[] payload = Base64Url.decode(token, first + 1, second);
    byte[] signature = Base64Url.decode(token, second + 1, token.length());
    byte[] signed = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
    return new CompactToken(algorithm, keyId, type, payload, signed, signature);
  }

  Algorithm algorithm() {
    return algorithm;
  }

  /** The {@code kid}; null where there is none. */
  @Nullable String keyId() {
    return keyId;
  }

  /** The {@code typ} in lower case, without {@code application/}; null where there is none. */
  @Nullable String type() {
    return type;
  }

  /** Reads the payload, which must be a strict JSON object; it is not verified by that. */
  Map<String, Object> claims() throws TokenRejected {
    try {
      return PAYLOAD.object(payload);
    } catch (StrictJson.Malformed e) {
      throw new TokenRejected(e.isDuplicate() ? "duplicate_claim" : "malformed");
    }
  }

  boolean isSignedBy(VerificationKey key) {
    return key.verifies(algorithm, signed, signature);
  }

  private static Map<String, Object> header(byte[] json) throws TokenRejected {
    try {
      return HEADER.object(json);
    } catch (StrictJson.Malformed e) {
      throw new TokenRejected("malformed");
    }
  }

  private static Algorithm algorithm(Map<String, Object> header) throws TokenRejected {
    Algorithm algorithm = header.get("alg") instanceof String name ? Algorithm.of(name) : null;
    if (algorithm == null) {
      throw new TokenRejected("alg_not_allowed");
    }
    return algorithm;
  }

  private static void refuseForbidden(Map<String, Object> header) throws TokenRejected {
    if (header.containsKey("crit")) {
      throw new TokenRejected("crit_unsupported");
    }
    for (String name : FORBIDDEN) {
      if (header.containsKey(name)) {
        throw new TokenRejected("header_forbidden");
      }
    }
    if (header.containsKey("cty")) {
      throw new TokenRejected("unsupported");
    }
  }

  private static @Nullable String keyId(Map<String, Object> header) throws TokenRejected {
    Object value = header.get("kid");
    if (value == null) {
      return null;
    }
    boolean usable =
        value instanceof String text
            && !text.isEmpty()
            && text.length() <= MAX_KEY_ID
            && text.chars().noneMatch(Character::isISOControl);
    if (!usable) {
      throw new TokenRejected("malformed");
    }
    return (String) value;
  }

  private static @Nullable String type(Map<String, Object> header) throws TokenRejected {
    Object value = header.get("typ");
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new TokenRejected("malformed");
    }
    return shortType(text);
  }

  /** A media type without its usual beginning (RFC 7515, section 4.1.9), in lower case. */
  static String shortType(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
  }
}
