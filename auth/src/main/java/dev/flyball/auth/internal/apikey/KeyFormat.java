// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.apikey;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The text of API keys: {@code prefix_environment_id_secretchecksum}.
 *
 * <p>The prefix is what scanners of secrets look for, the environment keeps a key of tests out of
 * production, the id finds the record, and the checksum (CRC-32 of all that stands before it) tells
 * a typing error from a guess before anything else is asked. Id, secret and checksum have a fixed
 * length of letters and digits, so that a text has one reading. Immutable.
 */
public final class KeyFormat {

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int RADIX = ALPHABET.length();

  /** The largest multiple of the radix in a byte: bytes from there on would favour some letters. */
  private static final int FAIR = 256 / RADIX * RADIX;

  private static final int ID_LENGTH = 12;

  /** 190 bits. */
  private static final int SECRET_LENGTH = 32;

  private static final int CHECKSUM_LENGTH = 6;
  private static final int TAIL = SECRET_LENGTH + CHECKSUM_LENGTH;
  private static final int LONGEST_WORD = 16;

  private final String head;

  /**
   * The keys of one service.
   *
   * @param prefix a word
   * @param environment another one
   */
  public KeyFormat(String prefix, String environment) {
    this.head = prefix + "_" + environment + "_";
  }

  /**
   * Whether a text may be the prefix or the environment of keys: 2 to 16 lower-case letters and
   * digits, a letter first.
   */
  public static boolean isWord(String text) {
    boolean plain = text.length() > 1 && text.length() <= LONGEST_WORD && isLower(text.charAt(0));
    for (int i = 1; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = isLower(c) || (c >= '0' && c <= '9');
    }
    return plain;
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  /** Whether a text may be the id of a key. */
  public static boolean isId(String text) {
    return text.length() == ID_LENGTH && areDigits(text, 0, ID_LENGTH);
  }

  /** A new id. */
  public static String newId(SecureRandom random) {
    return digits(ID_LENGTH, random);
  }

  /** A new secret. */
  public static String newSecret(SecureRandom random) {
    return digits(SECRET_LENGTH, random);
  }

  private static String digits(int length, SecureRandom random) {
    StringBuilder digits = new StringBuilder(length);
    byte[] bytes = new byte[2 * length];
    while (digits.length() < length) {
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length && digits.length() < length; i++) {
        int value = bytes[i] & 0xFF;
        if (value < FAIR) {
          digits.append(ALPHABET.charAt(value % RADIX));
        }
      }
    }
    return digits.toString();
  }

  /** The text of a key. */
  public String text(String id, String secret) {
    String text = head + id + "_" + secret;
    return text + checksum(text, 0, text.length());
  }

  /**
   * What is wrong with a text, as a stable word; null where nothing is. Neither the outcome nor the
   * time it takes depends on any key that exists.
   *
   * @param text holds the key from some place to its end
   * @param from the place
   */
  public @Nullable String flaw(String text, int from) {
    if (text.length() - from != head.length() + ID_LENGTH + 1 + TAIL) {
      return "malformed";
    }
    int id = from + head.length();
    int secret = id + ID_LENGTH + 1;
    boolean shaped =
        text.charAt(from + head.length() - 1) == '_'
            && text.charAt(secret - 1) == '_'
            && areDigits(text, id, ID_LENGTH)
            && areDigits(text, secret, TAIL);
    if (!shaped) {
      return "malformed";
    }
    int checksum = secret + SECRET_LENGTH;
    if (!text.startsWith(checksum(text, from, checksum), checksum)) {
      return "checksum";
    }
    return text.startsWith(head, from) ? null : "environment";
  }

  /** The id in a text without flaw. */
  public String id(String text, int from) {
    int start = from + head.length();
    return text.substring(start, start + ID_LENGTH);
  }

  /** The secret in a text without flaw. */
  public String secret(String text, int from) {
    int start = from + head.length() + ID_LENGTH + 1;
    return text.substring(start, start + SECRET_LENGTH);
  }

  private static boolean areDigits(String text, int from, int length) {
    boolean all = true;
    for (int i = from; i < from + length; i++) {
      char c = text.charAt(i);
      all &= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    return all;
  }

  private static String checksum(String text, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
    char[] digits = new char[CHECKSUM_LENGTH];
    long rest = crc.getValue();
    for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
      digits[i] = ALPHABET.charAt((int) (rest % RADIX));
      rest /= RADIX;
    }
    return new String(digits);
  }
}
