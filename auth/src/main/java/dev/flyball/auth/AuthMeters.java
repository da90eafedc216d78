// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Meters;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import dev.flyball.auth.internal.jose.Algorithm;
import java.util.Map;

/** What the module counts. */
final class AuthMeters {

  private final Counter recognised;
  private final Family<Counter> verified;
  private final Family<Counter> introspected;
  private final Family<Counter> rejected;

  AuthMeters(Meters meters) {
    recognised =
        meters
            .counter("flyball.auth.tokens.recognised", "{token}", "Tokens that were known already.")
            .with();
    verified =
        meters.counter(
            "flyball.auth.tokens.verified",
            "{token}",
            "Tokens whose signature was checked and valid.",
            "issuer",
            "algorithm");
    introspected =
        meters.counter(
            "flyball.auth.tokens.introspected",
            "{token}",
            "Tokens that their issuer has said to be valid.",
            "issuer");
    rejected =
        meters.counter(
            "flyball.auth.tokens.rejected", "{token}", "Tokens that were not accepted.", "reason");
  }

  /** Shows how much memory the verified tokens take. */
  void watch(TokenCache cache, Meters meters) {
    meters.gauge(
        "flyball.auth.token-cache.bytes",
        "By",
        "How much memory the verified tokens that are kept take at most.",
        Map.of(),
        cache::bytes);
  }

  void recognised() {
    recognised.increment();
  }

  void verified(String issuer, Algorithm algorithm) {
    verified.with(issuer, algorithm.joseName).increment();
  }

  void introspected(String issuer) {
    introspected.with(issuer).increment();
  }

  void rejected(String reason) {
    rejected.with(reason).increment();
  }
}
