// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Breaking calls off: by hand, and when their deadline passes. */
@Timeout(20)
class AbortTest {

  private static final Problem STOPPING = Problem.of(Problem.Kind.OVERLOADED, "stopping");

  private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
  private final List<Problem> told = new ArrayList<>();
  private TestApp app;
  private GovernedEndpoint endpoint;

  @AfterEach
  void close() {
    app.close();
  }

  private Call enter(Stage... stages) {
    scheduler.setRemoveOnCancelPolicy(true);
    app =
        TestApp.with(
            builder ->
                builder.scheduler(scheduler).property("flyball.settings.reload-interval", "0s"),
            TestModule.binding(
                stages.length == 0 ? new Stage[] {TestModule.authorizing()} : stages));
    endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    return call;
  }

  @Test
  void abort_isToldToTheAdapterOnce() {
    Call call = enter();
    call.onAbort(told::add);

    assertThat(call.aborted()).isNull();
    assertThat(call.abort(STOPPING, "drain")).isTrue();
    assertThat(call.abort(Problem.of(Problem.Kind.TIMEOUT, "late"), "deadline")).isFalse();

    assertThat(told).containsExactly(STOPPING);
    assertThat(call.aborted()).isSameAs(STOPPING);
    assertThat(call.decision()).isInstanceOf(Decision.Refuse.class);
    call.end(Outcome.of(STOPPING, null));
    CallRecord record = app.records.get(0);
    assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.REFUSED, 503, null));
    assertThat(record.refusal().rule()).isEqualTo("drain");
    assertThat(record.refusal().reason()).isEqualTo("aborted");
    assertThat(record.problem()).isSameAs(STOPPING);
  }

  @Test
  void abortBeforeTheAdapterListens_isToldWhenItDoes() {
    Call call = enter();
    call.abort(STOPPING, "drain");
    call.onAbort(told::add);
    call.onAbort(told::add);

    assertThat(told).containsExactly(STOPPING);
    call.end(Outcome.http(503));
  }

  @Test
  void adapterThatFailsToBreakOff_isCounted() {
    Call call = enter();
    call.onAbort(problem -> {
      throw new IllegalStateException("gone");
    });

    assertThat(call.abort(STOPPING, "drain")).isTrue();
    assertThat(app.count("flyball.stage.failures", "drain", "abort_failed")).isEqualTo(1);
    call.end(Outcome.http(503));
  }

  @Test
  void abortBetweenBeginAndEnter_isARefusal() {
    enter().end(Outcome.http(200));
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.abort(STOPPING, "drain");

    assertThat(call.enter(endpoint, Parameters.none())).isInstanceOf(Decision.Refuse.class);
    call.end(Outcome.http(503));
    assertThat(app.records.get(1).refusal().rule()).isEqualTo("drain");
    assertThat(app.records.get(1).verdicts()).extracting(Verdict::stage).containsExactly("engine");
  }

  @Test
  void abortInsideAStage_startsNoOther() {
    List<String> ran = new ArrayList<>();
    Stage aborting =
        TestModule.stage(
            "a-aborting",
            Phase.AUTHORIZE,
            call -> {
              call.abort(STOPPING, "inside");
              return Decision.proceed();
            });
    Stage other =
        TestModule.stage(
            "b-other",
            Phase.AUTHORIZE,
            call -> {
              ran.add("other");
              return Decision.proceed();
            });
    Call call = enter(aborting, other);

    assertThat(call.decision()).isInstanceOf(Decision.Refuse.class);
    assertThat(ran).isEmpty();
    call.end(Outcome.http(503));
  }

  @Test
  void abortedCallThatWasAnsweredInFull_isAsItWasAnswered() {
    Call call = enter();
    call.abort(STOPPING, "drain");
    call.end(Outcome.http(200));

    assertThat(app.records.get(0).outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(app.records.get(0).refusal()).isNull();
  }

  @Test
  void abortAfterTheEnd_isNone() {
    Call call = enter();
    call.end(Outcome.http(200));
    call.onAbort(told::add);

    assertThat(call.abort(STOPPING, "drain")).isFalse();
    assertThat(call.aborted()).isNull();
    assertThat(told).isEmpty();
  }

  @Test
  void endedCall_holdsNothingOfTheAdapter() throws Exception {
    Call call = enter();
    Object exchange = new Object();
    WeakReference<Object> held = new WeakReference<>(exchange);
    call.onAbort(holding(exchange));
    call.end(Outcome.http(200));
    call.onAbort(holding(exchange));
    exchange = null;

    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (held.get() != null && System.nanoTime() - until < 0) {
      System.gc();
    }
    assertThat(held.get()).isNull();
    assertThat(app.records).containsExactly((CallRecord) call);
  }

  private static java.util.function.Consumer<Problem> holding(Object object) {
    return problem -> object.hashCode();
  }

  // ---- deadlines

  @Test
  void deadlineThatPasses_breaksTheCallOff() throws Exception {
    Call call = enter();
    CompletableFuture<Problem> told = new CompletableFuture<>();
    call.onAbort(told::complete);
    call.deadline(call.startNanos());

    assertThat(told.get().kind()).isEqualTo(Problem.Kind.TIMEOUT);
    call.end(Outcome.http(504));
    CallRecord record = app.records.get(0);
    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
    assertThat(record.refusal().rule()).isEqualTo("deadline");
  }

  @Test
  void earlierDeadline_replacesALaterOne() {
    Call call = enter();
    assertThat(call.deadline()).isEqualTo(Long.MAX_VALUE);
    long start = call.startNanos();

    call.deadline(start + Duration.ofHours(2).toNanos());
    call.deadline(start + Duration.ofHours(1).toNanos());
    call.deadline(start + Duration.ofHours(3).toNanos());
    call.deadline(Long.MAX_VALUE);

    assertThat(call.deadline()).isEqualTo(start + Duration.ofHours(1).toNanos());
    assertThat(scheduler.getQueue()).hasSize(1);
    call.end(Outcome.http(200));
    assertThat(scheduler.getQueue()).isEmpty();
  }

  @Test
  void deadlineAfterTheEnd_isALateWriteAndNoTimer() {
    Call call = enter();
    call.end(Outcome.http(200));
    call.deadline(call.startNanos() + Duration.ofHours(1).toNanos());

    assertThat(scheduler.getQueue()).isEmpty();
    assertThat(app.count("flyball.call.late_writes")).isEqualTo(1);
  }

  @Test
  void callTimeout_isTheDeadlineOfEachCall() {
    app =
        TestApp.with(
            builder -> builder.time(new TestTime()).property("flyball.call-timeout", "1h"));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/a"));

    assertThat(call.deadline() - call.startNanos()).isEqualTo(Duration.ofHours(1).toNanos());
    call.end(Outcome.http(404));
  }

  // ---- children

  @Test
  void abort_breaksTheChildrenOffToo() {
    Call call = enter();
    Call child = call.child(endpoint, Parameters.none());
    Call grandchild = child.child(endpoint, Parameters.none());
    child.onAbort(told::add);

    call.abort(STOPPING, "drain");

    assertThat(told).containsExactly(STOPPING);
    assertThat(child.decision()).isInstanceOf(Decision.Refuse.class);
    assertThat(grandchild.aborted()).isSameAs(STOPPING);
    assertThat(call.child(endpoint, Parameters.none()).decision())
        .isInstanceOf(Decision.Refuse.class);
    child.end(Outcome.http(503));
    call.end(Outcome.http(503));
    assertThat(app.records).hasSize(4);
    assertThat(app.records)
        .allSatisfy(record -> assertThat(record.refusal().rule()).isEqualTo("drain"));
  }

  @Test
  void deadlineOfACall_isThatOfItsChildren() {
    Call call = enter();
    call.deadline(call.startNanos() + Duration.ofHours(1).toNanos());

    assertThat(call.child(endpoint, Parameters.none()).deadline()).isEqualTo(call.deadline());
    call.end(Outcome.http(200));
  }

  @Test
  void abortOfAChild_leavesItsParentAlone() {
    Call call = enter();
    Call child = call.child(endpoint, Parameters.none());

    child.abort(STOPPING, "drain");

    assertThat(call.aborted()).isNull();
    assertThat(call.decision().proceeds()).isTrue();
    call.end(Outcome.http(200));
  }
}
