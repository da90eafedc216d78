// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.Attribute;
import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.Meters.Counter;
import dev.flyball.Outcome;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Phase;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.TraceContext;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives every call the ids under which it is found.
 *
 * <p>Where an agent or the host has started a span for a request, the call joins it. Else it has a
 * span of its own; and where no SDK gives that span an id, it gets ids all the same, so that lines
 * can be found and the trace goes on.
 */
public final class TraceStage implements Stage {

  private final Telemetry telemetry;
  private final RandomGenerator random;
  private final Routes routes;
  private final Counter invalid;
  private final Counter failures;
  private final Attribute<Span> ownSpan;
  private final Attribute<Span> joinedSpan;

  /** A stage for one governor. */
  public TraceStage(Setup setup, Routes routes) {
    this.telemetry = new Telemetry(setup.want(OpenTelemetry.class), setup.time());
    this.random = setup.random();
    this.routes = routes;
    this.ownSpan = setup.attribute("trace.own-span", Attribute.Scope.CALL);
    this.joinedSpan = setup.attribute("trace.joined-span", Attribute.Scope.CALL);
    this.invalid =
        setup
            .meters()
            .counter(
                "flyball.trace.invalid_traceparent",
                "{request}",
                "Requests whose traceparent was not valid: a new trace was begun.")
            .with();
    this.failures =
        setup
            .meters()
            .counter("flyball.trace.span_failures", "{span}", "Spans that could not be started.")
            .with();
    setup.onStart(telemetry::start);
  }

  @Override
  public String id() {
    return "trace";
  }

  @Override
  public Phase phase() {
    return Phase.TRACE;
  }

  @Override
  public Decision onStart(Call call) {
    Context context = Context.current();
    Span current = Span.fromContext(context);
    OutgoingCarrier outgoing = call.outgoing();
    if (outgoing != null) {
      begin(call, context, null, parent(current), SpanKind.CLIENT);
      inject(call, outgoing);
    } else if (call.endpoint().kind() == Endpoint.Kind.JOB) {
      begin(call, context, null, parent(current), SpanKind.INTERNAL);
    } else {
      receive(call, context, current);
    }
    return Decision.proceed();
  }

  private void receive(Call call, Context context, Span current) {
    List<String> headers = call.carrier().headers(W3cTraceContext.TRACEPARENT);
    TraceContext remote = headers.isEmpty() ? null : read(headers, call.carrier());
    SpanContext local = current.getSpanContext();
    if (local.isValid() && !local.isRemote()) {
      join(call, current, remote);
    } else {
      String header = headers.isEmpty() ? null : headers.get(0);
      begin(call, context, header, remote, SpanKind.SERVER);
    }
  }

  private @Nullable TraceContext read(List<String> headers, Carrier carrier) {
    TraceContext remote =
        W3cTraceContext.read(headers, carrier.headers(W3cTraceContext.TRACESTATE));
    if (remote == null) {
      invalid.increment();
    }
    return remote;
  }

  /** The span is somebody else's to name and end. */
  private void join(Call call, Span current, @Nullable TraceContext remote) {
    TraceContext trace = of(current.getSpanContext());
    long parent = remote != null && isSameTrace(remote, trace) ? remote.spanId() : 0;
    call.trace(withParent(trace, parent));
    if (current.isRecording()) {
      call.set(joinedSpan, current);
    }
  }

  /** A span of the call's own, or ids alone where nobody makes spans. */
  private void begin(
      Call call,
      Context context,
      @Nullable String header,
      @Nullable TraceContext parent,
      SpanKind kind) {
    Tracer tracer = telemetry.tracer(); // asked once: an SDK may be registered at any moment
    boolean received = tracer != null && kind == SpanKind.SERVER;
    Context under = received ? under(context, header, parent) : context;
    Span span = tracer == null ? null : started(tracer, call, under, kind);
    TraceContext trace = span == null ? null : own(span.getSpanContext(), parent, under);
    if (span != null && trace != null) {
      call.set(ownSpan, span);
      call.trace(trace);
      call.baseContext(context.with(span));
    } else {
      TraceContext minted = mint(parent);
      call.trace(minted);
      call.baseContext(context.with(Span.wrap(new OwnSpanContext(minted))));
    }
  }

  /** For a request, the caller's span as parent, in place of one that the host may have found. */
  private static Context under(
      Context context, @Nullable String header, @Nullable TraceContext remote) {
    if (header != null && remote != null) {
      return context.with(Span.wrap(W3cTraceContext.remote(header, remote)));
    }
    boolean alone = !Span.fromContext(context).getSpanContext().isValid();
    return alone ? context : context.with(Span.getInvalid());
  }

  /** A span; null where samplers or processors of others fail: the call has its ids without. */
  private @Nullable Span started(Tracer tracer, Call call, Context under, SpanKind kind) {
    try {
      return start(tracer, call, under, kind);
    } catch (RuntimeException | LinkageError e) {
      failures.increment();
      return null;
    }
  }

  private static Span start(Tracer tracer, Call call, Context under, SpanKind kind) {
    SpanBuilder builder =
        tracer.spanBuilder(SpanFacts.name(call, kind)).setSpanKind(kind).setParent(under);
    SpanFacts.atStart(builder, call, kind);
    Span span = builder.startSpan();
    SpanFacts.onceStarted(span, call, kind);
    return span;
  }

  /** The ids of a span; null where it has none, or only hands on those of its parent. */
  private static @Nullable TraceContext own(
      SpanContext context, @Nullable TraceContext parent, Context under) {
    if (!context.isValid()) {
      return null;
    }
    if (parent == null) {
      return of(context);
    }
    String known = Span.fromContext(under).getSpanContext().getTraceId();
    TraceContext trace =
        context.getTraceId().equals(known) ? inTrace(parent, context) : of(context);
    return trace.spanId() == parent.spanId() ? null : withParent(trace, parent.spanId());
  }

  /** The ids of a span in a trace whose id has been read. */
  private static TraceContext inTrace(TraceContext parent, SpanContext context) {
    return new TraceContext(
        parent.traceIdHigh(),
        parent.traceIdLow(),
        W3cTraceContext.hex(context.getSpanId(), 0, 16),
        parent.spanId(),
        context.getTraceFlags().asByte() & 0xFF,
        OpaqueTraceState.text(context.getTraceState()));
  }

  private TraceContext mint(@Nullable TraceContext parent) {
    if (parent == null) {
      return new TraceContext(id(0), id(0), id(0), 0, TraceContext.RANDOM, null);
    }
    return new TraceContext(
        parent.traceIdHigh(),
        parent.traceIdLow(),
        id(parent.spanId()),
        parent.spanId(),
        parent.flags(),
        parent.state());
  }

  private long id(long other) {
    long id = random.nextLong();
    while (id == 0 || id == other) {
      id = random.nextLong();
    }
    return id;
  }

  private static void inject(Call call, OutgoingCarrier outgoing) {
    TraceContext trace = call.trace();
    if (trace != null) {
      outgoing.header(W3cTraceContext.TRACEPARENT, trace.traceparent());
      if (trace.state() != null) {
        outgoing.header(W3cTraceContext.TRACESTATE, trace.state());
      }
    }
  }

  private static @Nullable TraceContext parent(Span current) {
    SpanContext context = current.getSpanContext();
    return context.isValid() ? of(context) : null;
  }

  private static TraceContext of(SpanContext context) {
    if (context instanceof OwnSpanContext own) {
      return own.trace();
    }
    String traceId = context.getTraceId();
    return new TraceContext(
        W3cTraceContext.hex(traceId, 0, 16),
        W3cTraceContext.hex(traceId, 16, 32),
        W3cTraceContext.hex(context.getSpanId(), 0, 16),
        0,
        context.getTraceFlags().asByte() & 0xFF,
        OpaqueTraceState.text(context.getTraceState()));
  }

  private static boolean isSameTrace(TraceContext one, TraceContext other) {
    return one.traceIdHigh() == other.traceIdHigh() && one.traceIdLow() == other.traceIdLow();
  }

  private static TraceContext withParent(TraceContext trace, long parent) {
    if (trace.parentSpanId() == parent) {
      return trace;
    }
    return new TraceContext(
        trace.traceIdHigh(),
        trace.traceIdLow(),
        trace.spanId(),
        parent,
        trace.flags(),
        trace.state());
  }

  @Override
  public void onEnd(Call call, Outcome outcome) {
    Span own = call.get(ownSpan);
    if (own != null) {
      endOwn(own, (CallRecord) call);
      return;
    }
    Span joined = call.get(joinedSpan);
    if (joined != null) {
      SpanFacts.ofGovernance(joined, (CallRecord) call, routes);
    }
  }

  private void endOwn(Span span, CallRecord record) {
    try {
      if (span.isRecording()) {
        SpanFacts.atEnd(span, record, routes);
        SpanFacts.ofGovernance(span, record, routes);
      }
    } finally {
      span.end();
    }
  }
}
