// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write them. */
final class Durations {

  private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*(ns|us|ms|s|m|h|d)");

  private static final Map<String, Duration> UNITS =
      Map.of(
          "ns", Duration.ofNanos(1),
          "us", Duration.ofNanos(1_000),
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Durations() {}

  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return nonNegative(Duration.parse(text));
    }
    Duration unit = unit(matcher.group(2));
    try {
      return unit.multipliedBy(Long.parseLong(matcher.group(1)));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static String print(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    for (String unit : new String[] {"d", "h", "m", "s", "ms", "us", "ns"}) {
      Duration size = unit(unit);
      long count = duration.dividedBy(size);
      if (size.multipliedBy(count).equals(duration)) {
        return count + unit;
      }
    }
    return duration.toString();
  }

  private static Duration unit(String name) {
    return Objects.requireNonNull(UNITS.get(name), name);
  }

  private static Duration nonNegative(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(duration.toString());
    }
    return duration;
  }
}
