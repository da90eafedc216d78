// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Something that happened and is not a call: a key set was refreshed, a flag set swapped, a setting
 * reloaded, a hook run.
 *
 * @param name what kind of thing, in dotted kebab-case: {@code flags.swapped}
 * @param severity how much it matters
 * @param message one sentence for people
 * @param fields details by name, fit for logs; unmodifiable
 */
public record Event(String name, Severity severity, String message, Map<String, Object> fields) {

  /** How much an event matters. */
  public enum Severity {
    /** As it should be. */
    INFO,
    /** Works, and somebody should look. */
    WARN,
    /** Does not work. */
    ERROR
  }

  /** Copies the fields. */
  public Event {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(message, "message");
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * An event as it should be.
   *
   * @param name what kind of thing
   * @param message one sentence
   * @return an event without fields
   */
  public static Event info(String name, String message) {
    return new Event(name, Severity.INFO, message, Map.of());
  }

  /**
   * An event that somebody should look at.
   *
   * @param name what kind of thing
   * @param message one sentence
   * @return an event without fields
   */
  public static Event warn(String name, String message) {
    return new Event(name, Severity.WARN, message, Map.of());
  }

  /**
   * An event of something that does not work.
   *
   * @param name what kind of thing
   * @param message one sentence
   * @return an event without fields
   */
  public static Event error(String name, String message) {
    return new Event(name, Severity.ERROR, message, Map.of());
  }

  /**
   * This event with one more field.
   *
   * @param field its name
   * @param value its value
   * @return a new event
   */
  public Event with(String field, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put(field, value);
    return new Event(name, severity, message, more);
  }
}
