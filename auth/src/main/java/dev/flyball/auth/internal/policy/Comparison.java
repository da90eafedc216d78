// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Explanation;
import dev.flyball.Explanation.Result;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Verdict;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One question to a candidate, and how its answer differs. The first end is the one that counts.
 */
final class Comparison {

  private final Shadow shadow;
  private final Call call;
  private final @Nullable Principal principal;
  private final Result came;
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable Future<?> timer; // guarded by this
  private @Nullable Future<?> running; // guarded by this

  Comparison(Shadow shadow, Call call, @Nullable Principal principal, Result came) {
    this.shadow = shadow;
    this.call = call;
    this.principal = principal;
    this.came = came;
  }

  synchronized void started(Future<?> timer, Future<?> running) {
    this.timer = timer;
    this.running = running;
    if (ended.get()) {
      timer.cancel(false);
    }
  }

  void ask(AccessPolicy.Question question) {
    try {
      Decision decided = shadow.candidate.decide(question);
      if (decided instanceof Decision.Pending pending) {
        Answers.settled(pending)
            .whenComplete((decision, failure) -> {
              if (failure == null) {
                answered(decision);
              } else {
                failed(Answers.reason(Answers.cause(failure)));
              }
            });
      } else {
        answered(decided);
      }
    } catch (Throwable t) {
      failed(Answers.reason(t));
    }
  }

  private void answered(@Nullable Decision decided) {
    if (decided == null) {
      failed("no_decision");
    } else if (decided instanceof Decision.Refuse refused) {
      denied(refused);
    } else if (end(Result.PERMIT, came == Result.PERMIT ? "same" : "would-allow")) {
      if (came != Result.PERMIT) {
        observed(Verdict.Result.WOULD_PROCEED, "would_allow", null);
      }
    }
  }

  private void denied(Decision.Refuse refused) {
    if (end(Result.DENY, came == Result.PERMIT ? "would-deny" : "same") && came == Result.PERMIT) {
      observed(Verdict.Result.WOULD_REFUSE, refused.reason(), refused);
    }
  }

  void failed(String reason) {
    if (end(Result.ERROR, "error")) {
      observed(Verdict.Result.SKIPPED, reason, null);
    }
  }

  /** The time is over, whether the candidate runs, waits to run, or has promised to answer. */
  void expire() {
    failed("shadow_timeout");
    synchronized (this) {
      if (running != null) {
        running.cancel(true);
      }
    }
  }

  private boolean end(Result decided, String difference) {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    synchronized (this) {
      if (timer != null) {
        timer.cancel(false);
      }
    }
    shadow.decisions.add(decided);
    shadow.meters.difference(shadow.policy, difference);
    return true;
  }

  private void observed(Verdict.Result result, String reason, Decision.@Nullable Refuse refused) {
    Explanation explanation = refused == null ? null : explanation(refused);
    call.observed(
        new Verdict(
            "shadow",
            Phase.AUTHORIZE,
            result,
            shadow.candidateName,
            reason,
            refused == null ? null : refused.problem(),
            explanation));
  }

  private @Nullable Explanation explanation(Decision.Refuse refused) {
    Decision.Refuse named =
        new Decision.Refuse(
            refused.problem(), shadow.candidateName, refused.reason(), refused.explanation());
    return shadow.explain.explain(named, Result.DENY, principal).explanation();
  }
}
