// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that the service starts itself. */
class JobsTest {

  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  private TestApp start(Stage... stages) {
    app = TestApp.of(TestModule.binding(stages)).start();
    return app;
  }

  @Test
  void job_isACallThatNobodyHasToAuthorize() throws Exception {
    start();

    String result =
        app.governor.run(
            "job:reindex",
            "customer-7",
            () -> {
              Call call = Call.current();
              assertThat(call.unit()).isEqualTo("customer-7");
              assertThat(call.endpoint().kind()).isEqualTo(Endpoint.Kind.JOB);
              assertThat(call.carrier().headers("Any")).isEmpty();
              return "done";
            });

    assertThat(result).isEqualTo("done");
    assertThat(Call.current()).isNull();
    assertThat(app.records)
        .singleElement()
        .satisfies(record -> {
          assertThat(record.endpoint().id()).isEqualTo("job:reindex");
          assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.OK, 0, null));
          assertThat(record.unit()).isEqualTo("customer-7");
          assertThat(record.clientAddress()).isEmpty();
          assertThat(record.method()).isEmpty();
        });
  }

  @Test
  void stages_runAroundAJob() throws Exception {
    start(TestModule.stage("flag", Phase.FLAG, call -> Decision.proceed()));

    app.governor.run("job:reindex", null, () -> null);

    assertThat(app.records.get(0).verdicts()).extracting(Verdict::stage).containsExactly("flag");
    assertThat(app.records.get(0).unit()).isNull();
  }

  @Test
  void refusedJob_isAProblemAndItsBodyDoesNotRun() {
    start(
        TestModule.stage(
            "flag",
            Phase.FLAG,
            call -> Decision.refuse(Problem.of(Problem.Kind.FEATURE_OFF, "off"), "flag")));

    assertThatThrownBy(() ->
            app.governor.run(
                "job:reindex",
                null,
                () -> {
                  throw new AssertionError("must not run");
                }))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().kind()).isEqualTo(Problem.Kind.FEATURE_OFF));
    assertThat(app.records.get(0).outcome())
        .isEqualTo(new Outcome(Outcome.Kind.REFUSED, 404, null));
  }

  @Test
  void undecidedJob_isAwaited() throws Exception {
    start(
        TestModule.stage(
            "slow",
            Phase.ADMIT,
            call -> Decision.pending(CompletableFuture.supplyAsync(Decision::proceed))));

    assertThat(app.governor.run("job:reindex", null, () -> 7)).isEqualTo(7);
  }

  @Test
  void exceptionOfTheBody_isPassedOnAndRecorded() {
    start();
    IOException checked = new IOException("disk");

    assertThatThrownBy(() ->
            app.governor.run(
                "job:reindex",
                null,
                () -> {
                  throw checked;
                }))
        .isSameAs(checked);
    assertThat(app.records.get(0).outcome())
        .isEqualTo(new Outcome(Outcome.Kind.SERVER_ERROR, 0, checked));
    assertThat(Call.current()).isNull();
  }

  @Test
  void errorOfTheBody_isPassedOnAndRecorded() {
    start();
    Error error = new StackOverflowError();

    assertThatThrownBy(() ->
            app.governor.run(
                "job:reindex",
                null,
                () -> {
                  throw error;
                }))
        .isSameAs(error);
    assertThat(app.records.get(0).outcome().error()).isSameAs(error);
  }

  @Test
  void problemOfTheBody_isTheOutcome() {
    start();
    ProblemException problem =
        new ProblemException(Problem.of(Problem.Kind.NOT_FOUND, "no such order"));

    assertThatThrownBy(() ->
            app.governor.run(
                "job:reindex",
                null,
                () -> {
                  throw problem;
                }))
        .isSameAs(problem);
    assertThat(app.records.get(0).outcome()).isEqualTo(Outcome.http(404, problem));
    assertThat(app.records.get(0).problem()).isSameAs(problem.problem());
  }

  @Test
  void jobInAJob_isACallOfItsOwn() throws Exception {
    start();
    app.governor.run(
        "job:outer",
        "a",
        () -> {
          Call outer = Call.current();
          app.governor.run("job:inner", "b", () -> null);
          assertThat(Call.current()).isSameAs(outer);
          return null;
        });

    assertThat(app.records)
        .extracting(record -> record.endpoint().id() + " " + record.unit())
        .containsExactly("job:inner b", "job:outer a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "job:", "reindex", "http:GET /x", "JOB:x"})
  void nameThatIsNoJob_isRefused(String name) {
    start();

    assertThatThrownBy(() -> app.governor.run(name, null, () -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("job " + name + " (expected: job: and a name)");
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
  }

  @Test
  void jobsOfCountlessNames_shareOneEndpoint() throws Exception {
    start();
    for (int i = 0; i < 1_010; i++) {
      app.governor.run("job:customer-" + i, null, () -> null);
    }

    assertThat(app.records.get(999).endpoint().id()).isEqualTo("job:customer-999");
    assertThat(app.records.get(1_005).endpoint().id()).isEqualTo("job:_OVERFLOW");
    app.governor.run("job:customer-1", null, () -> null);
    assertThat(app.records.get(1_010).endpoint().id()).isEqualTo("job:customer-1");
  }
}
