// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Attribute;
import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Carrier;
import dev.flyball.FlagEvaluation;
import dev.flyball.Header;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Principal;
import dev.flyball.TraceContext;
import io.opentelemetry.context.Context;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call: what came in, and what stages, handlers and adapters add until it is
 * frozen.
 *
 * <p>Principal, trace and attributes of scope REQUEST live in the outermost call. What stages write
 * in turn is published by release: nobody decides by the order of two of these fields, and a full
 * fence for each would be a tenth of what a span costs.
 */
abstract class CallFacts implements Call, CallRecord {

  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle SLOTS;
  private static final VarHandle TRACE;
  private static final VarHandle BASE;
  private static final VarHandle CONTEXT;
  private static final VarHandle EVALUATED;
  private static final VarHandle REQUEST_BYTES;
  private static final VarHandle RESPONSE_BYTES;
  private static final VarHandle MESSAGES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      SLOTS = lookup.findVarHandle(CallFacts.class, "slots", Object[].class);
      TRACE = lookup.findVarHandle(CallFacts.class, "trace", TraceContext.class);
      BASE = lookup.findVarHandle(CallFacts.class, "base", Context.class);
      CONTEXT = lookup.findVarHandle(CallFacts.class, "context", Context.class);
      EVALUATED = lookup.findVarHandle(CallFacts.class, "evaluated", Evaluated.class);
      REQUEST_BYTES = lookup.findVarHandle(CallFacts.class, "requestBytes", long.class);
      RESPONSE_BYTES = lookup.findVarHandle(CallFacts.class, "responseBytes", long.class);
      MESSAGES = lookup.findVarHandle(CallFacts.class, "messages", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Evaluations, newest first. */
  private record Evaluated(FlagEvaluation evaluation, @Nullable Evaluated next) {}

  final GovernorEngine governor;
  final CallFacts request;
  final @Nullable CallEngine parent;

  private final long startNanos;
  private final long startMillis;
  private final String method;
  private final String path;
  private final String scheme;
  private final String protocolVersion;
  private final @Nullable String userAgent;
  private final @Nullable String remoteHost;
  private final @Nullable String unit;
  private final Forwarding.Client client;

  private volatile Carrier carrier;
  private volatile @Nullable OutgoingCarrier outgoing;
  private volatile @Nullable Principal principal;
  private volatile @Nullable TraceContext trace;
  private volatile Context base;
  private volatile @Nullable Context context;
  private volatile @Nullable Object @Nullable [] slots;
  private volatile @Nullable Evaluated evaluated;
  private volatile @Nullable String answeredBy;
  private volatile long firstByteNanos = -1;
  private volatile long requestBytes;
  private volatile long responseBytes;
  private volatile long messages;
  private volatile boolean frozen;
  private @Nullable List<Header> responseHeaders;

  /** What is known of an inbound call, a job, or an outgoing call. */
  CallFacts(
      GovernorEngine governor,
      Carrier carrier,
      @Nullable OutgoingCarrier outgoing,
      @Nullable String unit) {
    this.governor = governor;
    this.request = this;
    this.parent = null;
    this.startNanos = governor.time().nanoTime();
    this.startMillis = governor.time().currentTimeMillis();
    this.carrier = carrier;
    this.outgoing = outgoing;
    this.unit = unit;
    this.method = outgoing == null ? carrier.method() : outgoing.method();
    this.path = outgoing == null ? carrier.path() : outgoing.path();
    this.protocolVersion = carrier.protocolVersion();
    this.userAgent = carrier.header("User-Agent");
    this.client = governor.forwarding().client(carrier);
    this.scheme = outgoing == null ? client.scheme() : outgoing.scheme();
    this.remoteHost = outgoing == null ? null : outgoing.host();
    this.base = Context.current();
    SLOTS.setRelease(this, new @Nullable Object[governor.attributeCount()]);
  }

  /** What is known of a call inside another. */
  CallFacts(CallEngine parent) {
    CallFacts outer = parent;
    this.governor = outer.governor;
    this.request = outer.request;
    this.parent = parent;
    this.startNanos = governor.time().nanoTime();
    this.startMillis = governor.time().currentTimeMillis();
    this.carrier = outer.carrier;
    this.unit = outer.unit;
    this.method = outer.method;
    this.path = outer.path;
    this.scheme = outer.scheme;
    this.protocolVersion = outer.protocolVersion;
    this.userAgent = outer.userAgent;
    this.client = outer.client;
    this.remoteHost = null;
    this.base = outer.base;
  }

  /** Lets nothing more be written, and lets go of what belongs to the host. */
  final void freeze() {
    frozen = true;
    carrier = EmptyCarrier.INSTANCE;
    outgoing = null;
  }

  /** Whether the call may still be written to; counts what comes too late. */
  final boolean isWritable() {
    if (frozen) {
      governor.counters().lateWrites.increment();
    }
    return !frozen;
  }

  final boolean isFrozen() {
    return frozen;
  }

  @Override
  public final Carrier carrier() {
    return carrier;
  }

  @Override
  public final @Nullable OutgoingCarrier outgoing() {
    return outgoing;
  }

  @Override
  public final @Nullable CallEngine parent() {
    return parent;
  }

  @Override
  public final @Nullable Principal principal() {
    return request.principal;
  }

  @Override
  public final void authenticated(Principal principal) {
    if (isWritable()) {
      request.principal = principal;
    }
  }

  @Override
  public final @Nullable String unit() {
    Principal known = request.principal;
    return known != null ? known.subject() : unit;
  }

  @Override
  public final @Nullable TraceContext trace() {
    return request.trace;
  }

  @Override
  public final void trace(TraceContext trace) {
    if (isWritable()) {
      TRACE.setRelease(request, trace);
    }
  }

  /** The context of the call; an outgoing one leaves the inbound call the current one. */
  @Override
  public final Context context() {
    Context known = context;
    if (known == null) {
      known = isOutgoing() ? base : base.with(CurrentCall.KEY, (CallEngine) this);
      CONTEXT.setRelease(this, known);
    }
    return known;
  }

  @Override
  public final void baseContext(Context base) {
    if (isWritable()) {
      BASE.setRelease(this, base);
      CONTEXT.setRelease(this, null);
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public final <T> @Nullable T get(Attribute<T> attribute) {
    Slot<T> slot = (Slot<T>) attribute;
    @Nullable Object[] values = isOwn(slot) ? holder(slot).slots : null;
    return values == null ? null : (T) ELEMENT.getVolatile(values, slot.index());
  }

  @Override
  public final <T> void set(Attribute<T> attribute, @Nullable T value) {
    Slot<T> slot = (Slot<T>) attribute;
    if (isOwn(slot) && isWritable()) {
      ELEMENT.setRelease(holder(slot).writableSlots(), slot.index(), value);
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public final <T> T setIfAbsent(Attribute<T> attribute, T value) {
    Slot<T> slot = (Slot<T>) attribute;
    if (!isOwn(slot) || !isWritable()) {
      T present = get(attribute);
      return present != null ? present : value;
    }
    Object before =
        ELEMENT.compareAndExchange(holder(slot).writableSlots(), slot.index(), null, value);
    return before != null ? (T) before : value;
  }

  /** What belongs to another governor of the process has no place in this call. */
  private boolean isOwn(Slot<?> slot) {
    return slot.owner() == governor;
  }

  private CallFacts holder(Slot<?> slot) {
    return slot.scope() == Attribute.Scope.REQUEST ? request : this;
  }

  /**
   * A request has its slots from the start, as nearly all need them; a call inside of it may not.
   */
  private @Nullable Object[] writableSlots() {
    @Nullable Object[] values = slots;
    if (values == null) {
      synchronized (this) {
        values = slots;
        if (values == null) {
          values = new @Nullable Object[governor.attributeCount()];
          slots = values;
        }
      }
    }
    return values;
  }

  @Override
  public final void evaluated(FlagEvaluation evaluation) {
    while (isWritable()) {
      Evaluated before = evaluated;
      if (EVALUATED.compareAndSet(this, before, new Evaluated(evaluation, before))) {
        return;
      }
    }
  }

  @Override
  public final List<FlagEvaluation> evaluations() {
    Evaluated last = evaluated;
    if (last == null) {
      return List.of();
    }
    if (last.next() == null) {
      return List.of(last.evaluation());
    }
    List<FlagEvaluation> all = new ArrayList<>();
    for (Evaluated each = last; each != null; each = each.next()) {
      all.add(each.evaluation());
    }
    Collections.reverse(all);
    return all;
  }

  @Override
  public final void addResponseHeader(String name, String value) {
    Header header = new Header(name, value);
    if (isWritable()) {
      synchronized (this) {
        List<Header> headers = responseHeaders;
        if (headers == null) {
          headers = new ArrayList<>(4);
          responseHeaders = headers;
        }
        headers.add(header);
      }
    }
  }

  @Override
  public final List<Header> responseHeaders() {
    synchronized (this) {
      List<Header> headers = responseHeaders;
      return headers == null ? List.of() : List.copyOf(headers);
    }
  }

  @Override
  public final long startNanos() {
    return startNanos;
  }

  @Override
  public final long startMillis() {
    return startMillis;
  }

  @Override
  public final String method() {
    return method;
  }

  @Override
  public final String path() {
    return path;
  }

  @Override
  public final String protocolVersion() {
    return protocolVersion;
  }

  @Override
  public final @Nullable String userAgent() {
    return userAgent;
  }

  @Override
  public final String clientAddress() {
    return client.address();
  }

  @Override
  public final String scheme() {
    return scheme;
  }

  @Override
  public final @Nullable String authority() {
    return client.authority();
  }

  @Override
  public final @Nullable String remoteHost() {
    return remoteHost;
  }

  @Override
  public final void answeredBy(String name) {
    if (isWritable()) {
      answeredBy = name;
    }
  }

  @Override
  public final @Nullable String answeredBy() {
    return answeredBy;
  }

  @Override
  public final void responseStarted(int code) {
    if (firstByteNanos < 0 && isWritable()) {
      firstByteNanos = Math.max(0, governor.time().nanoTime() - startNanos);
    }
  }

  @Override
  public final long firstByteNanos() {
    return firstByteNanos;
  }

  @Override
  public final void bytesReceived(long count) {
    if (isWritable()) {
      (isOutgoing() ? RESPONSE_BYTES : REQUEST_BYTES).getAndAdd(this, count);
    }
  }

  @Override
  public final void bytesSent(long count) {
    if (isWritable()) {
      (isOutgoing() ? REQUEST_BYTES : RESPONSE_BYTES).getAndAdd(this, count);
      MESSAGES.getAndAdd(this, 1L);
    }
  }

  private boolean isOutgoing() {
    return remoteHost != null;
  }

  @Override
  public final long requestBytes() {
    return requestBytes;
  }

  @Override
  public final long responseBytes() {
    return responseBytes;
  }

  @Override
  public final long messages() {
    return messages;
  }
}
