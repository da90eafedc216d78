// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.Stage.OnFailure;
import dev.flyball.Verdict.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules that only say that they would refuse. */
class ObserveModeTest {

  private final List<String> ran = new ArrayList<>();
  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  private static Stage refusing(String id, Phase phase, String rule) {
    return TestModule.stage(
        id, phase, call -> Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), rule, "why"));
  }

  private GovernedEndpoint start(String observed, Stage... stages) {
    app =
        TestApp.with(
            builder -> {
              for (String rule : observed.split(",")) {
                builder.property("flyball.rules." + rule + ".mode", "observe");
              }
            },
            TestModule.binding(stages));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    return endpoint;
  }

  private static List<Result> results(CallRecord record) {
    return record.verdicts().stream().map(Verdict::result).toList();
  }

  @Test
  void observedRule_isRecordedAndLetsTheCallGoOn() {
    GovernedEndpoint endpoint =
        start("quota", TestModule.authorizing(), refusing("limits", Phase.ADMIT, "quota"));

    CallRecord record = app.call(endpoint);

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(record.refusal()).isNull();
    assertThat(record.problem()).isNull();
    assertThat(record.verdicts())
        .last()
        .satisfies(verdict -> {
          assertThat(verdict.result()).isEqualTo(Result.WOULD_REFUSE);
          assertThat(verdict.rule()).isEqualTo("quota");
          assertThat(verdict.reason()).isEqualTo("why");
          assertThat(verdict.problem().kind()).isEqualTo(Problem.Kind.DENIED);
        });
  }

  @Test
  void otherRuleOfTheSameStage_stillRefuses() {
    GovernedEndpoint endpoint =
        start("quota", TestModule.authorizing(), refusing("limits", Phase.ADMIT, "burst"));

    assertThat(app.call(endpoint).refusal().rule()).isEqualTo("burst");
  }

  @Test
  void refusalAfterAnObservedOne_isTheRefusalOfTheRecord() {
    GovernedEndpoint endpoint =
        start(
            "quota",
            TestModule.authorizing(),
            refusing("a", Phase.ADMIT, "quota"),
            refusing("b", Phase.ADMIT, "burst"));

    CallRecord record = app.call(endpoint);

    assertThat(record.refusal().stage()).isEqualTo("b");
    assertThat(results(record))
        .containsExactly(Result.PROCEED, Result.PROCEED, Result.WOULD_REFUSE, Result.REFUSE);
  }

  @Test
  void observedAuthentication_letsTheCallGoOnAsAnonymous() {
    GovernedEndpoint endpoint =
        start(
            "bearer-token",
            refusing("authenticate", Phase.AUTHENTICATE, "bearer-token"),
            TestModule.stage(
                "authorize",
                Phase.AUTHORIZE,
                call -> {
                  ran.add(String.valueOf(call.principal()));
                  return Decision.proceed();
                }));

    CallRecord record = app.call(endpoint);

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(record.principal()).isNull();
    assertThat(ran).containsExactly("null");
  }

  @Test
  void observedAuthentication_doesNotOpenWhatNeedsACaller() {
    GovernedEndpoint endpoint =
        start(
            "bearer-token",
            refusing("authenticate", Phase.AUTHENTICATE, "bearer-token"),
            TestModule.stage(
                "authorize",
                Phase.AUTHORIZE,
                call ->
                    call.principal() != null
                        ? Decision.proceed()
                        : Decision.refuse(
                            Problem.of(Problem.Kind.CREDENTIALS_MISSING, "who"), "authorize")));

    assertThat(app.call(endpoint).refusal().rule()).isEqualTo("authorize");
  }

  @Test
  void observedStageThatFails_letsTheCallGoOnToo() {
    GovernedEndpoint endpoint =
        start(
            "limits",
            TestModule.authorizing(),
            TestModule.stage(
                "limits",
                Phase.ADMIT,
                call -> {
                  throw new IllegalStateException("store");
                }));

    CallRecord record = app.call(endpoint);

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(record.verdicts()).last().extracting(Verdict::result).isEqualTo(Result.WOULD_REFUSE);
    assertThat(record.verdicts()).last().extracting(Verdict::reason).isEqualTo("stage_failed");
    assertThat(app.count("flyball.stage.failures", "limits", "stage_failed")).isEqualTo(1);
  }

  @Test
  void stageThatFails_refusesOrIsSkippedByItsOwnWord() {
    Stage skipped =
        new Stage() {
          @Override
          public String id() {
            return "a-skipped";
          }

          @Override
          public Phase phase() {
            return Phase.ADMIT;
          }

          @Override
          public OnFailure onFailure() {
            return OnFailure.SKIP;
          }

          @Override
          public Decision onStart(Call call) {
            throw new LinkageError("old jar");
          }
        };
    Stage silent = TestModule.stage("b-silent", Phase.ADMIT, call -> null);
    GovernedEndpoint endpoint = start("unused", TestModule.authorizing(), skipped, silent);

    CallRecord record = app.call(endpoint);

    assertThat(results(record))
        .containsExactly(Result.PROCEED, Result.PROCEED, Result.SKIPPED, Result.FAILED);
    assertThat(record.refusal().reason()).isEqualTo("no_decision");
    assertThat(record.outcome().code()).isEqualTo(500);
    assertThat(record.problem().detail()).isEqualTo("the call could not be decided");
    assertThat(app.count("flyball.stage.failures", "a-skipped", "stage_failed")).isEqualTo(1);
  }

  @Test
  void stageThatFailsAtTheEnd_changesNothing() {
    Stage failing =
        new Stage() {
          @Override
          public String id() {
            return "failing";
          }

          @Override
          public Phase phase() {
            return Phase.ADMIT;
          }

          @Override
          public Decision onStart(Call call) {
            return Decision.proceed();
          }

          @Override
          public void onEnd(Call call, Outcome outcome) {
            throw new AssertionError("boom");
          }
        };
    GovernedEndpoint endpoint = start("unused", TestModule.authorizing(), failing);

    assertThat(app.call(endpoint).outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(app.count("flyball.stage.failures", "failing", "end_failed")).isEqualTo(1);
  }

  @Test
  void ruleWhoseNameIsNoKey_refuses() {
    GovernedEndpoint endpoint =
        start("quota", TestModule.authorizing(), refusing("limits", Phase.ADMIT, "Quota <name>"));

    assertThat(app.call(endpoint).refusal().rule()).isEqualTo("Quota <name>");
  }

  @Test
  void abort_isNoRuleThatCanBeObserved() {
    GovernedEndpoint endpoint =
        start(
            "drain,undecided",
            TestModule.stage(
                "a",
                Phase.AUTHORIZE,
                call -> {
                  call.abort(Problem.of(Problem.Kind.OVERLOADED, "stopping"), "drain");
                  return Decision.proceed();
                }),
            TestModule.authorizing());

    assertThat(app.call(endpoint).refusal().rule()).isEqualTo("drain");
  }

  // ---- what decides nothing

  private static Verdict beside(Result result) {
    return new Verdict("shadow", Phase.AUTHORIZE, result, "next", "why", null);
  }

  @Test
  void candidateBeside_isAVerdictOfTheRecordAndChangesNothing() {
    GovernedEndpoint endpoint =
        start(
            "none",
            TestModule.authorizing(),
            TestModule.stage(
                "shadow",
                Phase.ADMIT,
                call -> {
                  call.observed(beside(Result.WOULD_REFUSE));
                  call.observed(beside(Result.WOULD_PROCEED));
                  call.observed(beside(Result.SKIPPED));
                  return Decision.proceed();
                }));

    CallRecord record = app.call(endpoint);

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(record.refusal()).isNull();
    assertThat(results(record)).endsWith(Result.WOULD_REFUSE, Result.WOULD_PROCEED, Result.SKIPPED);
  }

  @Test
  void candidateBeside_cannotSayThatItDecided() {
    GovernedEndpoint endpoint = start("none", TestModule.authorizing());
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());

    for (Result result : List.of(Result.PROCEED, Result.REFUSE, Result.FAILED, Result.CANCELLED)) {
      assertThatThrownBy(() -> call.observed(beside(result)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: WOULD_REFUSE, WOULD_PROCEED or SKIPPED");
    }
    call.end(Outcome.http(200));
  }

  @Test
  void candidateThatAnswersAfterTheEnd_isInNoRecord_andNoMistake() {
    GovernedEndpoint endpoint = start("none", TestModule.authorizing());
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    call.end(Outcome.http(200));
    int verdicts = app.records.get(0).verdicts().size();

    call.observed(beside(Result.WOULD_REFUSE));

    assertThat(app.records.get(0).verdicts()).hasSize(verdicts);
    assertThat(app.count("flyball.call.late_writes")).isZero();
  }

  @Test
  void stageThatExplainsItself_doesSoInItsVerdict() {
    Explanation explanation = Explanation.permit("open-hours");
    Stage explaining =
        new Stage() {
          @Override
          public String id() {
            return "open-hours";
          }

          @Override
          public Phase phase() {
            return Phase.ADMIT;
          }

          @Override
          public Explanation explanation() {
            return explanation;
          }

          @Override
          public Decision onStart(Call call) {
            return Decision.proceed();
          }
        };
    GovernedEndpoint endpoint = start("none", TestModule.authorizing(), explaining);

    assertThat(app.call(endpoint).verdicts())
        .last()
        .satisfies(verdict -> {
          assertThat(verdict.result()).isEqualTo(Result.PROCEED);
          assertThat(verdict.explanation()).isSameAs(explanation);
        });
  }
}
