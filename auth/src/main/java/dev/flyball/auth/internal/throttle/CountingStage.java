// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Outcome;
import dev.flyball.Phase;
import dev.flyball.Stage;

/**
 * Authentication whose refusals are counted, whatever kind of credential it was.
 *
 * <p>A child of an open call begins here, without PROTECT: so this stage asks for it.
 */
final class CountingStage implements Stage {

  private final Compares authenticate;
  private final FailureThrottle throttle;

  CountingStage(Compares authenticate, FailureThrottle throttle) {
    this.authenticate = authenticate;
    this.throttle = throttle;
  }

  @Override
  public String id() {
    return authenticate.id();
  }

  @Override
  public Phase phase() {
    return authenticate.phase();
  }

  @Override
  public int order() {
    return authenticate.order();
  }

  @Override
  public OnFailure onFailure() {
    return authenticate.onFailure();
  }

  @Override
  public boolean permitsAll() {
    return authenticate.permitsAll();
  }

  @Override
  public Decision onStart(Call call) {
    Decision allowed =
        call.parent() == null ? Decision.proceed() : throttle.decide(call, authenticate);
    return allowed.proceeds() ? judged(call, authenticate.onStart(call)) : allowed;
  }

  private Decision judged(Call call, Decision decided) {
    if (decided instanceof Decision.Pending pending) {
      return Decision.pending(pending.decision().thenApply(later -> judged(call, later)));
    }
    return throttle.judged(call, decided);
  }

  @Override
  public void onEnd(Call call, Outcome outcome) {
    authenticate.onEnd(call, outcome);
  }
}
