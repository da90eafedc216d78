// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit;

import dev.flyball.CallRecord;
import dev.flyball.FlagEvaluation;
import dev.flyball.Outcome;
import dev.flyball.Problem;
import dev.flyball.Verdict;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions over the record of a call. */
public final class RecordAssert extends AbstractAssert<RecordAssert, CallRecord> {

  private RecordAssert(@Nullable CallRecord actual) {
    super(actual, RecordAssert.class);
  }

  /**
   * Starts assertions.
   *
   * @param record the record
   * @return its assertions
   */
  public static RecordAssert assertThat(@Nullable CallRecord record) {
    return new RecordAssert(record);
  }

  /**
   * The call went on, and ended well.
   *
   * @return these assertions
   */
  public RecordAssert isOk() {
    return hasOutcome(Outcome.Kind.OK);
  }

  /**
   * The call ended in a way.
   *
   * @param kind the way
   * @return these assertions
   */
  public RecordAssert hasOutcome(Outcome.Kind kind) {
    isNotNull();
    if (actual.outcome().kind() != kind) {
      failWithMessage(
          "expected outcome %s but was %s, verdicts %s", kind, actual.outcome(), actual.verdicts());
    }
    return this;
  }

  /**
   * The call was refused by a rule.
   *
   * @param rule the id of the rule
   * @return these assertions
   */
  public RecordAssert isRefusedBy(String rule) {
    hasOutcome(Outcome.Kind.REFUSED);
    Verdict refusal = actual.refusal();
    if (refusal == null || !refusal.rule().equals(rule)) {
      failWithMessage("expected refusal by %s but was by %s", rule, refusal);
    }
    return this;
  }

  /**
   * The call was refused for a reason.
   *
   * @param reason the reason that operators see
   * @return these assertions
   */
  public RecordAssert hasReason(String reason) {
    isNotNull();
    Verdict refusal = actual.refusal();
    if (refusal == null || !Objects.equals(refusal.reason(), reason)) {
      failWithMessage("expected reason %s but was %s", reason, refusal);
    }
    return this;
  }

  /**
   * The caller was told a problem.
   *
   * @param status its status of HTTP
   * @param code its code
   * @return these assertions
   */
  public RecordAssert hasProblem(int status, String code) {
    isNotNull();
    Problem problem = actual.problem();
    if (problem == null || problem.status() != status || !problem.code().equals(code)) {
      failWithMessage("expected problem %d %s but was %s", status, code, problem);
    }
    return this;
  }

  /**
   * A rule would have refused the call, had it been enforced.
   *
   * @param rule the id of the rule
   * @return these assertions
   */
  public RecordAssert wouldBeRefusedBy(String rule) {
    isNotNull();
    boolean found =
        actual.verdicts().stream()
            .anyMatch(v -> v.result() == Verdict.Result.WOULD_REFUSE && v.rule().equals(rule));
    if (!found) {
      failWithMessage("expected %s to be observed but verdicts were %s", rule, actual.verdicts());
    }
    return this;
  }

  /**
   * A flag was evaluated.
   *
   * @param key its key
   * @param variant the variant that was served; null for the default of the code
   * @return these assertions
   */
  public RecordAssert evaluated(String key, @Nullable String variant) {
    isNotNull();
    for (FlagEvaluation evaluation : actual.evaluations()) {
      if (evaluation.key().equals(key) && Objects.equals(evaluation.variant(), variant)) {
        return this;
      }
    }
    failWithMessage("expected %s=%s but was %s", key, variant, actual.evaluations());
    return this;
  }

  /**
   * Somebody was calling.
   *
   * @param subject the subject of the principal
   * @return these assertions
   */
  public RecordAssert hasSubject(String subject) {
    isNotNull();
    String found = actual.principal() == null ? null : actual.principal().subject();
    if (!subject.equals(found)) {
      failWithMessage("expected subject %s but was %s", subject, found);
    }
    return this;
  }
}
