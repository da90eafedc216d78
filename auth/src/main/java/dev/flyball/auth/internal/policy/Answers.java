// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.Decision;
import dev.flyball.UndecidedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** What comes back from a policy that answers later. */
final class Answers {

  private Answers() {}

  /** A decision that is not pending any more, however often it says so. */
  static CompletionStage<Decision> settled(Decision.Pending pending) {
    return pending
        .decision()
        .thenCompose(decided ->
            decided instanceof Decision.Pending again
                ? settled(again)
                : CompletableFuture.completedStage(decided));
  }

  /** Tells a policy that nobody waits any more. */
  static void cancel(Decision.Pending pending) {
    try {
      pending.decision().toCompletableFuture().cancel(false);
    } catch (RuntimeException e) {
      // it cannot be cancelled from outside: what it still decides is discarded
    }
  }

  /** What has gone wrong, without the wrappers of futures. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  static String reason(Throwable failure) {
    return failure instanceof UndecidedException undecided ? undecided.reason() : "policy_failed";
  }
}
