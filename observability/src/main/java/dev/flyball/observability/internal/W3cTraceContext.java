// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.TraceContext;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of W3C Trace Context, level 2, read strictly: what is not well-formed is as if it had
 * not been sent.
 */
final class W3cTraceContext {

  static final String TRACEPARENT = "traceparent";
  static final String TRACESTATE = "tracestate";

  /** Reads lower-case hexadecimal digits, and remembers whether one was none. */
  private static final class Digits {

    private final String text;
    private int all;

    Digits(String text) {
      this.text = text;
    }

    long read(int from, int to) {
      long bits = 0;
      for (int i = from; i < to; i++) {
        int digit = digit(text.charAt(i));
        all |= digit;
        bits = (bits << 4) | digit;
      }
      return bits;
    }

    boolean isBroken() {
      return all < 0;
    }
  }

  private static final int LENGTH = 55;
  private static final int KNOWN_FLAGS = TraceContext.SAMPLED | TraceContext.RANDOM;
  private static final int MAX_MEMBERS = 32;
  private static final int MAX_KEY = 256;
  private static final int MAX_VALUE = 256;
  private static final int MAX_STATE = 512;
  private static final int LONG_MEMBER = 128;

  /** The value of each lower-case hexadecimal digit; -1 for what is none. */
  private static final byte[] DIGITS = digits();

  private W3cTraceContext() {}

  private static byte[] digits() {
    byte[] digits = new byte[128];
    Arrays.fill(digits, (byte) -1);
    String inOrder = "0123456789abcdef";
    for (int i = 0; i < inOrder.length(); i++) {
      digits[inOrder.charAt(i)] = (byte) i;
    }
    return digits;
  }

  /**
   * The caller's trace and span.
   *
   * @param headers the lines of {@code traceparent}; more than one is none
   * @param states the lines of {@code tracestate}
   * @return a context whose span is that of the caller; null where there is no valid one
   */
  static @Nullable TraceContext read(List<String> headers, List<String> states) {
    return headers.size() == 1 ? parent(headers.get(0), states) : null;
  }

  /** The span of the caller, for an SDK: the digits of a header that was read, as they are. */
  static SpanContext remote(String header, TraceContext read) {
    String text = trim(header);
    return new OwnSpanContext(read, text.substring(3, 35));
  }

  private static @Nullable TraceContext parent(String line, List<String> states) {
    String text = trim(line);
    if (!isFramed(text)) {
      return null;
    }
    Digits digits = new Digits(text);
    long version = digits.read(0, 2);
    long high = digits.read(3, 19);
    long low = digits.read(19, 35);
    long span = digits.read(36, 52);
    int flags = (int) digits.read(53, 55) & KNOWN_FLAGS;
    if (digits.isBroken() || version == 0xFF) {
      return null;
    }
    if ((high | low) == 0 || span == 0) {
      return null;
    }
    return new TraceContext(high, low, span, 0, flags, state(states));
  }

  /** Version 00 ends after the flags; a later one may go on after a hyphen. */
  private static boolean isFramed(String text) {
    if (text.length() < LENGTH
        || text.charAt(2) != '-'
        || text.charAt(35) != '-'
        || text.charAt(52) != '-') {
      return false;
    }
    return text.length() == LENGTH || (!text.startsWith("00") && text.charAt(LENGTH) == '-');
  }

  private static int digit(char c) {
    return c < DIGITS.length ? DIGITS[c] : -1;
  }

  /** The bits of lower-case hexadecimal digits, which the caller has checked. */
  static long hex(String text, int from, int to) {
    return new Digits(text).read(from, to);
  }

  /**
   * The members of all lines in order, as text: empty ones are skipped, duplicates are kept.
   *
   * @return null where there is none, one is malformed, or there are more than 32
   */
  static @Nullable String state(List<String> lines) {
    if (lines.isEmpty()) {
      return null;
    }
    List<String> members = new ArrayList<>();
    for (String line : lines) {
      if (!addMembers(line, members)) {
        return null;
      }
    }
    if (members.isEmpty()) {
      return null;
    }
    shorten(members);
    return members.isEmpty() ? null : String.join(",", members);
  }

  private static boolean addMembers(String line, List<String> members) {
    int from = 0;
    while (from <= line.length()) {
      int comma = line.indexOf(',', from);
      int to = comma < 0 ? line.length() : comma;
      String member = trim(line.substring(from, to));
      if (!member.isEmpty()) {
        if (members.size() == MAX_MEMBERS || !isMember(member)) {
          return false;
        }
        members.add(member);
      }
      from = to + 1;
    }
    return true;
  }

  /** Long members go first, then those at the end: what was changed last stands in front. */
  private static void shorten(List<String> members) {
    int length = members.stream().mapToInt(member -> member.length() + 1).sum() - 1;
    for (int i = members.size() - 1; i >= 0 && length > MAX_STATE; i--) {
      if (members.get(i).length() > LONG_MEMBER) {
        length -= members.remove(i).length() + 1;
      }
    }
    while (length > MAX_STATE) {
      length -= members.remove(members.size() - 1).length() + 1;
    }
  }

  private static boolean isMember(String member) {
    int equals = member.indexOf('=');
    if (equals < 1 || equals > MAX_KEY || !isKeyStart(member.charAt(0))) {
      return false;
    }
    for (int i = 1; i < equals; i++) {
      if (!isKey(member.charAt(i))) {
        return false;
      }
    }
    return isValue(member, equals + 1);
  }

  private static boolean isKeyStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static boolean isKey(char c) {
    return isKeyStart(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
  }

  private static boolean isValue(String member, int from) {
    int length = member.length() - from;
    if (length < 1 || length > MAX_VALUE) {
      return false;
    }
    for (int i = from; i < member.length(); i++) {
      char c = member.charAt(i);
      if (c < 0x20 || c > 0x7E || c == '=') {
        return false;
      }
    }
    return true;
  }

  /** Without the spaces and tabs at both ends. */
  private static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
