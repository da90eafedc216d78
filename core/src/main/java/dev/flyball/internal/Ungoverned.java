// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.HealthCheck;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** Notes what answers calls although nobody governs it. */
final class Ungoverned implements HealthCheck {

  private static final int MAX_NAMES = 100;

  private final Set<String> permitted;
  private final Family<Counter> counter;
  private final Findings findings;
  private final Set<String> seen = new ConcurrentSkipListSet<>();

  Ungoverned(Collection<String> permitted, Family<Counter> counter, Findings findings) {
    this.permitted = Set.copyOf(permitted);
    this.counter = counter;
    this.findings = findings;
  }

  /** Whether settings say that it may answer; else that it has is noted. */
  boolean mayAnswer(@Nullable String answeredBy) {
    if (answeredBy != null && permitted.contains(answeredBy)) {
      return true;
    }
    String name = answeredBy == null ? "unknown" : answeredBy;
    counter.with(name).increment();
    if (seen.size() < MAX_NAMES && seen.add(name)) {
      findings.add(CoreFindings.ungoverned(name));
    }
    return false;
  }

  @Override
  public String name() {
    return "ungoverned";
  }

  @Override
  public CompletableFuture<Result> check() {
    Result result =
        seen.isEmpty()
            ? new Result(Status.UP, "every answer is governed")
            : new Result(Status.DEGRADED, "answers that nobody governs: " + seen);
    return CompletableFuture.completedFuture(result);
  }
}
