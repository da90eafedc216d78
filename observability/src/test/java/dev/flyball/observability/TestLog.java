// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** A logger whose lines a test reads. */
final class TestLog implements AutoCloseable {

  private final Logger logger;
  private final Level before;
  private final boolean additive;
  private final Sink sink;

  private TestLog(Logger logger, Encoder<ILoggingEvent> encoder) {
    this.logger = logger;
    this.before = logger.getLevel();
    this.additive = logger.isAdditive();
    encoder.setContext(logger.getLoggerContext());
    encoder.start();
    sink = new Sink(encoder);
    sink.setContext(logger.getLoggerContext());
    sink.start();
    logger.setLevel(Level.TRACE);
    logger.setAdditive(false);
    logger.addAppender(sink);
  }

  /** A logger of a context of its own. */
  static TestLog alone() {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    return new TestLog(context.getLogger("test"), new EcsEncoder());
  }

  /** A logger of the context that the service has. */
  static TestLog of(String name) {
    return of(name, new EcsEncoder());
  }

  static TestLog of(String name, Encoder<ILoggingEvent> encoder) {
    return new TestLog((Logger) LoggerFactory.getLogger(name), encoder);
  }

  Logger logger() {
    return logger;
  }

  LoggerContext context() {
    return logger.getLoggerContext();
  }

  /** The lines so far, as they were written. */
  List<byte[]> raw() {
    return sink.lines;
  }

  List<Map<String, Object>> lines() {
    return sink.lines.stream().map(StrictLine::parse).toList();
  }

  /** The only line. */
  Map<String, Object> line() {
    List<Map<String, Object>> lines = lines();
    if (lines.size() != 1) {
      throw new AssertionError("expected one line but found " + lines);
    }
    return lines.get(0);
  }

  Map<String, Object> last() {
    List<Map<String, Object>> lines = lines();
    return lines.get(lines.size() - 1);
  }

  void clear() {
    sink.lines.clear();
  }

  @Override
  public void close() {
    logger.detachAppender(sink);
    logger.setLevel(before);
    logger.setAdditive(additive);
  }

  private static final class Sink extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final Encoder<ILoggingEvent> encoder;
    private final List<byte[]> lines = new CopyOnWriteArrayList<>();

    Sink(Encoder<ILoggingEvent> encoder) {
      this.encoder = encoder;
    }

    @Override
    protected void append(ILoggingEvent event) {
      byte[] line = encoder.encode(event);
      if (line.length > 0) {
        lines.add(line);
      }
    }
  }
}
