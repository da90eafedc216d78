// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.TraceContext;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/**
 * Ids that we gave ourselves, for everything that reads them from the context. Their text is made
 * when it is first asked for: most calls never are.
 */
public final class OwnSpanContext implements SpanContext {

  private final TraceContext trace;
  private volatile @Nullable String traceId;
  private volatile @Nullable String spanId;

  OwnSpanContext(TraceContext trace) {
    this.trace = trace;
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
    return false;
  }
}
