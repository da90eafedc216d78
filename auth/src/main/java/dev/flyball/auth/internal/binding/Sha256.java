// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Hashes in the form in which tokens name things: Base64url without padding. */
final class Sha256 {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private Sha256() {}

  static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  static String of(byte[] bytes) {
    return encode(hash(bytes));
  }

  static String encode(byte[] hash) {
    return BASE64.encodeToString(hash);
  }

  private static byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
