// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.apikey;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a secret: its SHA-256 or, where there is a pepper, its HMAC-SHA-256. Secrets are
 * random and long, so nothing slower is needed. Immutable.
 *
 * <p>With a pepper both are computed for each secret that comes, so that keys from before the
 * pepper go on until they are rotated and take the same time as others.
 */
public final class SecretHash {

  /** One kept hash. */
  public static final class Kept {

    private final boolean peppered;
    private final byte[] value;

    private Kept(boolean peppered, byte[] value) {
      this.peppered = peppered;
      this.value = value;
    }

    /** Whether only a service with the pepper can check it. */
    public boolean isPeppered() {
      return peppered;
    }
  }

  /** The hashes of a secret that came. */
  public static final class Presented {

    private final byte[] plain;
    private final byte @Nullable [] peppered;

    private Presented(byte[] plain, byte @Nullable [] peppered) {
      this.plain = plain;
      this.peppered = peppered;
    }

    /** Whether it is the secret of which a hash was kept; the time does not depend on that. */
    public boolean matches(Kept kept) {
      byte[] mine = kept.peppered ? peppered : plain;
      return MessageDigest.isEqual(mine == null ? NOTHING : mine, kept.value);
    }
  }

  private static final String PLAIN = "sha256:";
  private static final String PEPPERED = "hmac-sha256:";
  private static final String HMAC = "HmacSHA256";
  private static final int LENGTH = 32;

  /** Equal to no hash, as it is longer. */
  private static final byte[] NOTHING = new byte[LENGTH + 1];

  private final @Nullable SecretKeySpec pepper;

  /**
   * Hashes with or without a pepper.
   *
   * @param pepper null for none
   */
  public SecretHash(@Nullable String pepper) {
    this.pepper =
        pepper == null ? null : new SecretKeySpec(pepper.getBytes(StandardCharsets.UTF_8), HMAC);
  }

  /** Whether there is a pepper. */
  public boolean isPeppered() {
    return pepper != null;
  }

  /** What is to be kept of a new secret. */
  public String of(String secret) {
    Presented hashes = present(secret);
    byte[] value = hashes.peppered != null ? hashes.peppered : hashes.plain;
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(value);
    return (hashes.peppered != null ? PEPPERED : PLAIN) + text;
  }

  /** The hashes of a secret that came. */
  public Presented present(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] plain = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Presented(plain, pepper == null ? null : hmac(pepper, bytes));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK knows SHA-256 and HMAC", e);
    }
  }

  private static byte[] hmac(SecretKeySpec pepper, byte[] bytes)
      throws NoSuchAlgorithmException, InvalidKeyException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(pepper);
    return mac.doFinal(bytes);
  }

  /** A kept hash that no secret has, for comparisons that must not succeed and still take place. */
  public Kept none() {
    return new Kept(pepper != null, new byte[LENGTH]);
  }

  /** Reads what was kept; null where it is nothing of that kind. */
  public static @Nullable Kept kept(String text) {
    boolean peppered = text.startsWith(PEPPERED);
    if (!peppered && !text.startsWith(PLAIN)) {
      return null;
    }
    try {
      String encoded = text.substring(peppered ? PEPPERED.length() : PLAIN.length());
      byte[] value = Base64.getUrlDecoder().decode(encoded);
      return value.length == LENGTH ? new Kept(peppered, value) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
