// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.flyball.Call;
import dev.flyball.TraceContext;
import dev.flyball.observability.internal.OwnSpanContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * Writes every log statement of a service as one line of JSON with the field names of the Elastic
 * Common Schema.
 *
 * <pre>{@code
 * <encoder class="dev.flyball.observability.EcsEncoder"/>
 * }</pre>
 *
 * <p>Whatever a statement holds, it leaves as exactly one physical line of valid UTF-8 in which no
 * name comes twice. Key-values of SLF4J and entries of the MDC become fields; one whose name is
 * taken, lies inside another, or is that of an object of ECS, goes to {@code
 * flyball.quarantine.<name>}. Values that throw, contain themselves or have no end become markers.
 * Messages and stack traces are cut at 32 KiB, values at 8 KiB, the line at 128 KiB, and the line
 * says so. Statements made inside a governed call carry its trace, its endpoint and a pseudonym of
 * the caller.
 *
 * <p>Thread-safe: appenders encode at the same time.
 */
public final class EcsEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};
  static final byte[] ECS_VERSION = ascii("\"ecs.version\":\"8.17.0\"");
  private static final byte[] TRACE = ascii("\"log.level\":\"TRACE\"");
  private static final byte[] DEBUG = ascii("\"log.level\":\"DEBUG\"");
  private static final byte[] INFO = ascii("\"log.level\":\"INFO\"");
  private static final byte[] WARN = ascii("\"log.level\":\"WARN\"");
  private static final byte[] ERROR = ascii("\"log.level\":\"ERROR\"");

  private final LinePool lines = new LinePool();
  private final AtomicBoolean toldOfReentry = new AtomicBoolean();
  private @Nullable LogbackContext surroundings;

  /** An encoder that Logback configures and starts. */
  public EcsEncoder() {}

  @Override
  public void start() {
    if (getContext() instanceof LoggerContext context) {
      surroundings = LogbackContext.of(context);
    }
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    if (Foreign.isInside()) {
      tellOfReentry();
      return NOTHING;
    }
    EcsLine line = lines.take();
    try {
      fill(line, event);
      return line.toByteArray();
    } finally {
      lines.give(line);
    }
  }

  /** Writes the line of an event to a stream; the same bytes as {@link #encode}, never copied. */
  void write(ILoggingEvent event, Lock lock, OutputStream out) throws IOException {
    if (Foreign.isInside()) {
      tellOfReentry();
      return;
    }
    EcsLine line = lines.take();
    try {
      fill(line, event);
      lock.lock();
      try {
        line.writeTo(out);
        out.flush();
      } finally {
        lock.unlock();
      }
    } finally {
      lines.give(line);
    }
  }

  private void fill(EcsLine line, ILoggingEvent event) {
    try {
      encode(event, line);
    } catch (Throwable t) {
      rescue(event, line, t);
    }
  }

  /** What a value logs while it is written would be written while it is written. */
  private void tellOfReentry() {
    if (toldOfReentry.compareAndSet(false, true)) {
      addWarn("statements made by values while they are written to a line are left out");
    }
  }

  private void encode(ILoggingEvent event, EcsLine line) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs instanceof CallLine call) {
      encode(event, line.beginCall(), call);
      return;
    }
    line.begin();
    head(line, event.getTimeStamp(), event, message(event), Limits.MESSAGE);
    LogSource source = source();
    service(line, event, source);
    line.text(Field.LOGGER, event.getLoggerName(), Limits.NAME);
    line.raw(source.dataset(), source.serviceFields() == 0 ? 0 : Field.DATASET.bit());
    correlate(line, source);
    tags(line, event.getMarkerList());
    failure(line, event.getThrowableProxy());
    if (pairs != null) {
      line.dynamic(pairs, Limits.VALUE);
    }
    diagnostics(line, event.getMDCPropertyMap(), Limits.VALUE);
    line.end();
  }

  private void encode(ILoggingEvent event, EcsLine line, CallLine call) {
    line.moment(Field.TIMESTAMP, call.endMillis());
    line.raw(level(event.getLevel()), Field.LEVEL.bit());
    call.writeHead(line);
    service(line, event, source());
    call.writeTo(line);
    diagnostics(line, event.getMDCPropertyMap(), Limits.CALL_VALUE);
    line.end();
  }

  private static void head(
      EcsLine line, long millis, ILoggingEvent event, @Nullable String message, int bytes) {
    line.moment(Field.TIMESTAMP, millis);
    line.raw(level(event.getLevel()), Field.LEVEL.bit());
    line.message(message, bytes);
    line.raw(ECS_VERSION, Field.ECS_VERSION.bit());
  }

  private static byte[] level(@Nullable Level level) {
    return switch (level == null ? Level.INFO_INT : level.toInt()) {
      case Level.ERROR_INT -> ERROR;
      case Level.WARN_INT -> WARN;
      case Level.DEBUG_INT -> DEBUG;
      case Level.TRACE_INT -> TRACE;
      default -> INFO;
    };
  }

  private static void service(EcsLine line, ILoggingEvent event, LogSource source) {
    line.raw(source.service(), source.serviceFields());
    line.text(Field.THREAD, event.getThreadName(), Limits.WORD);
  }

  /** The arguments of a message are formatted when it is first asked for, which may be now. */
  private static @Nullable String message(ILoggingEvent event) {
    if (event.getArgumentArray() == null) {
      return event.getFormattedMessage();
    }
    boolean entered = Foreign.enter();
    try {
      return event.getFormattedMessage();
    } catch (Throwable t) {
      return ValueWriter.marker(t) + " " + event.getMessage();
    } finally {
      if (entered) {
        Foreign.leave();
      }
    }
  }

  private LogSource source() {
    LogbackContext known = surroundings;
    return known == null ? LogSource.NONE : known.source();
  }

  private static void correlate(EcsLine line, LogSource source) {
    Call call = Call.current();
    SpanContext span = Span.current().getSpanContext();
    TraceContext trace = call == null ? null : call.trace();
    if (span instanceof OwnSpanContext own) {
      CallLine.ids(line, own.trace());
    } else if (span.isValid()) {
      line.text(Field.TRACE_ID, span.getTraceId(), Limits.WORD);
      line.text(Field.SPAN_ID, span.getSpanId(), Limits.WORD);
    } else if (trace != null) {
      CallLine.ids(line, trace);
    }
    if (call != null) {
      line.text(Field.ENDPOINT, call.endpoint().id(), Limits.NAME);
      line.text(Field.USER_HASH, source.pseudonym(call.principal()), Limits.WORD);
    }
  }

  private static void tags(EcsLine line, @Nullable List<Marker> markers) {
    if (markers == null || markers.isEmpty()) {
      return;
    }
    line.beginList(Field.TAGS);
    markers.stream().limit(Limits.TAGS).forEach(marker -> line.element(marker.getName()));
    line.endList(Field.TAGS);
  }

  private static void failure(EcsLine line, @Nullable IThrowableProxy proxy) {
    if (proxy != null) {
      Failure failure = new LoggedFailure(proxy);
      line.text(Field.ERROR_TYPE, failure.type(), Limits.NAME);
      line.text(Field.ERROR_MESSAGE, failure.message(), Limits.VALUE);
      String trace = StackTraceText.of(failure, Limits.STACK_TRACE);
      line.text(Field.ERROR_STACK_TRACE, trace, Limits.STACK_TRACE);
    }
  }

  private static void diagnostics(EcsLine line, @Nullable Map<String, String> entries, int bytes) {
    if (entries != null && !entries.isEmpty()) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        line.dynamic(entry.getKey(), entry.getValue(), bytes);
      }
    }
  }

  /** A line all the same for an event that is not as Logback makes them, or a fault of ours. */
  private static void rescue(ILoggingEvent event, EcsLine line, Throwable fault) {
    line.begin();
    try {
      head(line, event.getTimeStamp(), event, event.getMessage(), Limits.MESSAGE);
      line.text(Field.LOGGER, event.getLoggerName(), Limits.NAME);
    } catch (Throwable t) {
      line.begin();
      line.raw(ERROR, Field.LEVEL.bit());
      line.message("", Limits.MESSAGE);
      line.raw(ECS_VERSION, Field.ECS_VERSION.bit());
    }
    line.text(Field.ERROR_TYPE, fault.getClass().getName(), Limits.NAME);
    line.text(Field.ERROR_MESSAGE, "the line could not be written in full", Limits.NAME);
    line.end();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
