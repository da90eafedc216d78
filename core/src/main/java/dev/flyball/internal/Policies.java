// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.AccessDecider;
import dev.flyball.AccessPolicy;
import dev.flyball.Decision;
import dev.flyball.Offers;
import dev.flyball.Time;
import dev.flyball.UndecidedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks policies by name, inside of handlers. What goes wrong is a no. */
final class Policies {

  /** Without a module that authorizes. */
  private static final AccessDecider UNAIDED =
      (call, name, policy, question) -> policy.decide(question);

  private final Offers<AccessPolicy> policies;
  private final Offers<AccessDecider> deciders;
  private final Time time;
  private final StageFailures failures;

  Policies(
      Offers<AccessPolicy> policies,
      Offers<AccessDecider> deciders,
      Time time,
      StageFailures failures) {
    this.policies = policies;
    this.deciders = deciders;
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
      AccessDecider decider = deciders.only().orElse(UNAIDED);
      Decision decided = decider.decide(call, policy, found, question);
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
    } catch (ExecutionException e) {
      return failed(policy, e.getCause() == null ? e : e.getCause());
    } catch (Throwable t) {
      return failed(policy, t);
    }
  }

  private Decision failed(String policy, Throwable error) {
    return error instanceof UndecidedException undecided
        ? denied(policy, undecided.reason(), error)
        : denied(policy, "policy_failed", error);
  }

  private Decision denied(String policy, String reason, @Nullable Throwable error) {
    failures.add(policy, reason, error);
    return AccessPolicy.deny(reason);
  }
}
