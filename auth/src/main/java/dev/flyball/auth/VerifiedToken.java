// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Principal;
import dev.flyball.auth.internal.binding.Confirmation;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.auth.internal.jose.VerificationKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token whose signature was valid under a key of its issuer, and whatever has to be looked at
 * again each time it comes.
 *
 * @param issuer who vouches for it
 * @param key the key under which it was valid; null where the issuer itself was asked
 * @param principal who it is
 * @param confirmation what its sender has to hold; null for whoever has it
 * @param audience the claim {@code aud}
 * @param from the later of {@code nbf} and {@code iat}, in seconds since 1970
 * @param expires the claim {@code exp}, in seconds since 1970
 */
record VerifiedToken(
    Issuer issuer,
    @Nullable VerificationKey key,
    Principal principal,
    @Nullable Confirmation confirmation,
    List<String> audience,
    long from,
    long expires) {

  /** Checks what time, keys and settings may have changed since the signature was. */
  void recheck(long nowSeconds) throws TokenRejected {
    requireTime(nowSeconds);
    issuer.requireAudience(audience);
    if (key != null && !issuer.keys().current().holds(key)) {
      throw new TokenRejected("key_removed");
    }
  }

  void requireTime(long nowSeconds) throws TokenRejected {
    if (!issuer.isBeforeEnd(nowSeconds, expires)) {
      throw new TokenRejected("expired");
    }
    if (!issuer.isAfterStart(nowSeconds, from)) {
      throw new TokenRejected("not_yet_valid");
    }
  }
}
