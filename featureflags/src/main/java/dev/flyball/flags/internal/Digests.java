// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names of contents. */
public final class Digests {

  private static final int SHORT = 12;

  private Digests() {}

  /** The beginning of the SHA-256 of some bytes, in hexadecimal digits. */
  public static String shortHash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, SHORT);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
