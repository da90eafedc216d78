// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What JsonLogic makes of values: the coercions of JavaScript, with the truth of JsonLogic. */
@SuppressWarnings("ReferenceEquality") // lists and maps are equal to themselves only
final class Values {

  /** The longest text, in characters, and the longest list that a rule may build. */
  static final int MAX_SIZE = 65_536;

  private static final int UNORDERED = 2;
  private static final double LARGEST_PLAIN = 1e21;
  private static final int ALWAYS_EXACT_DIGITS = 15;
  private static final int MOST_DIGITS = 17;

  private Values() {}

  /** Whether a value counts as true: not null, false, zero, NaN, an empty text or an empty list. */
  static boolean isTrue(@Nullable Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof Number number) {
      double asDouble = number.doubleValue();
      return asDouble != 0 && !Double.isNaN(asDouble);
    }
    if (value instanceof Collection<?> list) {
      return !list.isEmpty();
    }
    return value != null;
  }

  /** Equality of the same type: {@code ===}. */
  static boolean isSame(@Nullable Object a, @Nullable Object b) {
    if (a instanceof String || a instanceof Boolean) {
      return a.equals(b);
    }
    if (a instanceof Number left && b instanceof Number right) {
      return compare(left, right) == 0;
    }
    return a == b;
  }

  /** Equality after coercion: {@code ==}. */
  static boolean isEqual(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    if (a instanceof String && b instanceof String) {
      return a.equals(b);
    }
    if (isContainer(a) && isContainer(b)) {
      return a == b;
    }
    if (isContainer(a)) {
      return isEqual(text(a), b);
    }
    if (isContainer(b)) {
      return isEqual(a, text(b));
    }
    return areEqualNumbers(a, b);
  }

  private static boolean areEqualNumbers(Object a, Object b) {
    if (a instanceof Number left && b instanceof Number right) {
      return compare(left, right) == 0;
    }
    return number(a) == number(b);
  }

  /** Whether the first is less; texts by their characters, all else by number. */
  static boolean isLess(@Nullable Object a, @Nullable Object b) {
    if (a instanceof String left && b instanceof String right) {
      return left.compareTo(right) < 0;
    }
    if (a instanceof Number left && b instanceof Number right) {
      return compare(left, right) < 0;
    }
    return number(a) < number(b);
  }

  /** Whether the first is less or equal; never where one is not a number. */
  static boolean isAtMost(@Nullable Object a, @Nullable Object b) {
    if (a instanceof String left && b instanceof String right) {
      return left.compareTo(right) <= 0;
    }
    if (a instanceof Number left && b instanceof Number right) {
      return compare(left, right) <= 0;
    }
    return number(a) <= number(b);
  }

  /** Whole numbers exactly, others as doubles; with a NaN always {@link #UNORDERED}. */
  private static int compare(Number a, Number b) {
    if (isWhole(a) && isWhole(b)) {
      return Long.compare(a.longValue(), b.longValue());
    }
    double left = a.doubleValue();
    double right = b.doubleValue();
    if (left < right) {
      return -1;
    }
    return left == right ? 0 : left > right ? 1 : UNORDERED;
  }

  private static boolean isWhole(Number number) {
    return number instanceof Long || number instanceof Integer;
  }

  private static boolean isContainer(Object value) {
    return value instanceof Collection || value instanceof Map;
  }

  /** The value as a number; NaN where it is none. */
  static double number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value == null) {
      return 0;
    }
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    return value instanceof Map ? Double.NaN : numberOf(text(value).strip());
  }

  private static double numberOf(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    return decimalPrefix(text) == text.length() ? Double.parseDouble(text) : Double.NaN;
  }

  /** The number with which a text begins; NaN where it begins with none. */
  static double leadingNumber(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    String text = text(value).strip();
    int end = decimalPrefix(text);
    return end == 0 ? Double.NaN : Double.parseDouble(text.substring(0, end));
  }

  /** How many characters at the beginning are a decimal number; 0 for none. */
  private static int decimalPrefix(String text) {
    int start = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    int whole = digits(text, start);
    int end = whole;
    if (end < text.length() && text.charAt(end) == '.') {
      end = digits(text, end + 1);
    }
    boolean hasDigits = whole > start || end > whole + 1;
    return hasDigits ? exponent(text, end) : 0;
  }

  private static int exponent(String text, int end) {
    if (end >= text.length() || (text.charAt(end) != 'e' && text.charAt(end) != 'E')) {
      return end;
    }
    int start = end + 1;
    if (start < text.length() && (text.charAt(start) == '-' || text.charAt(start) == '+')) {
      start++;
    }
    int after = digits(text, start);
    return after > start ? after : end;
  }

  private static int digits(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  /** The value as text: {@code null}, {@code true}, {@code 1.5}, {@code a,b}. */
  static String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Number number) {
      return text(number);
    }
    if (value instanceof Collection<?> list) {
      return joined(list);
    }
    return value instanceof Map ? "[object Object]" : String.valueOf(value);
  }

  private static String joined(Collection<?> list) {
    StringBuilder text = new StringBuilder();
    String separator = "";
    for (Object each : list) {
      append(text, separator);
      append(text, each == null ? "" : text(each));
      separator = ",";
    }
    return text.toString();
  }

  /** Adds to a text that a rule builds, within bounds. */
  static void append(StringBuilder text, String more) {
    if (text.length() + more.length() > MAX_SIZE) {
      throw Abandoned.TOO_LARGE;
    }
    text.append(more);
  }

  /** A number as JavaScript prints it, which does not depend on the version of the JDK. */
  private static String text(Number number) {
    if (isWhole(number)) {
      return number.toString();
    }
    double value = number.doubleValue();
    if (value == Math.rint(value) && Math.abs(value) < LARGEST_PLAIN) {
      return value == 0 ? "0" : new BigDecimal(value).toBigInteger().toString();
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.toString(value);
    }
    return print(shortest(value));
  }

  /** The fewest digits that are read back as the same number. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    int fewest = Math.abs(value) < Double.MIN_NORMAL ? 1 : ALWAYS_EXACT_DIGITS;
    for (int digits = fewest; digits < MOST_DIGITS; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(MOST_DIGITS)).stripTrailingZeros();
  }

  private static String print(BigDecimal value) {
    int exponent = value.precision() - value.scale() - 1;
    if (exponent >= -6 && exponent < 21) {
      return value.toPlainString();
    }
    String digits = value.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String sign = value.signum() < 0 ? "-" : "";
    return sign + mantissa + "e" + (exponent < 0 ? "" : "+") + exponent;
  }
}
