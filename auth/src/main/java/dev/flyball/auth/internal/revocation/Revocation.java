// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One token, or all earlier tokens of one subject, taken back.
 *
 * @param issuer whose tokens
 * @param kind one token or a subject
 * @param id the {@code jti}, or the {@code sub}
 * @param issuedBefore tokens of the subject that were issued before count no more, in seconds since
 *     1970; 0 for one token
 * @param until when nobody needs to know any more, in seconds since 1970
 */
record Revocation(String issuer, Kind kind, String id, long issuedBefore, long until) {

  /** What is taken back. */
  enum Kind {
    TOKEN,
    SUBJECT
  }

  static final String PREFIX = "auth/revoked/";

  static Revocation token(String issuer, String id, long until) {
    return new Revocation(issuer, Kind.TOKEN, id, 0, until);
  }

  static Revocation subject(String issuer, String subject, long issuedBefore, long until) {
    return new Revocation(issuer, Kind.SUBJECT, subject, issuedBefore, until);
  }

  /** Where the store has it: a hash, as names may be longer than keys and hold anything. */
  String key() {
    String kindName = kind == Kind.TOKEN ? "token/" : "subject/";
    return PREFIX + kindName + hash(issuer.length() + ":" + issuer + id);
  }

  /** What the store has of it. */
  String value() {
    return (kind == Kind.TOKEN ? "T " : "S ")
        + issuedBefore
        + ' '
        + until
        + ' '
        + issuer.length()
        + ' '
        + issuer
        + id;
  }

  /** Reads what the store has; null for what none of us has written. */
  static @Nullable Revocation parse(String value) {
    String[] parts = value.split(" ", 5);
    try {
      if (parts.length < 5 || !(parts[0].equals("T") || parts[0].equals("S"))) {
        return null;
      }
      int length = Integer.parseInt(parts[3]);
      String issuer = parts[4].substring(0, length);
      String id = parts[4].substring(length);
      Kind kind = parts[0].equals("T") ? Kind.TOKEN : Kind.SUBJECT;
      return new Revocation(issuer, kind, id, Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  /** What holds where both do: the later of each. */
  Revocation and(Revocation other) {
    return new Revocation(
        issuer, kind, id, Math.max(issuedBefore, other.issuedBefore), Math.max(until, other.until));
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
