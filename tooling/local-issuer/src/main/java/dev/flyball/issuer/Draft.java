// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of a token before it is signed. */
record Draft(
    Map<String, @Nullable Object> header,
    Map<String, @Nullable Object> claims,
    Algorithm algorithm,
    SigningKey key) {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  Draft withHeader(String name, @Nullable Object value) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(header);
    changed.put(name, value);
    return new Draft(changed, claims, algorithm, key);
  }

  Draft withClaim(String name, @Nullable Object value) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(claims);
    changed.put(name, value);
    return new Draft(header, changed, algorithm, key);
  }

  /** The same token, signed by another key; the header does not say so. */
  Draft withKey(SigningKey key) {
    return new Draft(header, claims, algorithm, key);
  }

  String sign() {
    return sign(headerText(), payloadText());
  }

  String sign(byte[] headerText, byte[] payloadText) {
    String content = content(headerText, payloadText);
    return join(content, signature(content));
  }

  /** The first two segments of the token. */
  String content() {
    return content(headerText(), payloadText());
  }

  byte[] signature(String content) {
    return key.sign(algorithm, ascii(content));
  }

  byte[] headerText() {
    return Json.object(header).getBytes(StandardCharsets.UTF_8);
  }

  byte[] payloadText() {
    return Json.object(claims).getBytes(StandardCharsets.UTF_8);
  }

  static String content(byte[] headerText, byte[] payloadText) {
    return BASE64.encodeToString(headerText) + '.' + BASE64.encodeToString(payloadText);
  }

  static String join(String content, byte[] signature) {
    return content + '.' + BASE64.encodeToString(signature);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
