// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One JSON object (RFC 8259), read strictly: valid UTF-8 without a byte order mark, no name twice,
 * paired surrogates only, nothing after the object, bounded depth and number of members.
 *
 * <p>Values are {@link String}, {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double},
 * {@link List}, {@link Map}, or {@link Null}: a null is a value of its own here, never an absence.
 * None can be modified.
 *
 * <p>In place of a library because every new token passes here, and because what is refused is
 * written here to be read rather than left to the settings of a general reader.
 */
final class StrictJson {

  /** What stands for null. */
  enum Null {
    NULL
  }

  /** Why a text is refused. */
  static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whether it is because of a name that stands twice. */
    private final boolean duplicate;

    Malformed(String message, boolean duplicate) {
      super(message, null, false, false);
      this.duplicate = duplicate;
    }

    boolean isDuplicate() {
      return duplicate;
    }
  }

  private static final int MAX_NUMBER = 64;
  private static final int DIGITS_OF_LONG = 19;

  private final int maxDepth;
  private final int maxMembers;

  StrictJson(int maxDepth, int maxMembers) {
    this.maxDepth = maxDepth;
    this.maxMembers = maxMembers;
  }

  Map<String, Object> object(byte[] utf8) throws Malformed {
    requireUtf8(utf8);
    return new Reader(utf8).document();
  }

  private static void requireUtf8(byte[] bytes) throws Malformed {
    if (isAscii(bytes)) {
      return;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new Malformed("not UTF-8", false);
    }
  }

  private static boolean isAscii(byte[] bytes) {
    int all = 0;
    for (byte each : bytes) {
      all |= each;
    }
    return all >= 0;
  }

  /** One way through one text. */
  private final class Reader {

    private final byte[] text;
    private int at;

    Reader(byte[] text) {
      this.text = text;
    }

    Map<String, Object> document() throws Malformed {
      if (next() != '{') {
        throw new Malformed("not an object", false);
      }
      Map<String, Object> object = object(1);
      while (at < text.length) {
        if (!isSpace(text[at++])) {
          throw new Malformed("text after the object", false);
        }
      }
      return object;
    }

    private Object value(byte first, int depth) throws Malformed {
      return switch (first) {
        case '"' -> string();
        case '{' -> object(depth + 1);
        case '[' -> array(depth + 1);
        case 't' -> literal("true", true);
        case 'f' -> literal("false", false);
        case 'n' -> literal("null", Null.NULL);
        default -> number();
      };
    }

    private Map<String, Object> object(int depth) throws Malformed {
      requireDepth(depth);
      byte c = next();
      if (c == '}') {
        return Map.of();
      }
      List<Map.Entry<String, Object>> members = new ArrayList<>();
      while (true) {
        require(c == '"');
        String name = string();
        require(next() == ':');
        members.add(Map.entry(name, value(next(), depth)));
        if (members.size() > maxMembers) {
          throw new Malformed("more than " + maxMembers + " members", false);
        }
        c = next();
        if (c == '}') {
          return map(members);
        }
        require(c == ',');
        c = next();
      }
    }

    private List<Object> array(int depth) throws Malformed {
      requireDepth(depth);
      byte c = next();
      if (c == ']') {
        return List.of();
      }
      List<Object> elements = new ArrayList<>();
      while (true) {
        elements.add(value(c, depth));
        c = next();
        if (c == ']') {
          return List.copyOf(elements);
        }
        require(c == ',');
        c = next();
      }
    }

    private Object literal(String word, Object value) throws Malformed {
      for (int i = 1; i < word.length(); i++) {
        require(take() == word.charAt(i));
      }
      return value;
    }

    private Object number() throws Malformed {
      int from = --at;
      skip('-');
      if (!skip('0')) {
        skipDigits();
      }
      boolean whole = true;
      if (skip('.')) {
        skipDigits();
        whole = false;
      }
      if (skip('e') || skip('E')) {
        if (!skip('+')) {
          skip('-');
        }
        skipDigits();
        whole = false;
      }
      if (at - from > MAX_NUMBER) {
        throw new Malformed("a number of more than " + MAX_NUMBER + " characters", false);
      }
      if (whole && at - from < DIGITS_OF_LONG) {
        return whole(from);
      }
      String number = text(from, at);
      return whole ? narrow(new BigInteger(number)) : (Object) Double.valueOf(number);
    }

    /** Times are by far the most frequent numbers. */
    private long whole(int from) {
      boolean negative = text[from] == '-';
      long value = 0;
      for (int i = negative ? from + 1 : from; i < at; i++) {
        value = 10 * value + text[i] - '0';
      }
      return negative ? -value : value;
    }

    /** A text or name, behind its first quotation mark. */
    private String string() throws Malformed {
      StringBuilder unescaped = null;
      int from = at;
      while (ending() == '\\') {
        unescaped = unescaped == null ? new StringBuilder() : unescaped;
        unescaped.append(text(from, at - 1)).append(escape());
        from = at;
      }
      String rest = text(from, at - 1);
      return unescaped == null ? rest : paired(unescaped.append(rest).toString());
    }

    /** Goes past what stands for itself, and past the quotation mark or backslash that ends it. */
    private byte ending() throws Malformed {
      int i = at;
      while (i < text.length && isPlain(text[i])) {
        i++;
      }
      at = i;
      byte c = take();
      require(c == '"' || c == '\\');
      return c;
    }

    private String text(int from, int to) {
      return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    /** The character that an escape stands for, behind the backslash. */
    private char escape() throws Malformed {
      byte c = take();
      return switch (c) {
        case '"', '\\', '/' -> (char) c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> (char) (hex() << 12 | hex() << 8 | hex() << 4 | hex());
        default -> throw notJson();
      };
    }

    private int hex() throws Malformed {
      int digit = Character.digit(take(), 16);
      require(digit >= 0);
      return digit;
    }

    private void skipDigits() throws Malformed {
      int from = at;
      while (at < text.length && text[at] >= '0' && text[at] <= '9') {
        at++;
      }
      require(at > from);
    }

    private boolean skip(char c) {
      boolean there = at < text.length && text[at] == c;
      at += there ? 1 : 0;
      return there;
    }

    /** The next character that is not white space. */
    private byte next() throws Malformed {
      byte c = take();
      while (isSpace(c)) {
        c = take();
      }
      return c;
    }

    private byte take() throws Malformed {
      require(at < text.length);
      return text[at++];
    }
  }

  private void requireDepth(int depth) throws Malformed {
    if (depth > maxDepth) {
      throw new Malformed("more than " + maxDepth + " levels", false);
    }
  }

  private static void require(boolean condition) throws Malformed {
    if (!condition) {
      throw notJson();
    }
  }

  private static Malformed notJson() {
    return new Malformed("not JSON", false);
  }

  private static boolean isPlain(byte c) {
    return (c >= ' ' || c < 0) && c != '"' && c != '\\';
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // no array of a generic type can be made
  private static Map<String, Object> map(List<Map.Entry<String, Object>> members) throws Malformed {
    try {
      return Map.ofEntries(members.toArray(new Map.Entry[0]));
    } catch (IllegalArgumentException e) {
      throw new Malformed("a name stands twice", true);
    }
  }

  private static Object narrow(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** An escape may have made half of a surrogate pair. */
  private static String paired(String text) throws Malformed {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw new Malformed("half of a surrogate pair", false);
        }
        i++;
      }
    }
    return text;
  }
}
