// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.Meters;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What is counted of the keys of one issuer. */
final class KeyMeters {

  private final String issuer;
  private final Family<Counter> refreshes;
  private final Family<Counter> dropped;
  private final Family<Counter> removed;

  KeyMeters(String issuer, Meters meters, DoubleSupplier ageSeconds) {
    this.issuer = issuer;
    refreshes =
        meters.counter(
            "flyball.auth.keys.refreshes",
            "{refresh}",
            "Attempts to read the key set of an issuer: changed, unchanged, failed (nothing came),"
                + " refused (what came is not trusted), suppressed (the circuit breaker is open).",
            "issuer",
            "result");
    dropped =
        meters.counter(
            "flyball.auth.keys.dropped",
            "{key}",
            "Keys of an issuer that are new in its set and not used: weak, broken or unknown.",
            "issuer");
    removed =
        meters.counter(
            "flyball.auth.keys.removed",
            "{key}",
            "Keys that an issuer has taken out of its set.",
            "issuer");
    meters.gauge(
        "flyball.auth.keys.age",
        "s",
        "How old the key set of an issuer is.",
        Map.of("issuer", issuer),
        ageSeconds);
  }

  void refreshed(String result) {
    refreshes.with(issuer, result).increment();
  }

  void dropped(int keys) {
    dropped.with(issuer).add(keys);
  }

  void removed(int keys) {
    removed.with(issuer).add(keys);
  }
}
