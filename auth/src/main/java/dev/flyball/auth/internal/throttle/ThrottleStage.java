// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Phase;
import dev.flyball.Stage;

/** Keeps credentials of peers that are over the limit from being looked at. */
final class ThrottleStage implements Stage {

  private final FailureThrottle throttle;
  private final Compares credentials;

  ThrottleStage(FailureThrottle throttle, Compares credentials) {
    this.throttle = throttle;
    this.credentials = credentials;
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
    return throttle.decide(call, credentials);
  }
}
