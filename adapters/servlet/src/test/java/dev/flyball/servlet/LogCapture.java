// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.flyball.observability.EcsEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** Everything that is logged, as the lines that an operator sees. */
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private static final AtomicInteger OPEN = new AtomicInteger();

  private static final Filter<ILoggingEvent> SILENCE =
      new Filter<>() {
        @Override
        public FilterReply decide(ILoggingEvent event) {
          return FilterReply.DENY;
        }
      };

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final EcsEncoder encoder = new EcsEncoder();
  private final List<String> lines = new ArrayList<>();

  LogCapture() {
    setContext(root.getLoggerContext());
    encoder.setContext(root.getLoggerContext());
    encoder.start();
    start();
    if (OPEN.getAndIncrement() == 0) {
      root.getAppender("console").addFilter(SILENCE);
    }
    root.setLevel(Level.INFO);
    root.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String text = new String(encoder.encode(event), StandardCharsets.UTF_8);
    String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    synchronized (lines) {
      lines.add(line);
    }
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  @Override
  public void close() {
    root.detachAppender(this);
    if (OPEN.decrementAndGet() == 0) {
      root.setLevel(Level.OFF); // as logback-test.xml says
      root.getAppender("console").clearAllFilters();
    }
    stop();
  }
}
