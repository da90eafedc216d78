// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Event;
import dev.flyball.EventListener;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells events to the log and to listeners. */
final class EventBus {

  private static final Logger logger = LoggerFactory.getLogger("dev.flyball.event");

  private final List<EventListener> listeners;
  private final Family<Counter> failures;

  /** Listeners may still be added to the list while modules are installed. */
  EventBus(List<EventListener> listeners, Family<Counter> failures) {
    this.listeners = listeners;
    this.failures = failures;
  }

  void publish(Event event) {
    log(event);
    for (EventListener listener : listeners) {
      try {
        listener.onEvent(event);
      } catch (Throwable t) {
        failures.with(GuardedListener.name(listener)).increment();
      }
    }
  }

  private static void log(Event event) {
    Level level =
        switch (event.severity()) {
          case INFO -> Level.INFO;
          case WARN -> Level.WARN;
          case ERROR -> Level.ERROR;
        };
    LoggingEventBuilder line = logger.atLevel(level).addKeyValue("event.action", event.name());
    for (Map.Entry<String, Object> field : event.fields().entrySet()) {
      line = line.addKeyValue(field.getKey(), field.getValue());
    }
    line.log(event.message());
  }
}
