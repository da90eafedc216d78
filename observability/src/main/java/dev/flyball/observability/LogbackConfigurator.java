// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Configures Logback where the service does not: every statement from INFO on goes to standard
 * output as one line of {@link EcsEncoder}.
 *
 * <p>A configuration of the service wins, wherever it is: the system property {@code
 * logback.configurationFile}, {@code logback-test.xml}, {@code logback.xml}, or another
 * configurator. Found by Logback through {@link java.util.ServiceLoader}; not to be called.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK)
public final class LogbackConfigurator extends ContextAwareBase implements Configurator {

  /** Made by Logback. */
  public LogbackConfigurator() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LogbackContext.of(context);
    if (configureByFile(context) == ExecutionStatus.INVOKE_NEXT_IF_ANY) {
      configureByDefault(context);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Logback looks for files after it has asked all configurators, which is too late for us. */
  private static ExecutionStatus configureByFile(LoggerContext context) {
    DefaultJoranConfigurator files = new DefaultJoranConfigurator();
    files.setContext(context);
    return files.configure(context);
  }

  private static void configureByDefault(LoggerContext context) {
    EcsEncoder encoder = new EcsEncoder();
    encoder.setContext(context);
    encoder.start();
    StandardOutput output = new StandardOutput(encoder);
    output.setContext(context);
    output.setName("flyball");
    output.setEncoder(encoder);
    output.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(output);
  }

  /**
   * Standard output that may fail in any way without the statement noticing, and takes lines as
   * they are, without the copy that the interface of encoders asks for.
   */
  private static final class StandardOutput extends ConsoleAppender<ILoggingEvent> {

    private final EcsEncoder lines;

    StandardOutput(EcsEncoder lines) {
      this.lines = lines;
    }

    /** Not what the stream itself logs while it is written to: that would never end. */
    private boolean isWanted(ILoggingEvent event) {
      return isStarted()
          && !streamWriteLock.isHeldByCurrentThread()
          && getFilterChainDecision(event) != FilterReply.DENY;
    }

    @Override
    protected void writeOut(ILoggingEvent event) throws IOException {
      OutputStream out = getOutputStream();
      if (out != null) { // it has been stopped meanwhile
        lines.write(event, streamWriteLock, out);
      }
    }

    @Override
    public void doAppend(ILoggingEvent event) {
      try {
        if (isWanted(event)) {
          append(event);
        }
      } catch (Throwable t) { // Logback itself catches no errors
        addError("a line could not be written", t);
      }
    }
  }
}
