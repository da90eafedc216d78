// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version as flagd's {@code sem_ver} reads it: SemVer 2.0.0, with {@code v} before it or not, and
 * with minor and patch left out or not. Build metadata is not kept.
 *
 * @param major the first number
 * @param minor the second number
 * @param patch the third number
 * @param preRelease what follows the hyphen; empty for a release
 */
record SemVer(long major, long minor, long patch, String preRelease) {

  static final List<String> OPERATORS = List.of("=", "!=", "<", "<=", ">", ">=", "^", "~");

  private static final int MOST_DIGITS = 18;

  static boolean isOperator(@Nullable Object value) {
    return value instanceof String text && OPERATORS.contains(text);
  }

  /** The version that a text or number means, or null. */
  static @Nullable SemVer of(@Nullable Object value) {
    if (value instanceof String text) {
      return parse(text);
    }
    return value instanceof Number ? parse(Values.text(value)) : null;
  }

  private static @Nullable SemVer parse(String text) {
    int start = text.startsWith("v") || text.startsWith("V") ? 1 : 0;
    long[] core = new long[3];
    int at = start;
    int count = 0;
    while (count < 3) {
      int end = numberEnd(text, at);
      if (end < 0) {
        return null;
      }
      core[count++] = Long.parseLong(text, at, end, 10);
      at = end;
      if (count == 3 || at == text.length() || text.charAt(at) != '.') {
        break;
      }
      at++;
    }
    // what follows the core is only allowed after a full one
    if (at < text.length() && count < 3) {
      return null;
    }
    String preRelease = preRelease(text, at);
    return preRelease == null ? null : new SemVer(core[0], core[1], core[2], preRelease);
  }

  /** Where the number that begins at a place ends; -1 for none, or one with a leading zero. */
  private static int numberEnd(String text, int start) {
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    boolean hasLeadingZero = end > start + 1 && text.charAt(start) == '0';
    return end == start || end - start > MOST_DIGITS || hasLeadingZero ? -1 : end;
  }

  /** What is between hyphen and plus; null where the rest of the text is malformed. */
  private static @Nullable String preRelease(String text, int at) {
    int plus = text.indexOf('+', at);
    int end = plus < 0 ? text.length() : plus;
    if (plus >= 0 && !areIdentifiers(text.substring(plus + 1), false)) {
      return null;
    }
    if (at == end) {
      return "";
    }
    String preRelease = text.substring(at + 1, end);
    return text.charAt(at) == '-' && areIdentifiers(preRelease, true) ? preRelease : null;
  }

  private static boolean areIdentifiers(String text, boolean numbersAreCanonical) {
    for (String each : text.split("\\.", -1)) {
      boolean isNumber = each.chars().allMatch(c -> isDigit((char) c));
      boolean isKnown = each.chars().allMatch(c -> isDigit((char) c) || isLetterOrHyphen((char) c));
      boolean hasLeadingZero = isNumber && each.length() > 1 && each.charAt(0) == '0';
      if (each.isEmpty() || !isKnown || (numbersAreCanonical && hasLeadingZero)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetterOrHyphen(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  }

  /** Whether this stands in a relation to another version. */
  boolean matches(String operator, SemVer other) {
    int order = compare(other);
    return switch (operator) {
      case "=" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case "^" -> major == other.major;
      case "~" -> major == other.major && minor == other.minor;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private int compare(SemVer other) {
    if (major != other.major) {
      return Long.compare(major, other.major);
    }
    if (minor != other.minor) {
      return Long.compare(minor, other.minor);
    }
    if (patch != other.patch) {
      return Long.compare(patch, other.patch);
    }
    return comparePreReleases(preRelease, other.preRelease);
  }

  /** A pre-release comes before its release; else identifier by identifier. */
  private static int comparePreReleases(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return Boolean.compare(a.isEmpty(), b.isEmpty());
    }
    String[] left = a.split("\\.", -1);
    String[] right = b.split("\\.", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      int order = compareIdentifiers(left[i], right[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }

  /** Numbers come before words; a longer number is larger. */
  private static int compareIdentifiers(String a, String b) {
    boolean isNumberA = a.chars().allMatch(c -> isDigit((char) c));
    boolean isNumberB = b.chars().allMatch(c -> isDigit((char) c));
    if (isNumberA != isNumberB) {
      return isNumberA ? -1 : 1;
    }
    boolean byLength = isNumberA && a.length() != b.length();
    return byLength ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
  }
}
