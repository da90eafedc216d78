// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Nonces for proofs (RFC 9449, sections 8 and 9) that need no memory: a slot of time, and a MAC
 * over it under a key that all instances have.
 *
 * <p>A nonce is good in its slot and in the next; that of the coming slot too, as an instance whose
 * clock is ahead may have given it out. Thread-safe.
 */
final class Nonces {

  private static final byte[] PURPOSE = {'d', 'p', 'o', 'p', 'n', 'o', 'n', 'c', 'e'};
  private static final int MAC_BYTES = 16;

  private final Supplier<byte[]> key;
  private final long slotSeconds;

  Nonces(Supplier<byte[]> key, long slotSeconds) {
    this.key = key;
    this.slotSeconds = slotSeconds;
  }

  /** The nonce that is given out now. */
  String current(long nowSeconds) {
    return of(slot(nowSeconds));
  }

  boolean isFresh(@Nullable String nonce, long nowSeconds) {
    if (nonce == null) {
      return false;
    }
    long slot = slot(nowSeconds);
    return is(nonce, slot) || is(nonce, slot - 1) || is(nonce, slot + 1);
  }

  private long slot(long nowSeconds) {
    return Math.floorDiv(nowSeconds, slotSeconds);
  }

  private boolean is(String nonce, long slot) {
    return MessageDigest.isEqual(bytes(nonce), bytes(of(slot)));
  }

  private String of(long slot) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.get(), "HmacSHA256"));
      mac.update(PURPOSE);
      byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(slot).array());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, MAC_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
