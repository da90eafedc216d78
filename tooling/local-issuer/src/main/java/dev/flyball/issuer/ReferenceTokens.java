// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tokens that say nothing, and what the issuer says of them. */
final class ReferenceTokens {

  private static final int BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Map<String, @Nullable Object>> known = new ConcurrentHashMap<>();

  String add(Map<String, @Nullable Object> claims) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    known.put(token, new LinkedHashMap<>(claims));
    return token;
  }

  void remove(String token) {
    known.remove(token);
  }

  /** What a token says that was given out, has not been revoked and not expired; else null. */
  @Nullable Map<String, @Nullable Object> find(String token, long nowSeconds) {
    Map<String, @Nullable Object> claims = known.get(token);
    boolean expired =
        claims != null && claims.get("exp") instanceof Number end && end.longValue() <= nowSeconds;
    return expired ? null : claims;
  }
}
