// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A writer of JSON (RFC 8259) as UTF-8 into one growing buffer, hardened for text that others have
 * chosen.
 *
 * <p>Whatever the values are, the output is one physical line of valid UTF-8: control characters
 * (C0, DEL, C1 with NEL), line and paragraph separators, bidirectional controls, zero-width and
 * other invisible characters leave it escaped; a lone surrogate becomes U+FFFD; NaN and the
 * infinities become strings. Commas are put by the writer. Nesting and the order of names and
 * values are the caller's business; the writer does not check them, nor that a name is used once.
 *
 * <pre>{@code
 * byte[] json = new JsonWriter().beginObject().name("status").value(404).endObject().toByteArray();
 * }</pre>
 *
 * <p>Not thread-safe. A writer may be used again after {@link #reset()}.
 */
public final class JsonWriter {

  private static final int INITIAL_CAPACITY = 512;
  private static final int LARGEST_KEPT_BUFFER = 64 * 1024;
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");
  private static final byte[] SMALLEST_LONG = ascii(Long.toString(Long.MIN_VALUE));
  private static final byte[] NO_NAME = {};
  private static final int LONGEST_NUMBER = 64;

  /** The most bytes that one UTF-16 unit of a text can take. */
  public static final int LONGEST_ESCAPE = 6;

  private static final char REPLACEMENT = '\uFFFD';

  /**
   * For each ASCII character: 0 as it is, 'u' as \\u00XX, else the letter after the backslash; for
   * each of the next 128 anything but 0.
   */
  private static final byte[] ESCAPES = escapes();

  private byte[] buffer = new byte[INITIAL_CAPACITY];
  private int size;

  /** Whether what comes next follows a value. */
  private boolean follows;

  /** Creates an empty writer. */
  public JsonWriter() {}

  /**
   * Opens an object.
   *
   * @return this writer
   */
  public JsonWriter beginObject() {
    separate();
    put('{');
    follows = false;
    return this;
  }

  /**
   * Closes the object.
   *
   * @return this writer
   */
  public JsonWriter endObject() {
    put('}');
    follows = true;
    return this;
  }

  /**
   * Opens an array.
   *
   * @return this writer
   */
  public JsonWriter beginArray() {
    separate();
    put('[');
    follows = false;
    return this;
  }

  /**
   * Closes the array.
   *
   * @return this writer
   */
  public JsonWriter endArray() {
    put(']');
    follows = true;
    return this;
  }

  /**
   * Writes the name of a member.
   *
   * @param name any text
   * @return this writer
   */
  public JsonWriter name(String name) {
    Objects.requireNonNull(name, "name");
    value(name);
    put(':');
    follows = false;
    return this;
  }

  /**
   * Writes a string, or null.
   *
   * @param value any text
   * @return this writer
   */
  public JsonWriter value(@Nullable String value) {
    if (value == null) {
      return nullValue();
    }
    return value(value, value.length());
  }

  /**
   * Writes at most the first {@code limit} characters of a text, never half of a surrogate pair.
   *
   * @param value any text
   * @param limit the number of UTF-16 units to write at most
   * @return this writer
   */
  public JsonWriter value(String value, int limit) {
    string(NO_NAME, value, cut(value, limit));
    return this;
  }

  /**
   * Writes as much of a text as fits into a number of bytes, never half of a surrogate pair or of
   * an escape.
   *
   * @param value any text
   * @param bytes what the text may take between its quotes, once it is escaped
   * @return the number of UTF-16 units that were written; the length of the text if all of it was
   */
  public int valueWithin(String value, int bytes) {
    return memberWithin(NO_NAME, value, bytes);
  }

  /**
   * Writes a member whose name was written before; {@link #raw} and {@link #valueWithin} in one.
   *
   * @param name the name as JSON, with its colon
   * @param value any text
   * @param bytes what the text may take between its quotes, once it is escaped
   * @return the number of UTF-16 units that were written; the length of the text if all of it was
   */
  public int memberWithin(byte[] name, String value, int bytes) {
    int length = value.length();
    if (length <= bytes / LONGEST_ESCAPE) {
      string(name, value, length);
      return length;
    }
    raw(name);
    separate();
    put('"');
    int written = textWithin(value, length, size + Math.max(bytes, 0));
    put('"');
    return written;
  }

  /**
   * Writes a member whose name was written before, and whose value is a text.
   *
   * @param name the name as JSON, with its colon
   * @param value any text
   * @return this writer
   */
  public JsonWriter member(byte[] name, String value) {
    string(name, value, value.length());
    return this;
  }

  /**
   * Writes a member whose name was written before, and whose value is a number.
   *
   * @param name the name as JSON, with its colon
   * @param value any number
   * @return this writer
   */
  public JsonWriter member(byte[] name, long value) {
    ensure(name.length + 1);
    int at = size;
    if (follows) {
      buffer[at++] = ',';
    }
    System.arraycopy(name, 0, buffer, at, name.length);
    size = at + name.length;
    follows = true;
    digits(value);
    return this;
  }

  /**
   * Writes 64 bits as a string of 16 lower-case hexadecimal digits.
   *
   * @param bits the bits
   * @return this writer
   */
  public JsonWriter hexValue(long bits) {
    separate();
    put('"');
    hex(bits);
    put('"');
    return this;
  }

  /**
   * Writes 128 bits as a string of 32 lower-case hexadecimal digits.
   *
   * @param high the first 64 bits
   * @param low the last 64 bits
   * @return this writer
   */
  public JsonWriter hexValue(long high, long low) {
    separate();
    put('"');
    hex(high);
    hex(low);
    put('"');
    return this;
  }

  /**
   * Writes a number.
   *
   * @param value any number
   * @return this writer
   */
  public JsonWriter value(long value) {
    separate();
    digits(value);
    return this;
  }

  /**
   * Writes a number, or a string where JSON has no number for it (NaN and the infinities).
   *
   * @param value any number
   * @return this writer
   */
  public JsonWriter value(double value) {
    String text = Double.toString(value);
    return Double.isFinite(value) ? number(text) : value(text);
  }

  /**
   * Writes a number of any class of the JDK; one of more than 64 digits, one that JSON cannot
   * express and one of a class that is not known becomes a string.
   *
   * @param value any number
   * @return this writer
   */
  public JsonWriter value(Number value) {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || value instanceof AtomicInteger
        || value instanceof AtomicLong) {
      return value(value.longValue());
    }
    if (value instanceof Double || value instanceof Float) {
      return Double.isFinite(value.doubleValue())
          ? number(value.toString())
          : value(value.toString());
    }
    // a class derived from these may print anything
    if (value.getClass() == BigDecimal.class || value.getClass() == BigInteger.class) {
      return bigNumber(value);
    }
    return value(String.valueOf(value));
  }

  /**
   * Writes a truth value.
   *
   * @param value either
   * @return this writer
   */
  public JsonWriter value(boolean value) {
    separate();
    put(value ? TRUE : FALSE);
    return this;
  }

  /**
   * Writes null.
   *
   * @return this writer
   */
  public JsonWriter nullValue() {
    separate();
    put(NULL);
    return this;
  }

  /**
   * Copies JSON that was written before: a whole value, a name with its colon, a whole member, or
   * several members with their commas. Empty pieces are passed over.
   *
   * @param json valid UTF-8 JSON, as this class writes it
   * @return this writer
   */
  public JsonWriter raw(byte[] json) {
    int length = json.length;
    if (length > 0) {
      ensure(length + 1);
      int at = size;
      if (follows) {
        buffer[at++] = ',';
      }
      System.arraycopy(json, 0, buffer, at, length);
      size = at + length;
      follows = json[length - 1] != ':';
    }
    return this;
  }

  /**
   * The number of bytes written.
   *
   * @return zero or more
   */
  public int size() {
    return size;
  }

  /**
   * A copy of what was written.
   *
   * @return exactly {@link #size()} bytes
   */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  /**
   * A copy of what was written and a line feed after it.
   *
   * @return {@link #size()} + 1 bytes
   */
  public byte[] toLine() {
    byte[] line = Arrays.copyOf(buffer, size + 1);
    line[size] = '\n';
    return line;
  }

  /**
   * Writes what was written, and a line feed after it, to a stream.
   *
   * @param out takes {@link #size()} + 1 bytes at once
   * @throws IOException if the stream does not take them
   */
  public void writeLineTo(OutputStream out) throws IOException {
    ensure(1);
    buffer[size] = '\n';
    out.write(buffer, 0, size + 1);
  }

  /**
   * What was written, as text.
   *
   * @return the JSON
   */
  @Override
  public String toString() {
    return new String(buffer, 0, size, StandardCharsets.UTF_8);
  }

  /**
   * Forgets what was written after a position, for example a member that became too large.
   *
   * @param size a former {@link #size()}
   * @return this writer
   */
  public JsonWriter truncate(int size) {
    this.size = Math.max(0, Math.min(size, this.size));
    byte last = this.size > 0 ? buffer[this.size - 1] : (byte) '{';
    follows = last != '{' && last != '[' && last != ':';
    return this;
  }

  /**
   * Empties the writer for its next use; a buffer that grew beyond 64 KiB is let go.
   *
   * @return this writer
   */
  public JsonWriter reset() {
    size = 0;
    follows = false;
    if (buffer.length > LARGEST_KEPT_BUFFER) {
      buffer = new byte[INITIAL_CAPACITY];
    }
    return this;
  }

  private JsonWriter number(String digits) {
    separate();
    text(digits, 0, digits.length());
    return this;
  }

  private JsonWriter bigNumber(Number value) {
    boolean huge =
        value instanceof BigDecimal decimal
            ? decimal.precision() > LONGEST_NUMBER || Math.abs((long) decimal.scale()) > 9_999
            : ((BigInteger) value).bitLength() > 3 * LONGEST_NUMBER;
    if (huge) {
      return value("<number of more than " + LONGEST_NUMBER + " digits>");
    }
    return number(value.toString());
  }

  private static int cut(String value, int limit) {
    if (limit >= value.length()) {
      return value.length();
    }
    int end = Math.max(limit, 0);
    boolean splitsPair =
        end > 0
            && Character.isHighSurrogate(value.charAt(end - 1))
            && Character.isLowSurrogate(value.charAt(end));
    return splitsPair ? end - 1 : end;
  }

  /** Puts a comma between values; what comes after this is one. */
  private void separate() {
    if (follows) {
      put(',');
    }
    follows = true;
  }

  /** Writes a string; nearly all are plain, and are written in one piece. */
  @SuppressWarnings("deprecation") // the low byte of each character is all there is
  private void string(byte[] name, String text, int end) {
    ensure(name.length + end + 3);
    byte[] bytes = buffer;
    int at = size;
    if (follows) {
      bytes[at++] = ',';
    }
    System.arraycopy(name, 0, bytes, at, name.length);
    at += name.length;
    bytes[at++] = '"';
    if (isPlain(text, end)) {
      text.getBytes(0, end, bytes, at);
      at += end;
      bytes[at++] = '"';
      size = at;
    } else {
      size = at;
      text(text, 0, end);
      put('"');
    }
    follows = true;
  }

  private void text(String text, int from, int end) {
    int i = from;
    while (i < end) {
      int plain = plainEnd(text, i, end);
      copy(text, i, plain);
      i = plain < end ? plain + special(text, plain, end) : plain;
    }
  }

  /** Writes up to a size of the buffer; returns how many units that took. */
  private int textWithin(String text, int end, int limit) {
    int i = 0;
    while (i < end) {
      int plain = plainEnd(text, i, Math.min(end, i + limit - size));
      copy(text, i, plain);
      i = plain;
      if (i < end) {
        int before = size;
        int units = special(text, i, end);
        if (size > limit) {
          size = before;
          return i;
        }
        i += units;
      }
    }
    return i;
  }

  /** Whether all leave as they are; to go on to the end costs less than to ask each time. */
  private static boolean isPlain(String text, int end) {
    int special = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      special |= ESCAPES[c & 0xFF] | c >>> 8;
    }
    return special == 0;
  }

  /** Where the run of characters ends that leave as they are. */
  private static int plainEnd(String text, int from, int end) {
    int i = from;
    while (i < end && isPlain(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isPlain(char c) {
    return c < 0x80 && ESCAPES[c] == 0;
  }

  @SuppressWarnings("deprecation")
  private void copy(String text, int from, int end) {
    ensure(end - from);
    text.getBytes(from, end, buffer, size);
    size += end - from;
  }

  /** Writes one character that does not leave as it is; returns how many units it is made of. */
  private int special(String text, int index, int end) {
    char c = text.charAt(index);
    if (c < 0x80) {
      ascii(c);
    } else if (Character.isSurrogate(c)) {
      return 1 + surrogate(text, index, end);
    } else if (isHidden(c)) {
      unicodeEscape(c);
    } else {
      utf8(c);
    }
    return 1;
  }

  private void ascii(char c) {
    byte escape = ESCAPES[c];
    if (escape == 0) {
      put(c);
    } else if (escape == 'u') {
      unicodeEscape(c);
    } else {
      put('\\');
      put(escape);
    }
  }

  /**
   * Writes a pair, or the replacement for half of one; returns how many units beyond one it took.
   */
  private int surrogate(String text, int index, int end) {
    char high = text.charAt(index);
    boolean pair =
        Character.isHighSurrogate(high)
            && index + 1 < end
            && Character.isLowSurrogate(text.charAt(index + 1));
    if (!pair) {
      utf8(REPLACEMENT);
      return 0;
    }
    char low = text.charAt(index + 1);
    int codePoint = Character.toCodePoint(high, low);
    if (isHidden(codePoint)) {
      unicodeEscape(high);
      unicodeEscape(low);
    } else {
      ensure(4);
      buffer[size++] = (byte) (0xF0 | (codePoint >> 18));
      buffer[size++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
      buffer[size++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
      buffer[size++] = (byte) (0x80 | (codePoint & 0x3F));
    }
    return 1;
  }

  /**
   * Characters that a viewer does not show, or that change how it shows or splits the rest: of the
   * categories of controls and separators, those that Unicode lets a viewer ignore, noncharacters.
   */
  private static boolean isHidden(char c) {
    if (c < 0x2000) {
      return c <= 0x9F
          || c == 0xAD
          || c == 0x34F
          || c == 0x61C
          || (c >= 0x115F && c <= 0x1160)
          || (c >= 0x17B4 && c <= 0x17B5)
          || (c >= 0x180B && c <= 0x180F);
    }
    if (c <= 0x206F) {
      return (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || c >= 0x2060;
    }
    return c == 0x3164
        || (c >= 0xFDD0 && c <= 0xFDEF)
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == 0xFEFF
        || c == 0xFFA0
        || (c >= 0xFFF0 && c <= 0xFFFB)
        || c >= 0xFFFE;
  }

  private static boolean isHidden(int codePoint) {
    return (codePoint >= 0xE0000 && codePoint <= 0xE0FFF)
        || (codePoint >= 0x1BCA0 && codePoint <= 0x1BCA3)
        || (codePoint >= 0x1D173 && codePoint <= 0x1D17A)
        || (codePoint & 0xFFFE) == 0xFFFE;
  }

  private void utf8(char c) {
    ensure(3);
    if (c < 0x800) {
      buffer[size++] = (byte) (0xC0 | (c >> 6));
    } else {
      buffer[size++] = (byte) (0xE0 | (c >> 12));
      buffer[size++] = (byte) (0x80 | ((c >> 6) & 0x3F));
    }
    buffer[size++] = (byte) (0x80 | (c & 0x3F));
  }

  private void unicodeEscape(char c) {
    ensure(6);
    buffer[size++] = '\\';
    buffer[size++] = 'u';
    buffer[size++] = HEX[c >> 12];
    buffer[size++] = HEX[(c >> 8) & 0xF];
    buffer[size++] = HEX[(c >> 4) & 0xF];
    buffer[size++] = HEX[c & 0xF];
  }

  private void hex(long bits) {
    ensure(16);
    hex((int) (bits >>> 32));
    hex((int) bits);
  }

  private void hex(int bits) {
    long digits = digits(bits);
    byte[] bytes = buffer;
    int at = size;
    bytes[at] = (byte) (digits >>> 56);
    bytes[at + 1] = (byte) (digits >>> 48);
    bytes[at + 2] = (byte) (digits >>> 40);
    bytes[at + 3] = (byte) (digits >>> 32);
    bytes[at + 4] = (byte) (digits >>> 24);
    bytes[at + 5] = (byte) (digits >>> 16);
    bytes[at + 6] = (byte) (digits >>> 8);
    bytes[at + 7] = (byte) digits;
    size = at + 8;
  }

  /** Eight hexadecimal digits, all at once: each of four bits is spread to a byte of its own. */
  private static long digits(int bits) {
    long spread = bits & 0xFFFF_FFFFL;
    spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFFL;
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FFL;
    spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
    long letters = (spread + 0x0606_0606_0606_0606L) >>> 4 & 0x0101_0101_0101_0101L;
    return spread + 0x3030_3030_3030_3030L + letters * ('a' - '9' - 1);
  }

  private void digits(long value) {
    if (value == Long.MIN_VALUE) {
      put(SMALLEST_LONG);
      return;
    }
    ensure(20);
    long rest = value;
    if (rest < 0) {
      buffer[size++] = '-';
      rest = -rest;
    }
    int length = 1;
    for (long power = 10; length < 19 && power <= rest; power *= 10) {
      length++;
    }
    size += length;
    int position = size;
    do {
      buffer[--position] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
  }

  private void put(int single) {
    ensure(1);
    buffer[size++] = (byte) single;
  }

  private void put(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void ensure(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
    }
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[0x100];
    Arrays.fill(escapes, 0, 0x20, (byte) 'u');
    Arrays.fill(escapes, 0x7F, 0x100, (byte) 'u');
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    return escapes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
