// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.AccessPolicy;
import dev.flyball.Decision;
import dev.flyball.Offers;
import dev.flyball.Time;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks policies by name, inside of handlers. What goes wrong is a no. */
final class Policies {

  private final Offers<AccessPolicy> policies;
  private final Time time;
  private final StageFailures failures;

  Policies(Offers<AccessPolicy> policies, Time time, StageFailures failures) {
    this.policies = policies;
    this.time = time;
    this.failures = failures;
  }

  /** Waits for the answer where it has to, as long as the call can. */
  Decision ask(String policy, CallEngine call, @Nullable Object object) {
    AccessPolicy found = policies.find(policy).orElse(null);
    if (found == null) {
      return denied(policy, "policy_unknown", null);
    }
    AccessPolicy.Question question =
        new AccessPolicy.Question(call.principal(), call.endpoint(), call.parameters(), object);
    CompletableFuture<Decision> waiting = null;
    try {
      Decision decided = found.decide(question);
      long until = time.nanoTime() + call.patienceNanos();
      while (decided instanceof Decision.Pending pending) {
        waiting = pending.decision().toCompletableFuture();
        decided = waiting.get(Math.max(0, until - time.nanoTime()), TimeUnit.NANOSECONDS);
      }
      return decided != null ? decided : denied(policy, "policy_failed", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return AccessPolicy.deny("interrupted");
    } catch (TimeoutException e) {
      waiting.cancel(false);
      return denied(policy, "pending_timeout", null);
    } catch (Throwable t) {
      return denied(policy, "policy_failed", t);
    }
  }

  private Decision denied(String policy, String reason, @Nullable Throwable error) {
    failures.add(policy, reason, error);
    return AccessPolicy.deny(reason);
  }
}
