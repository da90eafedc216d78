// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.AccessPolicy;
import dev.flyball.Decision;

/** Asks another server. The decision is pending; without a clear answer there is none. */
final class AuthzenPolicy implements AccessPolicy {

  private final DecisionPoint point;
  private final EvaluationRequest request;

  AuthzenPolicy(DecisionPoint point, EvaluationRequest request) {
    this.point = point;
    this.request = request;
  }

  @Override
  public Decision decide(Question question) {
    return question.principal() == null
        ? AccessPolicy.deny("credentials_missing")
        : Decision.pending(
            point.ask(request.write(question, question.principal())).thenApply(AuthzenPolicy::of));
  }

  private static Decision of(EvaluationAnswer answer) {
    return switch (answer) {
      case PERMIT -> AccessPolicy.permit();
      case DENY -> AccessPolicy.deny("pdp_denied");
      case OBLIGES -> AccessPolicy.deny("pdp_obligations");
    };
  }
}
