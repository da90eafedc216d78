// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import org.slf4j.ILoggerFactory;

/**
 * What we add to a context of Logback: the shield, and the place where encoders learn who writes.
 *
 * <p>Logback makes encoders before there is a governor, and neither knows the other. Both know the
 * context, so the module leaves its {@link LogSource} there and every encoder reads it, also one
 * that is made later by a new configuration. No static field is involved: contexts stay apart.
 */
final class LogbackContext implements LoggerContextListener {

  private final ThrowableShield shield = new ThrowableShield();
  private volatile LogSource source = LogSource.NONE;

  private LogbackContext() {}

  /** What we have added to a context; adds it if need be. */
  static LogbackContext of(LoggerContext context) {
    synchronized (context) {
      for (LoggerContextListener listener : context.getCopyOfListenerList()) {
        if (listener instanceof LogbackContext known) {
          return known;
        }
      }
      LogbackContext added = new LogbackContext();
      added.install(context);
      context.addListener(added);
      return added;
    }
  }

  /** Gives the lines of a service their source, where its logging is Logback's. */
  static void publish(ILoggerFactory factory, LogSource source) {
    if (factory instanceof LoggerContext context) {
      of(context).source = source;
    }
  }

  private void install(LoggerContext context) {
    shield.setContext(context);
    shield.start();
    if (!context.getTurboFilterList().contains(shield)) {
      context.getTurboFilterList().add(0, shield);
    }
  }

  LogSource source() {
    return source;
  }

  /** A new configuration takes the filters away, and must not take the shield. */
  @Override
  public void onReset(LoggerContext context) {
    install(context);
  }

  @Override
  public boolean isResetResistant() {
    return true;
  }

  @Override
  public void onStart(LoggerContext context) {}

  @Override
  public void onStop(LoggerContext context) {}

  @Override
  public void onLevelChange(Logger logger, Level level) {}
}
