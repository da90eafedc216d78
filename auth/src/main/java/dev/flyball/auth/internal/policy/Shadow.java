// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.Explanation.Result;
import dev.flyball.Parameters;
import dev.flyball.auth.internal.policy.PolicyMeters.Decisions;
import dev.flyball.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;

/**
 * A candidate that is asked beside a policy, after it has decided, on another thread. Nothing that
 * it does reaches the call but a verdict that decides nothing.
 */
final class Shadow {

  final String policy;
  final String candidateName;
  final AccessPolicy candidate;
  final PolicyMeters meters;
  final Decisions decisions;
  final ExplainMode explain;

  private final ShadowThreads threads;
  private final Duration timeout;
  private final boolean withObjects;

  Shadow(
      String policy,
      String candidateName,
      AccessPolicy candidate,
      PolicyMeters meters,
      ExplainMode explain,
      ShadowThreads threads,
      Settings settings) {
    this.policy = policy;
    this.candidateName = candidateName;
    this.candidate = candidate;
    this.meters = meters;
    this.decisions = meters.decisions(candidateName, "shadow");
    this.explain = explain;
    this.threads = threads;
    this.timeout = Objects.requireNonNull(settings.get(PolicySettings.SHADOW_TIMEOUT));
    this.withObjects = Boolean.TRUE.equals(settings.get(PolicySettings.SHADOW_OBJECTS));
  }

  /** Asks the candidate what the policy was asked; never throws, never waits. */
  void compare(Call call, AccessPolicy.Question question, Result came) {
    if (question.object() != null && !withObjects) {
      meters.difference(policy, "skipped");
      return;
    }
    Comparison comparison = new Comparison(this, call, question.principal(), came);
    try {
      AccessPolicy.Question copy = copy(question);
      Future<?> timer = threads.after(timeout, comparison::expire);
      comparison.started(timer, threads.run(() -> comparison.ask(copy)));
    } catch (Throwable t) {
      comparison.failed("shadow_busy");
    }
  }

  /** The parameters are the host's, and gone with the request. */
  private static AccessPolicy.Question copy(AccessPolicy.Question question) {
    Map<String, Object> values = new HashMap<>();
    for (String name : question.parameters().names()) {
      Object value = question.parameters().get(name);
      if (value != null) {
        values.put(name, value);
      }
    }
    return new AccessPolicy.Question(
        question.principal(), question.endpoint(), Parameters.of(values), question.object());
  }
}
