// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.CallListener;
import dev.flyball.CallRecord;
import dev.flyball.Outcome;
import dev.flyball.observability.internal.Routes;
import dev.flyball.observability.internal.Routes.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs one line for each call that ends, through the logger {@code flyball.call}.
 *
 * <p>ERROR where the service was at fault or too slow; WARN where it refused for reasons of its
 * own, or something answered that nobody governs; INFO else: what callers do wrong is no fault of
 * the service.
 */
final class CallLog implements CallListener {

  private final Logger logger = LoggerFactory.getLogger(CallLine.LOGGER);
  private final CallForms forms;
  private final Routes routes;
  private final LogSource source;

  CallLog(Routes routes, LogSource source) {
    this.routes = routes;
    this.source = source;
    this.forms = new CallForms(source);
  }

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void onEnd(CallRecord record) {
    Level level = level(record);
    if (logger.isEnabledForLevel(level)) {
      Route route = routes.of(record.endpoint());
      log(new CallLine(record, level, route, forms, source));
    }
  }

  private static Level level(CallRecord record) {
    Outcome outcome = record.outcome();
    return switch (outcome.kind()) {
      case SERVER_ERROR, TIMEOUT -> Level.ERROR;
      case UNGOVERNED -> Level.WARN;
      case REFUSED ->
          outcome.code() >= 500 || record.handledAfterRefusal() ? Level.WARN : Level.INFO;
      case OK, CLIENT_ERROR, CANCELLED -> Level.INFO;
    };
  }

  /** A logger that takes whole events gets the line as it is; others get its key-values. */
  private void log(CallLine line) {
    if (logger instanceof LoggingEventAware aware) {
      aware.log(line);
      return;
    }
    LoggingEventBuilder builder = logger.atLevel(line.getLevel());
    for (KeyValuePair pair : line) {
      builder = builder.addKeyValue(pair.key, pair.value);
    }
    builder.log(line.getMessage());
  }
}
