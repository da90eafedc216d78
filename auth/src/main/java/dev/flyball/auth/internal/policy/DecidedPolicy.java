// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Explanation;
import dev.flyball.Explanation.Result;
import dev.flyball.Problem;
import dev.flyball.UndecidedException;
import dev.flyball.auth.internal.policy.PolicyMeters.Decisions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How one policy is asked. Whatever it does, go on or no comes out of it: what throws, says nothing
 * or takes too long is refused, under the name of the policy.
 */
public final class DecidedPolicy {

  private final String name;
  private final Decisions decisions;
  private final PolicyErrors errors;
  private final ExplainMode explain;
  private final Problem onError;
  private final ScheduledExecutorService scheduler;
  private final Duration timeout;
  private final @Nullable Shadow shadow;

  DecidedPolicy(
      String name,
      Decisions decisions,
      PolicyErrors errors,
      ExplainMode explain,
      Problem onError,
      ScheduledExecutorService scheduler,
      Duration timeout,
      @Nullable Shadow shadow) {
    this.name = name;
    this.decisions = decisions;
    this.errors = errors;
    this.explain = explain;
    this.onError = onError;
    this.scheduler = scheduler;
    this.timeout = timeout;
    this.shadow = shadow;
  }

  /** Go on, no, or not yet; throws nothing. */
  public Decision decide(Call call, AccessPolicy policy, AccessPolicy.Question question) {
    try {
      Decision decided = explain.asked(policy).decide(question);
      return decided instanceof Decision.Pending pending
          ? later(call, question, pending)
          : settled(call, question, decided);
    } catch (Throwable t) {
      return failed(call, question, t);
    }
  }

  private Decision settled(Call call, AccessPolicy.Question question, @Nullable Decision decided) {
    if (decided == null) {
      return failed(call, question, new UndecidedException("no_decision"));
    }
    boolean permitted = decided.proceeds();
    add(permitted ? Result.PERMIT : Result.DENY, call, question);
    return permitted
        ? explain.permit(name, question.principal(), decided)
        : denied((Decision.Refuse) decided, question);
  }

  private Decision denied(Decision.Refuse refused, AccessPolicy.Question question) {
    Decision.Refuse named =
        new Decision.Refuse(refused.problem(), name, refused.reason(), refused.explanation());
    return explain.explain(named, Result.DENY, question.principal());
  }

  private Decision failed(Call call, AccessPolicy.Question question, Throwable failure) {
    Throwable cause = Answers.cause(failure);
    String reason = Answers.reason(cause);
    add(Result.ERROR, call, question);
    errors.log(name, reason, cause);
    UndecidedException known = cause instanceof UndecidedException undecided ? undecided : null;
    Problem problem = known != null && known.problem() != null ? known.problem() : onError;
    Explanation what =
        known != null
            ? known.explanation()
            : Explanation.error("policy", reason, cause.getClass().getSimpleName());
    return explain.explain(
        new Decision.Refuse(problem, name, reason, what), Result.ERROR, question.principal());
  }

  private void add(Result result, Call call, AccessPolicy.Question question) {
    decisions.add(result);
    if (shadow != null) {
      shadow.compare(call, question, result);
    }
  }

  // ---- pending decisions

  private Decision later(Call call, AccessPolicy.Question question, Decision.Pending pending) {
    CompletableFuture<@Nullable Decision> answer = new CompletableFuture<>();
    Future<?> timer =
        scheduler.schedule(
            () -> answer.completeExceptionally(new UndecidedException("policy_timeout")),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    CompletableFuture<Decision> decided =
        answer.handle((decision, failure) ->
            failure == null ? settled(call, question, decision) : failed(call, question, failure));
    decided.whenComplete((decision, failure) -> {
      timer.cancel(false);
      Answers.cancel(pending);
    });
    Answers.settled(pending)
        .whenComplete((decision, failure) -> {
          if (failure == null) {
            answer.complete(decision);
          } else {
            answer.completeExceptionally(failure);
          }
        });
    return Decision.pending(decided);
  }
}
