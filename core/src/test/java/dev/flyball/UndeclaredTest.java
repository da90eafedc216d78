// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.Verdict.Result;
import dev.flyball.settings.StartupException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints of which nobody has said who may call them. */
class UndeclaredTest {

  private final TestTime time = new TestTime();
  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  private GovernedEndpoint start(Consumer<GovernorBuilder> change, FlyballModule... modules) {
    app = TestApp.with(builder -> change.accept(builder.time(time)), modules);
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    return endpoint;
  }

  @Test
  void undeclaredEndpoint_isDenied() {
    CallRecord record = call(builder -> {});

    assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.REFUSED, 403, null));
    assertThat(record.refusal().rule()).isEqualTo("undeclared");
    assertThat(record.problem().detail()).isEqualTo("the endpoint does not say who may call it");
  }

  private CallRecord call(Consumer<GovernorBuilder> change, FlyballModule... modules) {
    GovernedEndpoint endpoint = start(change, modules);
    return app.call(endpoint);
  }

  @Test
  void stageOfAuthentication_isNoAuthorization() {
    assertThat(
            call(builder -> {}, TestModule.binding(TestModule.authenticating("ann")))
                .refusal()
                .rule())
        .isEqualTo("undeclared");
  }

  @Test
  void openEndpoint_isLetThrough() {
    app = TestApp.of();
    GovernedEndpoint endpoint =
        app.govern(Endpoint.builder("http", "GET /ping").annotation(TestApp.open()));
    app.start();

    assertThat(app.call(endpoint).outcome().kind()).isEqualTo(Outcome.Kind.OK);
  }

  @ParameterizedTest
  @EnumSource(value = Endpoint.Kind.class, names = "ENVELOPE")
  void transports_areExempt(Endpoint.Kind kind) {
    app = TestApp.of();
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /x").kind(kind));
    app.start();

    assertThat(app.call(endpoint).outcome().kind()).isEqualTo(Outcome.Kind.OK);
  }

  @Test
  void hostThatAuthorizes_isDeclaredWithItsReason() {
    assertThat(
            call(builder -> builder.property("flyball.auth.delegated", "the gateway does it"))
                .outcome()
                .kind())
        .isEqualTo(Outcome.Kind.OK);
  }

  @Test
  void blankReason_delegatesNothing() {
    assertThat(call(builder -> builder.property("flyball.auth.delegated", " ")).refusal().rule())
        .isEqualTo("undeclared");
  }

  private static void observe(GovernorBuilder builder) {
    builder
        .property("flyball.auth.undeclared", "observe")
        .property("flyball.auth.undeclared-reason", "adopting step by step")
        .property("flyball.auth.undeclared-until", "2026-11-18");
  }

  /** The clock of the tests shows 2026-11-18. */
  @Test
  void observedEndpoint_isLetThroughAndRecordedUpToItsLastDay() {
    CallRecord record = call(UndeclaredTest::observe);

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(record.refusal()).isNull();
    assertThat(record.verdicts().stream().filter(each -> each.stage().equals("undeclared")))
        .singleElement()
        .satisfies(verdict -> {
          assertThat(verdict.result()).isEqualTo(Result.WOULD_REFUSE);
          assertThat(verdict.problem().kind()).isEqualTo(Problem.Kind.DENIED);
        });
  }

  @Test
  void observingAfterTheLastDay_keepsTheServiceFromStarting() {
    time.advance(java.time.Duration.ofDays(1));

    assertThatThrownBy(() -> start(UndeclaredTest::observe))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(
            "flyball.auth.undeclared=observe was allowed until 2026-11-18, today is 2026-11-19")
        .hasMessageContaining("at code, property flyball.auth.undeclared-until")
        .hasMessageContaining("-> declare who may call, then remove flyball.auth.undeclared");
  }

  @Test
  void observingWithoutReasonOrEnd_keepsTheServiceFromStarting() {
    assertThatThrownBy(
            () -> start(builder -> builder.property("flyball.auth.undeclared", "observe")))
        .isInstanceOfSatisfying(
            StartupException.class,
            failed ->
                assertThat(failed.problems())
                    .extracting(problem -> problem.what() + " -> " + problem.hint())
                    .containsExactly(
                        "flyball.auth.undeclared=observe gives no reason"
                            + " -> add flyball.auth.undeclared-reason=...",
                        "flyball.auth.undeclared=observe has no last day"
                            + " -> add flyball.auth.undeclared-until=2026-12-18"));
  }

  @Test
  void observingTheUndeclared_observesNoOtherRule() {
    Stage refusing =
        TestModule.stage(
            "requires-scope",
            Phase.AUTHORIZE,
            call -> Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), "requires-scope"));

    assertThat(call(UndeclaredTest::observe, TestModule.binding(refusing)).refusal().rule())
        .isEqualTo("requires-scope");
  }

  @Test
  void modeOfTheRule_cannotLetTheUndeclaredThrough() {
    CallRecord record =
        call(builder -> builder.property("flyball.rules.undeclared.mode", "observe"));

    assertThat(record.refusal().rule()).isEqualTo("undeclared");
  }
}
