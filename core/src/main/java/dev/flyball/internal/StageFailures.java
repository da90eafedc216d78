// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Governor;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import dev.flyball.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts every failure of a stage and logs the first of its kind in each minute. */
final class StageFailures {

  private static final Logger logger = LoggerFactory.getLogger(Governor.class);
  private static final long LOG_EVERY_MILLIS = 60_000;
  private static final int MAX_KINDS = 1_000;
  private static final String OVERFLOW = "_OVERFLOW";

  private final Time time;
  private final Family<Counter> counter;
  private final Map<String, Long> logged = new ConcurrentHashMap<>();

  StageFailures(Time time, Family<Counter> counter) {
    this.time = time;
    this.counter = counter;
  }

  void add(String stage, String reason, @Nullable Throwable error) {
    counter.with(stage, reason).increment();
    String kind = bounded(stage + " " + reason);
    long now = time.currentTimeMillis();
    Long before = logged.get(kind);
    if (before == null || Math.abs(now - before) >= LOG_EVERY_MILLIS) {
      logged.put(kind, now);
      logger.warn(
          "stage {} failed: {}; more within a minute are only counted", stage, reason, error);
    }
  }

  private String bounded(String kind) {
    return logged.size() < MAX_KINDS || logged.containsKey(kind) ? kind : OVERFLOW;
  }
}
