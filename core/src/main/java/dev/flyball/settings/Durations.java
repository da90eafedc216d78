// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write them. */
final class Durations {

  private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*(ns|us|ms|s|m|h|d)");

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** From large to small; the JDK's own arithmetic of two durations goes through BigDecimal. */
  private static final Map<String, ChronoUnit> UNITS = units();

  private Durations() {}

  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return nonNegative(Duration.parse(text));
    }
    ChronoUnit unit = Objects.requireNonNull(UNITS.get(matcher.group(2)));
    try {
      return Duration.of(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static String print(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    for (Map.Entry<String, ChronoUnit> unit : UNITS.entrySet()) {
      long count = count(duration, unit.getValue());
      if (Duration.of(count, unit.getValue()).equals(duration)) {
        return count + unit.getKey();
      }
    }
    return duration.toString();
  }

  /** How many of a unit fit into a duration. */
  private static long count(Duration duration, ChronoUnit unit) {
    long seconds = unit.getDuration().toSeconds();
    if (seconds > 0) {
      return duration.toSeconds() / seconds;
    }
    long each = unit.getDuration().toNanosPart();
    long perSecond = NANOS_PER_SECOND / each;
    return Math.addExact(
        Math.multiplyExact(duration.toSeconds(), perSecond), duration.toNanosPart() / each);
  }

  private static Map<String, ChronoUnit> units() {
    Map<String, ChronoUnit> units = new LinkedHashMap<>();
    units.put("d", ChronoUnit.DAYS);
    units.put("h", ChronoUnit.HOURS);
    units.put("m", ChronoUnit.MINUTES);
    units.put("s", ChronoUnit.SECONDS);
    units.put("ms", ChronoUnit.MILLIS);
    units.put("us", ChronoUnit.MICROS);
    units.put("ns", ChronoUnit.NANOS);
    return units;
  }

  private static Duration nonNegative(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(duration.toString());
    }
    return duration;
  }
}
