// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Meters;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;

/** What is counted of API keys. */
final class ApiKeyMeters {

  private final Counter active;
  private final Counter grace;
  private final Family<Counter> rejected;

  ApiKeyMeters(Meters meters) {
    Family<Counter> accepted =
        meters.counter(
            "flyball.auth.api-keys.accepted", "{key}", "API keys that were accepted.", "status");
    active = accepted.with("active");
    grace = accepted.with("grace");
    rejected =
        meters.counter(
            "flyball.auth.api-keys.rejected",
            "{key}",
            "API keys that were not accepted.",
            "reason");
  }

  void accepted(boolean inGrace) {
    (inGrace ? grace : active).increment();
  }

  void rejected(String reason) {
    rejected.with(reason).increment();
  }
}
