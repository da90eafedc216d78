// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.annotation.Audited;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code flyball.enabled=false}: everything is off but authorization. */
class OffSwitchTest {

  private final List<String> ran = new ArrayList<>();
  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  private Stage noting(String id, Phase phase) {
    return TestModule.stage(
        id,
        phase,
        call -> {
          ran.add(id);
          boolean isAnonymous =
              call.endpoint().kind() == Endpoint.Kind.SERVER
                  && call.carrier().header("Authorization") == null;
          return isAnonymous && id.equals("authorize")
              ? Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), id)
              : Decision.proceed();
        });
  }

  private TestApp off(Consumer<GovernorBuilder> change) {
    app =
        TestApp.with(
            builder -> change.accept(builder.property("flyball.enabled", "false")),
            TestModule.installing(setup -> {
              setup.stage(noting("trace", Phase.TRACE));
              setup.stage(noting("protect", Phase.PROTECT));
              setup.stages(endpoint ->
                  endpoint.annotations().isEmpty()
                      ? List.of(
                          noting("limit", Phase.PROTECT),
                          noting("authenticate", Phase.AUTHENTICATE),
                          noting("authorize", Phase.AUTHORIZE),
                          noting("flag", Phase.FLAG),
                          noting("quota", Phase.ADMIT))
                      : List.of());
            }));
    return app;
  }

  private static Endpoint.Builder open(String operation) {
    return Endpoint.builder("http", operation).annotation(TestApp.open());
  }

  @Test
  void onlyOpenEndpoints_shareOneCallThatKeepsNothing() {
    GovernedEndpoint endpoint = off(builder -> {}).govern(open("GET /ping"));
    app.start();

    assertThat(app.governor.isOff()).isTrue();
    Call call = app.governor.begin(TestCarrier.get("/ping"));
    assertThat(app.governor.begin(TestCarrier.get("/other"))).isSameAs(call);
    assertThat(call.enter(endpoint, Parameters.none()).proceeds()).isTrue();
    assertThat(call.await().proceeds()).isTrue();
    call.whenDecided(Runnable::run, decision -> ran.add("decided " + decision.proceeds()));
    assertThat(call.child(endpoint, Parameters.none()).decision().proceeds()).isTrue();
    call.authenticated(Principal.builder("ann", "i").build());
    call.trace(new TraceContext(1, 2, 3, 0, 0, null));
    call.addResponseHeader("A", "b");
    call.deadline(5);
    call.onAbort(problem -> ran.add("abort"));
    assertThat(call.abort(Problem.of(Problem.Kind.TIMEOUT, "late"), "x")).isFalse();
    try (Scope scope = call.openScope()) {
      assertThat(Call.current()).isNull();
    }
    call.end(Outcome.http(200));
    call.end(Outcome.http(500));

    assertThat(call.principal()).isNull();
    assertThat(call.trace()).isNull();
    assertThat(call.responseHeaders()).isEmpty();
    assertThat(call.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(call.bodyLimit()).isEqualTo(1 << 20);
    assertThat(app.records).isEmpty();
    assertThat(ran).containsExactly("decided true");
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
    assertThat(app.count("flyball.call.double_ends")).isZero();
  }

  @Test
  void protectedEndpoint_isStillAuthenticatedAndAuthorized() {
    GovernedEndpoint endpoint = off(builder -> {}).govern(Endpoint.builder("http", "GET /a"));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/a").header("Authorization", "x"));
    call.enter(endpoint, Parameters.none());
    call.end(Outcome.http(200));

    assertThat(call.decision()).isNotNull();
    assertThat(ran).containsExactly("authenticate", "authorize");
    assertThat(app.records).as("only refusals are recorded").isEmpty();
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
  }

  @Test
  void refusalOfAProtectedEndpoint_isRecorded() {
    GovernedEndpoint endpoint = off(builder -> {}).govern(Endpoint.builder("http", "GET /a"));
    app.start();

    CallRecord record = app.call(endpoint);

    assertThat(record.refusal().rule()).isEqualTo("authorize");
    assertThat(app.records).hasSize(1);
  }

  @Test
  void undeclaredEndpoint_isStillDenied() {
    app = TestApp.with(builder -> builder.property("flyball.enabled", "false"));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();

    assertThat(app.call(endpoint).refusal().rule()).isEqualTo("undeclared");
  }

  @Test
  void openEndpointBesideAProtectedOne_isARealCall() {
    off(builder -> {}).govern(Endpoint.builder("http", "GET /a"));
    GovernedEndpoint endpoint = app.govern(open("GET /ping"));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/ping"));
    call.enter(endpoint, Parameters.none());
    try (Scope scope = call.openScope()) {
      assertThat(Call.current()).isSameAs(call);
    }
    call.end(Outcome.http(200));

    assertThat(ran).isEmpty();
    assertThat(app.records).isEmpty();
  }

  @Test
  void offeredPolicy_needsARealCall() {
    GovernedEndpoint endpoint =
        off(builder ->
                builder.offer(AccessPolicy.class, "own", question -> AccessPolicy.deny("no")))
            .govern(open("GET /orders"));
    app.start();
    assertThat(app.governor.isOff()).isFalse();
    Call call = app.governor.begin(TestCarrier.get("/orders"));
    call.enter(endpoint, Parameters.none());
    try (Scope scope = call.openScope()) {
      assertThatThrownBy(() -> Access.require("own", "x")).isInstanceOf(ProblemException.class);
    }
    call.end(Outcome.http(403));

    assertThat(app.records)
        .singleElement()
        .extracting(record -> record.refusal().rule())
        .isEqualTo("own");
  }

  /** A router may bind an endpoint while a request that began before is on its way to it. */
  @Test
  void protectedEndpointThatIsBoundLate_isNotEnteredByTheSharedCall() {
    off(builder -> {}).start();
    Call call = app.governor.begin(TestCarrier.get("/a"));
    GovernedEndpoint late = app.govern(Endpoint.builder("http", "GET /a"));

    assertThat(app.governor.isOff()).isFalse();
    assertThatThrownBy(() -> call.enter(late, Parameters.none()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "enter(http:GET /a) in a call that began when nothing was protected");
    assertThatThrownBy(() -> call.child(late, Parameters.none()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(app.call(late).refusal()).as("the next call").isNotNull();
  }

  @Test
  void auditedEndpoint_isNotWrittenDown() {
    @Audited
    final class Handler {}
    app = TestApp.with(builder -> builder.property("flyball.enabled", "false"));
    GovernedEndpoint endpoint =
        app.govern(open("GET /x").annotation(Handler.class.getAnnotation(Audited.class)));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/x"));

    assertThat(call.enter(endpoint, Parameters.none()).proceeds()).isTrue();
    call.end(Outcome.http(200));
  }

  @Test
  void job_runsWithoutItsStages() throws Exception {
    off(builder -> {}).start();

    assertThat(app.governor.run("job:x", null, () -> 7)).isEqualTo(7);
    assertThat(ran).containsExactly("authenticate", "authorize").doesNotContain("flag");
  }

  @Test
  void problems_stillKeepTheServiceFromStarting() {
    off(builder -> builder.property("flyball.nope", "1"));

    assertThatThrownBy(app::start).hasMessageContaining("unknown key flyball.nope");
  }
}
