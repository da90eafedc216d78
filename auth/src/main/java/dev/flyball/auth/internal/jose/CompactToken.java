// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWS in compact form (RFC 7515, section 7.1) that has passed the gate: three segments of strict
 * base64url and a header without anything that could lead a verifier astray. Nothing of it is
 * verified yet.
 */
public final class CompactToken {

  private static final StrictJson PAYLOAD = new StrictJson(8, 128);

  private final TokenHeader header;
  private final byte[] text;
  private final int from;
  private final int dot;
  private final byte[] payload;
  private final byte[] signature;

  private CompactToken(
      TokenHeader header, byte[] text, int from, int dot, byte[] payload, byte[] signature) {
    this.header = header;
    this.text = text;
    this.from = from;
    this.dot = dot;
    this.payload = payload;
    this.signature = signature;
  }

  /**
   * Reads the token that begins somewhere in a text and ends with it.
   *
   * @param headers those whose content is known
   */
  public static CompactToken parse(String text, int from, KnownHeaders headers)
      throws TokenRejected {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != text.length()) {
      throw new TokenRejected("malformed"); // not ASCII
    }
    int first = text.indexOf('.', from);
    int second = text.indexOf('.', first + 1);
    if (first <= from || second < 0) {
      throw new TokenRejected("malformed");
    }
    int third = text.indexOf('.', second + 1);
    if (third >= 0) {
      boolean isJwe = areTwo(text, third) && TokenHeader.isOfJwe(bytes, from, first);
      throw new TokenRejected(isJwe ? "unsupported" : "malformed");
    }
    TokenHeader known = headers.find(bytes, from, first);
    TokenHeader header = known != null ? known : TokenHeader.read(bytes, from, first);
    if (second == bytes.length - 1) {
      throw new TokenRejected("signature_missing");
    }
    byte[] payload = Base64Url.decode(bytes, first + 1, second);
    byte[] signature = Base64Url.decode(bytes, second + 1, bytes.length);
    return new CompactToken(header, bytes, from, second, payload, signature);
  }

  /** Whether a dot is the last but one, as the third of a JWE is (RFC 7516, section 7.1). */
  private static boolean areTwo(String text, int dot) {
    int last = text.indexOf('.', dot + 1);
    return last >= 0 && text.indexOf('.', last + 1) < 0;
  }

  public TokenHeader header() {
    return header;
  }

  public Algorithm algorithm() {
    return header.algorithm();
  }

  /** The {@code kid}; null where there is none. */
  public @Nullable String keyId() {
    return header.keyId();
  }

  /** The {@code typ} in lower case, without {@code application/}; null where there is none. */
  public @Nullable String type() {
    return header.type();
  }

  /** Reads the payload, which must be a strict JSON object; it is not verified by that. */
  public Map<String, Object> claims() throws TokenRejected {
    try {
      return PAYLOAD.object(payload);
    } catch (StrictJson.Malformed e) {
      throw new TokenRejected(e.isDuplicate() ? "duplicate_claim" : "malformed");
    }
  }

  public boolean isSignedBy(VerificationKey key) {
    return key.verifies(header.algorithm(), text, from, dot - from, signature);
  }
}
