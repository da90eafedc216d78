// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Begin, enter, end: in order, out of order, twice. */
class EnteringTest {

  private final AtomicInteger starts = new AtomicInteger();
  private final CompletableFuture<Decision> later = new CompletableFuture<>();
  private final Stage counting =
      TestModule.stage(
          "counting",
          Phase.AUTHORIZE,
          call -> {
            starts.incrementAndGet();
            return Decision.proceed();
          });
  private final Stage waiting =
      TestModule.stage("waiting", Phase.ADMIT, call -> Decision.pending(later));
  private final Stage refusing =
      TestModule.stage(
          "refusing",
          Phase.AUTHORIZE,
          call -> Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), "refusing"));

  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  private GovernedEndpoint start(Stage... stages) {
    app = TestApp.of(TestModule.binding(stages));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    return endpoint;
  }

  private Call begin() {
    return app.governor.begin(TestCarrier.get("/a"));
  }

  @Test
  void endpointEnteredAgain_isDecidedOnce() {
    GovernedEndpoint endpoint = start(counting);
    Call call = begin();
    assertThat(call.entered()).isFalse();
    assertThat(call.endpoint().id()).isEqualTo("http:unmatched");

    Parameters parameters = Parameters.of(Map.of("id", 7));
    assertThat(call.enter(endpoint, parameters).proceeds()).isTrue();
    assertThat(call.enter(endpoint, Parameters.none()).proceeds()).isTrue();

    assertThat(starts).hasValue(1);
    assertThat(call.entered()).isTrue();
    assertThat(call.endpoint().id()).isEqualTo("http:GET /a");
    assertThat(call.parameters().get("id")).isEqualTo(7);
    call.end(Outcome.http(200));
    assertThat(app.records).singleElement().extracting(CallRecord::entered).isEqualTo(true);
  }

  @Test
  void otherEndpointEnteredAfterwards_isAnErrorOfTheAdapter() {
    GovernedEndpoint endpoint = start(counting);
    GovernedEndpoint other = app.govern(Endpoint.builder("http", "GET /b"));
    Call call = begin();
    call.enter(endpoint, Parameters.none());

    assertThatThrownBy(() -> call.enter(other, Parameters.none()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enter(http:GET /b) after enter(http:GET /a) (expected: child)");
    call.end(Outcome.http(200));
    assertThat(app.records).hasSize(1);
  }

  @Test
  void enterWhileTheBeginningIsUndecided_isAnErrorOfTheAdapter() {
    app =
        TestApp.of(
            TestModule.installing(setup ->
                setup.stage(
                    TestModule.stage("slow", Phase.PROTECT, call -> Decision.pending(later)))));
    GovernedEndpoint endpoint = app.govern(open("GET /a"));
    app.start();
    Call call = begin();

    assertThatThrownBy(() -> call.enter(endpoint, Parameters.none()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("enter(http:GET /a) while a decision is pending");
    assertThatThrownBy(() -> call.child(endpoint, Parameters.none()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("child(http:GET /a) while a decision is pending");
    call.end(Outcome.cancelled(null));
  }

  @Test
  void endpointEnteredAgainWhileItIsUndecided_isStillPending() {
    GovernedEndpoint endpoint = start(counting, waiting);
    GovernedEndpoint other = app.govern(Endpoint.builder("http", "GET /b"));
    Call call = begin();

    assertThat(call.enter(endpoint, Parameters.none())).isInstanceOf(Decision.Pending.class);
    assertThat(call.enter(endpoint, Parameters.none())).isInstanceOf(Decision.Pending.class);
    assertThatThrownBy(() -> call.enter(other, Parameters.none()))
        .isInstanceOf(IllegalStateException.class);

    later.complete(Decision.proceed());
    assertThat(call.await().proceeds()).isTrue();
    assertThat(starts).hasValue(1);
    call.end(Outcome.http(200));
  }

  @Test
  void endpointEnteredAfterARefusal_isOnlyNamed() {
    app =
        TestApp.of(
            TestModule.installing(setup -> {
              setup.stage(
                  TestModule.stage(
                      "full",
                      Phase.PROTECT,
                      call -> Decision.refuse(Problem.of(Problem.Kind.THROTTLED, "no"), "full")));
              setup.stages(endpoint -> List.of(counting));
            }));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    Call call = begin();

    Decision decision = call.enter(endpoint, Parameters.none());

    assertThat(decision).isInstanceOf(Decision.Refuse.class).isEqualTo(call.decision());
    assertThat(starts).hasValue(0);
    call.end(Outcome.http(429));
    assertThat(app.records)
        .singleElement()
        .satisfies(record -> {
          assertThat(record.endpoint().id()).isEqualTo("http:GET /a");
          assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.REFUSED, 429, null));
          assertThat(record.refusal().rule()).isEqualTo("full");
        });
  }

  @Test
  void refusedEndpointEnteredAgain_isStillRefused() {
    GovernedEndpoint endpoint = start(refusing);
    Call call = begin();

    Decision first = call.enter(endpoint, Parameters.none());

    assertThat(first).isInstanceOf(Decision.Refuse.class);
    assertThat(call.enter(endpoint, Parameters.none())).isSameAs(first);
    assertThat(call.await()).isSameAs(first);
    call.end(Outcome.http(403));
  }

  @Test
  void endpointEnteredAfterTheEnd_isRefusedAndStartsNothing() {
    GovernedEndpoint endpoint = start(counting);
    Call call = begin();
    call.end(Outcome.http(404));

    Decision decision = call.enter(endpoint, Parameters.none());

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refuse.class, refused -> assertThat(refused.reason()).isEqualTo("call_ended"));
    assertThat(starts).hasValue(0);
    assertThat(app.records).singleElement().extracting(CallRecord::entered).isEqualTo(false);
  }

  @Test
  void endpointOfAnotherGovernor_isRefused() {
    start(counting);
    try (TestApp other = TestApp.of(TestModule.binding(counting))) {
      GovernedEndpoint foreign = other.govern(Endpoint.builder("http", "GET /a"));
      Call call = begin();

      assertThatThrownBy(() -> call.enter(foreign, Parameters.none()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("http:GET /a (expected: an endpoint that this governor has bound)");
      assertThatThrownBy(() -> call.child(foreign, Parameters.none()))
          .isInstanceOf(IllegalArgumentException.class);
      call.end(Outcome.http(500));
    }
  }

  @Test
  void endpointBoundWhileTheServiceRuns_isEntered() {
    start(counting);
    GovernedEndpoint late = app.govern(Endpoint.builder("http", "GET /late"));

    assertThat(app.call(late).outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(app.governor.endpoints().find("http:GET /late")).contains(late);
    assertThat(app.governor.endpoints().all()).hasSize(2);
  }

  // ---- the end

  @Test
  void secondEnd_isCountedAndChangesNothing() {
    GovernedEndpoint endpoint = start(counting);
    Call call = begin();
    call.enter(endpoint, Parameters.none());
    call.end(Outcome.http(200));
    call.end(Outcome.http(500));

    assertThat(app.records)
        .singleElement()
        .extracting(CallRecord::outcome)
        .isEqualTo(Outcome.http(200));
    assertThat(app.count("flyball.call.double_ends")).isEqualTo(1);
  }

  @Test
  void handlerThatRunsAlthoughRefused_isCountedAndRecorded() {
    GovernedEndpoint endpoint = start(refusing);
    Call call = begin();
    call.enter(endpoint, Parameters.none());
    call.openScope().close();
    call.end(Outcome.http(200));

    CallRecord record = app.records.get(0);
    assertThat(record.handledAfterRefusal()).isTrue();
    assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.REFUSED, 403, null));
    assertThat(app.count("flyball.call.handled_after_refusal")).isEqualTo(1);
  }

  @Test
  void handlerBeforeTheDecision_cannotRun() {
    GovernedEndpoint endpoint = start(counting, waiting);
    Call call = begin();
    call.enter(endpoint, Parameters.none());

    assertThatThrownBy(call::openScope)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("openScope while a decision is pending (expected: after await)");
    call.end(Outcome.cancelled(null));
  }

  @Test
  void codeOfARefusal_isThatOfTheProtocol() {
    GovernedEndpoint endpoint = start(refusing);
    Call call = begin();
    call.enter(endpoint, Parameters.none());
    call.end(new Outcome(Outcome.Kind.REFUSED, 7, null));

    assertThat(app.records.get(0).outcome().code()).isEqualTo(7);
  }

  @Test
  void unenteredCall_countsAsUngovernedWhereSomethingElseAnswered() {
    app = TestApp.of();
    app.start();
    Call call = begin();
    call.answeredBy("static-files");
    call.end(Outcome.http(200));

    CallRecord record = app.records.get(0);
    assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.UNGOVERNED, 200, null));
    assertThat(record.answeredBy()).isEqualTo("static-files");
    assertThat(record.endpoint().id()).isEqualTo("http:unmatched");
    assertThat(app.count("flyball.call.ungoverned", "static-files")).isEqualTo(1);
    assertThat(app.health("ungoverned"))
        .isEqualTo(
            new HealthCheck.Result(
                HealthCheck.Status.DEGRADED, "answers that nobody governs: [static-files]"));
  }

  @Test
  void unenteredCallThatNobodyNamed_isUngovernedToo() {
    app = TestApp.of();
    app.start();
    assertThat(app.health("ungoverned").status()).isEqualTo(HealthCheck.Status.UP);
    begin().end(Outcome.http(302));

    assertThat(app.records.get(0).outcome().kind()).isEqualTo(Outcome.Kind.UNGOVERNED);
    assertThat(app.count("flyball.call.ungoverned", "unknown")).isEqualTo(1);
  }

  @Test
  void unenteredCall_isFineWhereItsAnswerIsDeclared() {
    app = TestApp.with(builder -> builder.property("flyball.ungoverned", "other, static-files"));
    app.start();
    Call call = begin();
    call.answeredBy("static-files");
    call.end(Outcome.http(200));

    assertThat(app.records.get(0).outcome()).isEqualTo(Outcome.http(200));
    assertThat(app.health("ungoverned").status()).isEqualTo(HealthCheck.Status.UP);
  }

  @Test
  void refusalOfTheHost_isARefusalByTheRuleHost() {
    app = TestApp.of();
    app.start();
    begin().end(Outcome.http(401));
    begin().end(Outcome.http(404));
    begin().end(Outcome.http(503));
    begin().end(Outcome.cancelled(null));

    assertThat(app.records)
        .extracting(record -> record.outcome().kind())
        .containsExactly(
            Outcome.Kind.REFUSED,
            Outcome.Kind.CLIENT_ERROR,
            Outcome.Kind.SERVER_ERROR,
            Outcome.Kind.CANCELLED);
    assertThat(app.records.subList(0, 3))
        .extracting(record -> record.refusal().rule() + " " + record.refusal().reason())
        .containsExactly("host status_401", "host status_404", "host status_503");
    assertThat(app.records.get(3).refusal()).isNull();
    assertThat(app.records).allSatisfy(record -> assertThat(record.problem()).isNull());
  }

  @Test
  void errorOfTheHandler_isInTheRecord() {
    GovernedEndpoint endpoint = start(counting);
    Exception error = new IllegalStateException("boom");
    Call call = begin();
    call.enter(endpoint, Parameters.none());
    call.end(Outcome.http(500, error));

    assertThat(app.records.get(0).outcome().error()).isSameAs(error);
    assertThat(app.records.get(0).refusal()).isNull();
  }

  @Test
  void problemOfTheHandler_isThatOfTheRecord() {
    GovernedEndpoint endpoint = start(counting);
    Problem problem = Problem.of(Problem.Kind.NOT_FOUND, "no such order");
    Call call = begin();
    call.enter(endpoint, Parameters.none());
    call.end(Outcome.of(problem, new ProblemException(problem)));

    assertThat(app.records.get(0).problem()).isSameAs(problem);
    assertThat(app.records.get(0).outcome().kind()).isEqualTo(Outcome.Kind.CLIENT_ERROR);
  }

  @Test
  void callBeforeTheStart_isAnErrorOfTheAdapter() {
    app = TestApp.of();

    assertThatThrownBy(this::begin)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the governor has not started (expected: start() first)");
    assertThatThrownBy(() -> app.governor.run("job:x", null, () -> 1))
        .isInstanceOf(IllegalStateException.class);
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
  }

  @Test
  void outcomeOfARunningCall_isNotKnown() {
    GovernedEndpoint endpoint = start(counting);
    Call call = begin();
    call.enter(endpoint, Parameters.none());

    assertThatThrownBy(() -> ((CallRecord) call).outcome())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the call has not ended");
    call.end(Outcome.http(200));
  }

  private static Endpoint.Builder open(String operation) {
    return Endpoint.builder("http", operation).annotation(TestApp.open());
  }
}
