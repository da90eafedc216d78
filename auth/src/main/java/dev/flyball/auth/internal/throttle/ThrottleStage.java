// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Phase;
import dev.flyball.Stage;
import java.util.function.Predicate;

/** Keeps credentials of peers that are over the limit from being looked at. */
final class ThrottleStage implements Stage {

  private final FailureThrottle throttle;
  private final Predicate<Call> harmless;

  ThrottleStage(FailureThrottle throttle, Predicate<Call> harmless) {
    this.throttle = throttle;
    this.harmless = harmless;
  }

  @Override
  public String id() {
    return FailureThrottle.RULE;
  }

  @Override
  public Phase phase() {
    return Phase.PROTECT;
  }

  @Override
  public Decision onStart(Call call) {
    return throttle.decide(call, harmless);
  }
}
