// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
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
    return TraceId.fromLongs(traceIdHigh, traceIdLow);
  }

  /**
   * The id of the span of this call.
   *
   * @return 16 lower-case hexadecimal digits
   */
  public String spanIdHex() {
    return SpanId.fromLong(spanId);
  }

  /**
   * The header {@code traceparent} for a request that this call makes.
   *
   * @return version 00
   */
  public String traceparent() {
    String flagDigits = TraceFlags.fromByte((byte) flags).asHex();
    return "00-" + traceId() + "-" + spanIdHex() + "-" + flagDigits;
  }
}
