// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.AccessPolicy;
import dev.flyball.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the first failure of each policy in each minute; all of them are counted elsewhere. */
final class PolicyErrors {

  private static final Logger logger = LoggerFactory.getLogger(AccessPolicy.class);
  private static final long LOG_EVERY_MILLIS = 60_000;

  private final Time time;
  private final Map<String, Long> logged = new ConcurrentHashMap<>();

  PolicyErrors(Time time) {
    this.time = time;
  }

  void log(String policy, String reason, Throwable failure) {
    long now = time.currentTimeMillis();
    Long before = logged.get(policy);
    if (before == null || Math.abs(now - before) >= LOG_EVERY_MILLIS) {
      logged.put(policy, now);
      logger.warn(
          "policy {} failed: {}; more within a minute are only counted", policy, reason, failure);
    }
  }
}
