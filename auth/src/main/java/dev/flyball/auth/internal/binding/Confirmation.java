// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.auth.internal.jose.Claims;
import dev.flyball.auth.internal.jose.TokenRejected;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sender of a token has to hold, by its claim {@code cnf} (RFC 7800, section 3.1): a key,
 * a certificate, or both.
 *
 * @param keyThumbprint {@code jkt} (RFC 9449, section 6.1); null where there is none
 * @param certificateThumbprint {@code x5t#S256} (RFC 8705, section 3.1); null where there is none
 */
public record Confirmation(@Nullable String keyThumbprint, @Nullable String certificateThumbprint) {

  /**
   * Reads the claim. Members that nobody here knows are ignored beside one that is known, as RFC
   * 7800 wants it; alone they bind the token to something that cannot be proved.
   *
   * @return null where the token is not bound
   */
  public static @Nullable Confirmation of(Claims claims) throws TokenRejected {
    if (!claims.has("cnf")) {
      return null;
    }
    Map<?, ?> members = claims.object("cnf");
    if (members == null) {
      throw new TokenRejected("cnf_unsupported");
    }
    Confirmation confirmation = new Confirmation(text(members, "jkt"), text(members, "x5t#S256"));
    if (confirmation.keyThumbprint == null && confirmation.certificateThumbprint == null) {
      throw new TokenRejected("cnf_unsupported");
    }
    return confirmation;
  }

  private static @Nullable String text(Map<?, ?> members, String name) throws TokenRejected {
    Object value = members.get(name);
    if (value != null && !(value instanceof String)) {
      throw new TokenRejected("cnf_unsupported");
    }
    return (String) value;
  }
}
