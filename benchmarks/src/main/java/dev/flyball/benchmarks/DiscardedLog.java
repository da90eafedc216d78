// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.flyball.observability.LogbackConfigurator;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logback with one encoder, whose lines go nowhere. */
final class DiscardedLog {

  private DiscardedLog() {}

  /** Makes an encoder the only one of the process. */
  static void through(Encoder<ILoggingEvent> encoder) {
    LoggerContext context = context();
    context.reset();
    encoder.setContext(context);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(new LengthOnly());
    appender.start();
    ch.qos.logback.classic.Logger root = root(context);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
  }

  /** Makes what our module configures the only output, but for the stream. */
  static void asConfigured() {
    LoggerContext context = context();
    context.reset();
    new LogbackConfigurator().configure(context);
    root(context).iteratorForAppenders().forEachRemaining(DiscardedLog::discard);
  }

  private static void discard(Appender<ILoggingEvent> appender) {
    ((OutputStreamAppender<ILoggingEvent>) appender).setOutputStream(new LengthOnly());
  }

  private static ch.qos.logback.classic.Logger root(LoggerContext context) {
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  /** How many bytes the last line had. */
  static int lastLine() {
    return LengthOnly.last;
  }

  /** A stream that keeps nothing but a number. */
  private static final class LengthOnly extends OutputStream {

    private static volatile int last;

    @Override
    public void write(int single) {
      last = 1;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      last = length;
    }
  }

  static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
