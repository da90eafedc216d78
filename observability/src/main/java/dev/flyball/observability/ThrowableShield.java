// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.LoggingEvent;

/**
 * Keeps throwables that cannot be logged from the code that logs them.
 *
 * <p>Logback asks a throwable for everything it has while the statement is made: one whose {@code
 * getMessage} throws would throw out of {@code log.error(...)} into business code, and one with
 * endless causes would never come back. Such a throwable is logged as a copy, and the statement
 * with the throwable itself is denied.
 */
final class ThrowableShield extends TurboFilter {

  private static final int MAX_THROWABLES = 64;

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    Throwable logged = logged(thrown, arguments);
    if (logged == null || !isOfInterest(logger, level) || isSound(logged)) {
      return FilterReply.NEUTRAL;
    }
    logger.log(
        marker,
        Logger.FQCN,
        Level.toLocationAwareLoggerInteger(level),
        format,
        without(arguments, logged),
        ShieldedThrowable.of(logged));
    return FilterReply.DENY;
  }

  @Override
  public FilterReply decide(Logger logger, LoggingEvent event) {
    Throwable logged = logged(event.getThrowable(), event.getArgumentArray());
    if (logged == null || isSound(logged)) {
      return FilterReply.NEUTRAL;
    }
    logger.log(new Shielded(event, logged));
    return FilterReply.DENY;
  }

  /** The throwable that Logback will find: the one given, or the last argument. */
  private static @Nullable Throwable logged(
      @Nullable Throwable thrown, @Nullable Object @Nullable [] arguments) {
    if (thrown != null) {
      return thrown;
    }
    Object last =
        arguments == null || arguments.length == 0 ? null : arguments[arguments.length - 1];
    return last instanceof Throwable found ? found : null;
  }

  /** A statement below the level of its logger is not made, unless another filter wants it. */
  private static boolean isOfInterest(Logger logger, Level level) {
    LoggerContext context = logger.getLoggerContext();
    return level.isGreaterOrEqual(logger.getEffectiveLevel())
        || context.getTurboFilterList().size() > 1;
  }

  @SuppressWarnings("ReferenceEquality") // the very throwable
  private static @Nullable Object @Nullable [] without(
      @Nullable Object @Nullable [] arguments, Throwable logged) {
    if (arguments == null || arguments.length == 0 || arguments[arguments.length - 1] != logged) {
      return arguments;
    }
    return java.util.Arrays.copyOf(arguments, arguments.length - 1);
  }

  /** Asks for everything that Logback will ask for. */
  private static boolean isSound(Throwable thrown) {
    if (thrown instanceof ShieldedThrowable) {
      return true;
    }
    boolean entered = Foreign.enter();
    try {
      return isSoundThroughout(thrown);
    } catch (Throwable t) {
      return false;
    } finally {
      if (entered) {
        Foreign.leave();
      }
    }
  }

  @SuppressWarnings("ReturnValueIgnored") // whether they return is the question
  private static boolean isSoundThroughout(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> open = new ArrayDeque<>();
    open.push(thrown);
    while (!open.isEmpty()) {
      Throwable next = open.pop();
      if (seen.add(next)) {
        if (seen.size() > MAX_THROWABLES) {
          return false;
        }
        next.getMessage();
        next.getLocalizedMessage();
        next.toString();
        List.of(next.getStackTrace());
        Throwable cause = next.getCause();
        if (cause != null) {
          open.push(cause);
        }
        Throwable[] suppressed = next.getSuppressed();
        if (suppressed.length > MAX_THROWABLES) {
          return false;
        }
        List.of(suppressed).forEach(open::push);
      }
    }
    return true;
  }

  /** An event with a copy of its throwable. */
  private static final class Shielded implements LoggingEvent {

    private final LoggingEvent event;
    private final @Nullable Object @Nullable [] arguments;
    private final ShieldedThrowable thrown;

    Shielded(LoggingEvent event, Throwable logged) {
      this.event = event;
      this.arguments = without(event.getArgumentArray(), logged);
      this.thrown = ShieldedThrowable.of(logged);
    }

    @Override
    public Throwable getThrowable() {
      return thrown;
    }

    @Override
    @SuppressWarnings("NullAway") // SLF4J does not say that arguments may be null
    public @Nullable Object @Nullable [] getArgumentArray() {
      return arguments;
    }

    @Override
    public @Nullable List<Object> getArguments() {
      return event.getArguments();
    }

    @Override
    public org.slf4j.event.Level getLevel() {
      return event.getLevel();
    }

    @Override
    public String getLoggerName() {
      return event.getLoggerName();
    }

    @Override
    public String getMessage() {
      return event.getMessage();
    }

    @Override
    public List<Marker> getMarkers() {
      return event.getMarkers();
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
      return event.getKeyValuePairs();
    }

    @Override
    public long getTimeStamp() {
      return event.getTimeStamp();
    }

    @Override
    public String getThreadName() {
      return event.getThreadName();
    }

    @Override
    public @Nullable String getCallerBoundary() {
      return event.getCallerBoundary();
    }
  }
}
