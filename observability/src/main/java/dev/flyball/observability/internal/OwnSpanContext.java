// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.TraceContext;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/**
 * Ids that we have read or given ourselves, for everything that asks the context for them. The text
 * of those that we gave is made when it is first asked for: most calls never are.
 */
public final class OwnSpanContext implements SpanContext {

  private final TraceContext trace;
  private final boolean remote;

  // a text is safe to be seen by any thread, and made twice it is the same
  private @Nullable String traceId;
  private @Nullable String spanId;

  /** Ids that we gave. */
  OwnSpanContext(TraceContext trace) {
    this.trace = trace;
    this.remote = false;
  }

  /** Ids that were sent, with the text of the trace's, which every SDK asks for, as it was sent. */
  OwnSpanContext(TraceContext trace, String traceId) {
    this.trace = trace;
    this.remote = true;
    this.traceId = traceId;
  }

  /** The ids. */
  public TraceContext trace() {
    return trace;
  }

  @Override
  public String getTraceId() {
    String known = traceId;
    if (known == null) {
      known = trace.traceId();
      traceId = known;
    }
    return known;
  }

  @Override
  public String getSpanId() {
    String known = spanId;
    if (known == null) {
      known = trace.spanIdHex();
      spanId = known;
    }
    return known;
  }

  @Override
  public TraceFlags getTraceFlags() {
    return TraceFlags.fromByte((byte) trace.flags());
  }

  @Override
  public TraceState getTraceState() {
    return OpaqueTraceState.of(trace.state());
  }

  @Override
  public boolean isValid() {
    return true;
  }

  @Override
  public boolean isRemote() {
    return remote;
  }
}
