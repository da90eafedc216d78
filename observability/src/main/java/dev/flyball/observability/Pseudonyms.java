// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.Principal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Names for callers that tell them apart and do not tell who they are: the first 128 bits of
 * HMAC-SHA-256 over issuer, a zero byte, and subject.
 *
 * <p>A table of fixed size keeps those of recent callers; where two fall into one place, the later
 * one stays. Thread-safe.
 */
final class Pseudonyms {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 16;
  private static final int PLACES = 4_096;

  private record Known(String issuer, String subject, String pseudonym) {}

  private final SecretKeySpec key;
  private final @Nullable Known[] known = new @Nullable Known[PLACES];

  private Pseudonyms(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** Names that are the same wherever the key is. */
  static Pseudonyms keyedBy(String key) {
    return new Pseudonyms(key.getBytes(StandardCharsets.UTF_8));
  }

  /** Names that hold in this process and until its end. */
  static Pseudonyms random() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return new Pseudonyms(key);
  }

  /** The name of a caller: 32 hexadecimal digits. */
  String of(Principal principal) {
    String subject = principal.subject();
    String issuer = principal.issuer();
    int hash = subject.hashCode() * 31 + issuer.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    Known found = known[place];
    if (found == null || !found.subject.equals(subject) || !found.issuer.equals(issuer)) {
      found = new Known(issuer, subject, compute(issuer, subject));
      known[place] = found;
    }
    return found.pseudonym;
  }

  private String compute(String issuer, String subject) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(issuer.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      byte[] all = mac.doFinal(subject.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(all, BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
