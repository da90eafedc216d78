// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads a JSON text (RFC 8259) token by token, strictly: nothing that the grammar does not know,
 * nothing after the value, bounded depth and length of numbers. It knows where each token stands.
 *
 * <p>Whether a name stands twice, and what an escape has made of a surrogate, is the caller's
 * business.
 *
 * <pre>{@code
 * JsonScanner json = new JsonScanner("{\"status\":404}", 8, 64);
 * json.next(); // OBJECT
 * json.next(); // NAME, text() is status
 * json.next(); // NUMBER, number() is 404
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class JsonScanner {

  /** What stands in a text. */
  public enum Token {
    /** The beginning of an object. */
    OBJECT,
    /** The end of an object. */
    OBJECT_END,
    /** The beginning of an array. */
    ARRAY,
    /** The end of an array. */
    ARRAY_END,
    /** The name of a member. */
    NAME,
    /** A string. */
    STRING,
    /** A number. */
    NUMBER,
    /** The literal true. */
    TRUE,
    /** The literal false. */
    FALSE,
    /** The literal null. */
    NULL,
    /** The end of the text. */
    END
  }

  /** Why a text is not JSON, and where. */
  public static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    /** Counted from 1. */
    private final int line;

    /** Counted from 1. */
    private final int column;

    private Malformed(String message, int line, int column) {
      super(message, null, false, false);
      this.line = line;
      this.column = column;
    }

    /**
     * The line.
     *
     * @return counted from 1
     */
    public int line() {
      return line;
    }

    /**
     * The column.
     *
     * @return counted from 1, in UTF-16 units
     */
    public int column() {
      return column;
    }
  }

  private enum State {
    VALUE,
    FIRST_ELEMENT,
    FIRST_NAME,
    NAME,
    AFTER_NAME,
    AFTER_VALUE
  }

  private static final int LONGEST_CERTAIN_LONG = 18;

  private final String text;
  private final int maxDepth;
  private final int maxNumber;

  /** For each level that is open, whether it is an object. */
  private boolean[] objects = new boolean[8];

  private int depth;
  private State state = State.VALUE;
  private int position;
  private int line = 1;
  private int lineStart;

  private Token token = Token.END;
  private int start;
  private String string = "";
  private boolean isWhole;

  /**
   * A scanner before the first token.
   *
   * @param text the text
   * @param maxDepth how many objects and arrays may be open at once
   * @param maxNumber how many characters a number may have
   */
  public JsonScanner(String text, int maxDepth, int maxNumber) {
    this.text = Objects.requireNonNull(text, "text");
    this.maxDepth = maxDepth;
    this.maxNumber = maxNumber;
  }

  /**
   * Goes to the next token.
   *
   * @return the token; END after the value, again and again
   * @throws Malformed if there is none that may stand here
   */
  public Token next() throws Malformed {
    skipSpace();
    start = position;
    token = read();
    return token;
  }

  /**
   * Skips what an object or array holds, and stands at its end then. Without effect at any other
   * token.
   *
   * @throws Malformed if it is not JSON
   */
  public void skipChildren() throws Malformed {
    if (token == Token.OBJECT || token == Token.ARRAY) {
      int outside = depth - 1;
      while (depth > outside) {
        next();
      }
    }
  }

  /**
   * The token that the scanner stands at.
   *
   * @return what {@link #next()} has returned
   */
  public Token token() {
    return token;
  }

  /**
   * The text of a NAME or STRING.
   *
   * @return without quotes and escapes
   */
  public String text() {
    return string;
  }

  /**
   * The value of a NUMBER.
   *
   * @return a {@link Long} or, where it does not fit, a {@link BigInteger}; a {@link Double} for
   *     what has a fraction or an exponent
   */
  public Number number() {
    String digits = text.substring(start, position);
    if (!isWhole) {
      return Double.valueOf(digits);
    }
    if (digits.length() <= LONGEST_CERTAIN_LONG) {
      return Long.valueOf(digits);
    }
    BigInteger number = new BigInteger(digits);
    if (number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    return number;
  }

  /**
   * The line in which the token begins.
   *
   * @return counted from 1
   */
  public int line() {
    return line;
  }

  /**
   * The column in which the token begins.
   *
   * @return counted from 1, in UTF-16 units
   */
  public int column() {
    return start - lineStart + 1;
  }

  private Token read() throws Malformed {
    if (state == State.AFTER_VALUE) {
      if (depth == 0) {
        return end();
      }
      char close = objects[depth - 1] ? '}' : ']';
      if (is(close)) {
        return close();
      }
      skip(',', "a comma or " + close);
      state = objects[depth - 1] ? State.NAME : State.VALUE;
    } else if (state == State.AFTER_NAME) {
      skip(':', "a colon");
    }
    if (state == State.NAME || state == State.FIRST_NAME) {
      return state == State.FIRST_NAME && is('}') ? close() : name();
    }
    return state == State.FIRST_ELEMENT && is(']') ? close() : value();
  }

  /** Skips what separates tokens. */
  private void skip(char separator, String expected) throws Malformed {
    expect(separator, expected);
    skipSpace();
    start = position;
  }

  private Token end() throws Malformed {
    if (position < text.length()) {
      throw malformed("there is more after the end of the document");
    }
    return Token.END;
  }

  private Token open(boolean isObject) throws Malformed {
    if (depth == maxDepth) {
      throw malformed("nested deeper than " + maxDepth + " levels");
    }
    if (depth == objects.length) {
      objects = Arrays.copyOf(objects, 2 * depth);
    }
    objects[depth++] = isObject;
    position++;
    state = isObject ? State.FIRST_NAME : State.FIRST_ELEMENT;
    return isObject ? Token.OBJECT : Token.ARRAY;
  }

  private Token close() {
    depth--;
    position++;
    state = State.AFTER_VALUE;
    return objects[depth] ? Token.OBJECT_END : Token.ARRAY_END;
  }

  private Token name() throws Malformed {
    readString("a name in double quotes");
    state = State.AFTER_NAME;
    return Token.NAME;
  }

  private Token value() throws Malformed {
    char c = peek("a value");
    state = State.AFTER_VALUE;
    return switch (c) {
      case '{' -> open(true);
      case '[' -> open(false);
      case '"' -> {
        readString("a value");
        yield Token.STRING;
      }
      case 't' -> literal("true", Token.TRUE);
      case 'f' -> literal("false", Token.FALSE);
      case 'n' -> literal("null", Token.NULL);
      default -> {
        readNumber();
        yield Token.NUMBER;
      }
    };
  }

  private Token literal(String word, Token meaning) throws Malformed {
    if (!text.startsWith(word, position)) {
      throw unexpected("a value");
    }
    position += word.length();
    return meaning;
  }

  // ---- numbers

  private void readNumber() throws Malformed {
    if (is('-')) {
      position++;
    } else if (!isDigit()) {
      throw unexpected("a value");
    }
    if (is('0')) {
      position++;
    } else {
      skipDigits();
    }
    isWhole = true;
    if (is('.')) {
      isWhole = false;
      position++;
      skipDigits();
    }
    if (is('e') || is('E')) {
      isWhole = false;
      position++;
      if (is('+') || is('-')) {
        position++;
      }
      skipDigits();
    }
    if (position - start > maxNumber) {
      throw malformed("a number of more than " + maxNumber + " characters");
    }
  }

  private void skipDigits() throws Malformed {
    if (!isDigit()) {
      throw unexpected("a digit");
    }
    while (isDigit()) {
      position++;
    }
  }

  private boolean isDigit() {
    return position < text.length() && text.charAt(position) >= '0' && text.charAt(position) <= '9';
  }

  // ---- strings

  private void readString(String expected) throws Malformed {
    expect('"', expected);
    int from = position;
    StringBuilder unescaped = null;
    skipPlain();
    for (char c = peek("the end of a string"); c != '"'; c = peek("the end of a string")) {
      if (c != '\\') {
        throw unexpected("no control character in a string");
      }
      unescaped = unescaped == null ? new StringBuilder() : unescaped;
      unescaped.append(text, from, position).append(unescape());
      from = position;
      skipPlain();
    }
    string =
        unescaped == null
            ? text.substring(from, position)
            : unescaped.append(text, from, position).toString();
    position++;
  }

  /** Skips what stands for itself. */
  private void skipPlain() {
    int i = position;
    while (i < text.length() && isPlain(text.charAt(i))) {
      i++;
    }
    position = i;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\';
  }

  private char unescape() throws Malformed {
    position++;
    char c = peek("the rest of an escape");
    char meant =
        switch (c) {
          case '"', '\\', '/' -> c;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unicode();
          default -> throw unexpected("an escape of JSON");
        };
    position++;
    return meant;
  }

  private char unicode() throws Malformed {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      position++;
      char c = peek("four hexadecimal digits");
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw unexpected("four hexadecimal digits");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  // ---- characters

  private void skipSpace() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return;
      }
      position++;
      if (c == '\n' || (c == '\r' && !is('\n'))) {
        line++;
        lineStart = position;
      }
    }
  }

  private boolean is(char c) {
    return position < text.length() && text.charAt(position) == c;
  }

  private char peek(String expected) throws Malformed {
    if (position == text.length()) {
      throw unexpected(expected);
    }
    return text.charAt(position);
  }

  private void expect(char c, String expected) throws Malformed {
    if (!is(c)) {
      throw unexpected(expected);
    }
    position++;
  }

  private Malformed unexpected(String expected) {
    if (position == text.length()) {
      return malformed("the text ends too early (expected: " + expected + ")");
    }
    char c = text.charAt(position);
    String shown =
        c > ' ' && c < 0x7F ? "'" + c + "'" : "U+" + Integer.toHexString(0x10000 | c).substring(1);
    return malformed("unexpected " + shown + " (expected: " + expected + ")");
  }

  private Malformed malformed(String message) {
    return new Malformed(message, line, position - lineStart + 1);
  }
}
