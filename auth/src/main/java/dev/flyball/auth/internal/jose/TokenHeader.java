// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header of a JWS (RFC 7515, section 4), without anything that could lead a verifier astray.
 *
 * <p>{@code alg}, {@code kid} and {@code typ} are read. Of the other registered names those are
 * refused that say where keys are, or that the token is more than signed, or that it must be read
 * in another way. Thumbprints of certificates and names that nobody has registered are ignored, as
 * the RFC demands: products add their own.
 */
public final class TokenHeader {

  private static final int MAX_KEY_ID = 256;
  private static final Set<String> FORBIDDEN =
      Set.of(
          "jku",
          "jwk",
          "x5u",
          "x5c",
          "trust_chain", // where keys are
          "enc",
          "zip",
          "epk",
          "apu",
          "apv",
          "iv",
          "tag",
          "p2s",
          "p2c",
          "skid", // encryption
          "b64",
          "ppt",
          "svt",
          "url",
          "nonce"); // other ways to read it
  private static final StrictJson HEADER = new StrictJson(2, 32);

  private final byte[] segment;
  private final Algorithm algorithm;
  private final @Nullable String keyId;
  private final @Nullable String type;

  private TokenHeader(
      byte[] segment, Algorithm algorithm, @Nullable String keyId, @Nullable String type) {
    this.segment = segment;
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.type = type;
  }

  /** Reads the segment of a token that is its header. */
  public static TokenHeader read(byte[] token, int from, int to) throws TokenRejected {
    Map<String, Object> header = header(Base64Url.decode(token, from, to));
    Algorithm algorithm = algorithm(header);
    refuseForbidden(header);
    byte[] segment = Arrays.copyOfRange(token, from, to);
    return new TokenHeader(segment, algorithm, keyId(header), type(header));
  }

  /** Whether a segment is the header of an encrypted token, which must say how (RFC 7516). */
  static boolean isOfJwe(byte[] token, int from, int to) {
    try {
      return header(Base64Url.decode(token, from, to)).containsKey("enc");
    } catch (TokenRejected e) {
      return false;
    }
  }

  /** Whether this is, byte for byte, what a segment of a token holds. */
  public boolean isIn(byte[] token, int from, int to) {
    return Arrays.equals(segment, 0, segment.length, token, from, to);
  }

  /** How many characters the segment has. */
  public int length() {
    return segment.length;
  }

  public Algorithm algorithm() {
    return algorithm;
  }

  /** The {@code kid}; null where there is none. */
  public @Nullable String keyId() {
    return keyId;
  }

  /** The {@code typ} in lower case, without {@code application/}; null where there is none. */
  public @Nullable String type() {
    return type;
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
    for (Map.Entry<String, Object> member : header.entrySet()) {
      if (FORBIDDEN.contains(member.getKey())) {
        throw new TokenRejected("header_forbidden");
      }
      if (member.getKey().startsWith("x5t") && !(member.getValue() instanceof String)) {
        throw new TokenRejected("malformed");
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
  public static String shortType(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
  }
}
