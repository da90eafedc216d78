// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Stage.OnFailure;
import dev.flyball.Verdict.Result;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Promises of the engine that no other test would have missed; docs/mutation.md. */
class EngineDetailsTest {

  private TestApp app;
  private GovernedEndpoint endpoint;

  @AfterEach
  void close() {
    app.close();
  }

  private Call enter(Stage... stages) {
    app = TestApp.of(TestModule.binding(stages));
    endpoint = app.govern(Endpoint.builder("http", "GET /a").annotation(TestApp.open()));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    return call;
  }

  /** A stage that notes its end. */
  private static Stage noting(String id, List<String> ended) {
    return noting(id, Phase.ADMIT, ended);
  }

  private static Stage noting(String id, Phase phase, List<String> ended) {
    return new Stage() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Phase phase() {
        return phase;
      }

      @Override
      public Decision onStart(Call call) {
        return Decision.proceed();
      }

      @Override
      public void onEnd(Call call, Outcome outcome) {
        ended.add(id);
      }
    };
  }

  @Test
  void stagesOfTheEndpoint_areSeenOutInReverse() {
    List<String> ended = new ArrayList<>();
    Call call = enter(noting("a", ended), noting("b", ended), noting("c", ended));
    call.end(Outcome.http(200));
    assertThat(ended).containsExactly("c", "b", "a");
  }

  @Test
  void stagesOfTheService_areSeenOutAfterThoseOfTheEndpoint() {
    List<String> ended = new ArrayList<>();
    app =
        TestApp.of(
            TestModule.installing(setup -> {
              setup.stage(noting("service-1", Phase.PROTECT, ended));
              setup.stage(noting("service-2", Phase.PROTECT, ended));
              setup.stages(each -> List.of(noting("endpoint", ended)));
            }));
    endpoint = app.govern(Endpoint.builder("http", "GET /a").annotation(TestApp.open()));
    app.start();
    app.call(endpoint);
    assertThat(ended).containsExactly("endpoint", "service-2", "service-1");
  }

  @Test
  void callThatWasLetThrough_wasNotHandledAfterARefusal() {
    Call call = enter();
    try (Scope scope = call.openScope()) {
      assertThat(Call.current()).isSameAs(call);
    }
    call.end(Outcome.http(200));
    assertThat(app.records.get(0).handledAfterRefusal()).isFalse();
  }

  @Test
  void refusalOfTheHost_isAVerdictToo() {
    app = TestApp.of();
    app.start();
    app.governor.begin(TestCarrier.get("/a")).end(Outcome.http(401));
    assertThat(app.records.get(0).verdicts())
        .containsExactly(
            new Verdict("host", Phase.PROTECT, Result.REFUSE, "host", "status_401", null));
  }

  @Test
  void requirements_areVerdictsInTheOrderInWhichTheyWereAsked() {
    app =
        TestApp.with(builder ->
            builder
                .offer(AccessPolicy.class, "first", question -> AccessPolicy.permit())
                .offer(AccessPolicy.class, "second", question -> AccessPolicy.permit()));
    endpoint = app.govern(Endpoint.builder("http", "GET /a").annotation(TestApp.open()));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    try (Scope scope = call.openScope()) {
      Access.require("first", "x");
      Access.require("second", "x");
    }
    call.end(Outcome.http(200));
    assertThat(app.records.get(0).verdicts())
        .filteredOn(verdict -> verdict.stage().equals("access"))
        .extracting(Verdict::rule)
        .containsExactly("first", "second");
  }

  @Test
  void responseThatStartsAtOnce_hasStarted() {
    TestTime time = new TestTime();
    app = TestApp.with(builder -> builder.time(time));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.responseStarted(200);
    time.advance(Duration.ofMillis(5));
    call.responseStarted(200);
    call.end(Outcome.http(404));
    assertThat(app.records.get(0).firstByteNanos()).isZero();
  }

  @Test
  void attributeOfAnotherGovernor_hasNoPlace() {
    List<Attribute<String>> theirs = new ArrayList<>();
    List<Attribute<String>> ours = new ArrayList<>();
    app =
        TestApp.of(
            TestModule.installing(
                setup -> ours.add(setup.attribute("ours", Attribute.Scope.CALL))));
    app.start();
    try (TestApp other =
        TestApp.of(
            TestModule.installing(
                setup -> theirs.add(setup.attribute("theirs", Attribute.Scope.CALL))))) {
      other.start();
      Call call = app.governor.begin(TestCarrier.get("/a"));
      call.set(ours.get(0), "our value");
      call.set(theirs.get(0), "their value");
      assertThat(call.get(theirs.get(0))).isNull();
      assertThat(call.setIfAbsent(theirs.get(0), "theirs again")).isEqualTo("theirs again");
      assertThat(call.get(ours.get(0))).isEqualTo("our value");
      call.end(Outcome.http(404));
    }
  }

  @Test
  void threadThatHasWaited_isNotInterrupted() {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    Call call = enter(TestModule.stage("pending", Phase.ADMIT, each -> Decision.pending(later)));
    assertThat(call.decision()).isInstanceOf(Decision.Pending.class);
    later.completeOnTimeout(Decision.proceed(), 20, TimeUnit.MILLISECONDS);
    assertThat(call.await().proceeds()).isTrue();
    assertThat(Thread.interrupted()).isFalse();
    call.end(Outcome.http(200));
  }

  @Test
  void skippableStageWhoseFutureCannotBeAsked_letsTheCallGoOn() {
    List<String> ended = new ArrayList<>();
    Call call = enter(new Unaskable(), noting("next", ended));
    assertThat(call.await().proceeds()).isTrue();
    call.end(Outcome.http(200));
    assertThat(ended).containsExactly("next");
  }

  /** Hands out a future that throws when it is looked at. */
  private static final class Unaskable implements Stage {

    @Override
    public String id() {
      return "a-unaskable";
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
      return Decision.pending(
          new CompletableFuture<Decision>() {
            @Override
            public CompletableFuture<Decision> whenComplete(
                java.util.function.BiConsumer<? super Decision, ? super Throwable> action) {
              throw new IllegalStateException("no");
            }
          });
    }
  }
}
