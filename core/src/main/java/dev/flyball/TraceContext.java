// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import org.jspecify.annotations.Nullable;

/**
 * The ids under which a call is found: trace and span of W3C Trace Context.
 *
 * @param traceIdHigh the first 64 bits of the trace id
 * @param traceIdLow the last 64 bits of the trace id; not both are zero
 * @param spanId the span of this call; not zero
 * @param parentSpanId the span of the caller; zero where there is none
 * @param flags the trace flags: 1 sampled, 2 random
 * @param state the {@code tracestate} to pass on; null where there is none
 */
public record TraceContext(
    long traceIdHigh,
    long traceIdLow,
    long spanId,
    long parentSpanId,
    int flags,
    @Nullable String state) {

  private static final String HEX = "0123456789abcdef";

  /** The flag of a trace that is recorded. */
  public static final int SAMPLED = 1;

  /** The flag of a trace id whose last 56 bits are random (level 2). */
  public static final int RANDOM = 2;

  /**
   * The trace id.
   *
   * @return 32 lower-case hexadecimal digits
   */
  public String traceId() {
    char[] digits = new char[32];
    hex(traceIdHigh, digits, 0);
    hex(traceIdLow, digits, 16);
    return new String(digits);
  }

  /**
   * The id of the span of this call.
   *
   * @return 16 lower-case hexadecimal digits
   */
  public String spanIdHex() {
    char[] digits = new char[16];
    hex(spanId, digits, 0);
    return new String(digits);
  }

  /**
   * The header {@code traceparent} for a request that this call makes.
   *
   * @return version 00
   */
  public String traceparent() {
    char[] text = new char[55];
    text[0] = '0';
    text[1] = '0';
    text[2] = '-';
    hex(traceIdHigh, text, 3);
    hex(traceIdLow, text, 19);
    text[35] = '-';
    hex(spanId, text, 36);
    text[52] = '-';
    text[53] = HEX.charAt((flags >> 4) & 0xF);
    text[54] = HEX.charAt(flags & 0xF);
    return new String(text);
  }

  private static void hex(long value, char[] into, int offset) {
    for (int i = 0; i < 16; i++) {
      into[offset + i] = HEX.charAt((int) (value >>> (60 - 4 * i)) & 0xF);
    }
  }
}
