// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Stage.OnFailure;
import dev.flyball.Verdict.Result;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stages that have not decided: awaited, called back, timed out, given up. */
@Timeout(20)
class PendingDecisionsTest {

  private final CompletableFuture<Decision> later = new CompletableFuture<>();
  private final List<String> ran = new ArrayList<>();
  private TestApp app;
  private GovernedEndpoint endpoint;

  @AfterEach
  void close() {
    app.close();
  }

  private Call enter(String timeout, Stage... stages) {
    app =
        TestApp.with(
            builder -> builder.property("flyball.pending-timeout", timeout),
            TestModule.binding(stages));
    endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    return call;
  }

  private Stage pending(Supplier<CompletionStage<Decision>> source, OnFailure onFailure) {
    return new Stage() {
      @Override
      public String id() {
        return "pending";
      }

      @Override
      public Phase phase() {
        return Phase.ADMIT;
      }

      @Override
      public OnFailure onFailure() {
        return onFailure;
      }

      @Override
      public Decision onStart(Call call) {
        ran.add("start");
        return Decision.pending(source.get());
      }

      @Override
      public void onEnd(Call call, Outcome outcome) {
        ran.add("end " + outcome.kind());
      }
    };
  }

  private Stage pending() {
    return pending(() -> later, OnFailure.REFUSE);
  }

  private Stage after() {
    return new Stage() {
      @Override
      public String id() {
        return "z-after";
      }

      @Override
      public Phase phase() {
        return Phase.ADMIT;
      }

      @Override
      public Decision onStart(Call call) {
        ran.add("after");
        return Decision.proceed();
      }
    };
  }

  private Result resultOf(String stage) {
    return app.records.get(0).verdicts().stream()
        .filter(verdict -> verdict.stage().equals(stage))
        .findFirst()
        .orElseThrow()
        .result();
  }

  @Test
  void undecidedStage_isAwaitedAndTheNextOnesRun() {
    Call call = enter("20s", TestModule.authorizing(), pending(), after());
    assertThat(call.decision()).isInstanceOf(Decision.Pending.class);
    CompletableFuture.runAsync(() -> later.complete(Decision.proceed()));

    assertThat(call.await().proceeds()).isTrue();

    call.end(Outcome.http(200));
    assertThat(ran).containsExactly("start", "after", "end OK");
  }

  @Test
  void stageThatDoesNotDecideInTime_hasFailed() {
    Call call = enter("1ms", TestModule.authorizing(), pending(), after());

    Decision.Refuse refused = (Decision.Refuse) call.await();

    assertThat(refused.rule()).isEqualTo("pending");
    assertThat(refused.reason()).isEqualTo("pending_timeout");
    assertThat(refused.problem().kind()).isEqualTo(Problem.Kind.TIMEOUT);
    assertThat(later).isCancelled();
    call.end(Outcome.of(refused.problem(), null));
    assertThat(resultOf("pending")).isEqualTo(Result.FAILED);
    assertThat(ran).containsExactly("start", "end REFUSED");
    assertThat(app.count("flyball.stage.failures", "pending", "pending_timeout")).isEqualTo(1);
  }

  @Test
  void stageThatMayBeSkipped_isSkippedWhenItDoesNotDecideInTime() {
    Call call =
        enter("1ms", TestModule.authorizing(), pending(() -> later, OnFailure.SKIP), after());

    assertThat(call.await().proceeds()).isTrue();

    call.end(Outcome.http(200));
    assertThat(resultOf("pending")).isEqualTo(Result.SKIPPED);
    assertThat(ran).containsExactly("start", "after", "end OK");
  }

  @Test
  void stageThatFailsLater_hasFailed() {
    Call call = enter("20s", TestModule.authorizing(), pending());
    later.completeExceptionally(new IllegalStateException("store"));

    assertThat(call.await())
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo("stage_failed");
              assertThat(refused.problem().kind()).isEqualTo(Problem.Kind.INTERNAL);
            });
    call.end(Outcome.http(500));
    assertThat(resultOf("pending")).isEqualTo(Result.FAILED);
  }

  @Test
  void stageThatDecidesNothingLater_hasFailed() {
    Call call = enter("20s", TestModule.authorizing(), pending());
    later.complete(null);

    assertThat(call.await())
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refused -> assertThat(refused.reason()).isEqualTo("no_decision"));
    call.end(Outcome.http(500));
  }

  /** What a stage hands out must not keep the engine from seeing the stages out. */
  @Test
  void stageWhoseFutureCannotBeCancelled_isGivenUpAllTheSame() {
    CompletableFuture<Decision> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            throw new IllegalStateException("not mine to cancel");
          }
        };
    Call call =
        enter("20s", TestModule.authorizing(), pending(() -> stubborn, OnFailure.REFUSE), after());

    call.end(Outcome.cancelled(null));

    assertThat(ran).containsExactly("start", "end CANCELLED");
    assertThat(resultOf("pending")).isEqualTo(Result.CANCELLED);
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
  }

  @Test
  void stageWhoseFutureCannotBeCancelled_timesOutAllTheSame() {
    CompletableFuture<Decision> stubborn =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<Decision> toCompletableFuture() {
            throw new NoSuchMethodError("toCompletableFuture");
          }
        };
    Call call =
        enter("1ms", TestModule.authorizing(), pending(() -> stubborn, OnFailure.REFUSE), after());

    assertThat(call.await()).isInstanceOf(Decision.Refuse.class);
    call.end(Outcome.http(504));
    assertThat(ran).containsExactly("start", "end REFUSED");
  }

  @Test
  void stageWhoseFutureCannotBeAsked_hasFailed() {
    CompletionStage<Decision> broken =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<Decision> whenComplete(
              java.util.function.BiConsumer<? super Decision, ? super Throwable> action) {
            throw new NoSuchMethodError("whenComplete");
          }
        };
    Call call =
        enter("20s", TestModule.authorizing(), pending(() -> broken, OnFailure.REFUSE), after());

    assertThat(call.decision()).isInstanceOf(Decision.Refuse.class);
    call.end(Outcome.http(500));
    assertThat(app.records).hasSize(1);
    assertThat(resultOf("pending")).isEqualTo(Result.FAILED);
  }

  @Test
  void interruptedWait_isAFailureAndTheThreadStaysInterrupted() {
    Call call = enter("20s", TestModule.authorizing(), pending());
    Thread.currentThread().interrupt();

    Decision decision = call.await();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refused -> assertThat(refused.reason()).isEqualTo("stage_failed"));
    call.end(Outcome.http(500));
  }

  @Test
  void endWhileUndecided_givesTheStageUp() {
    Call call = enter("20s", TestModule.authorizing(), pending(), after());
    call.end(Outcome.cancelled(null));

    assertThat(later).isCancelled();
    assertThat(ran).containsExactly("start", "end CANCELLED");
    assertThat(resultOf("pending")).isEqualTo(Result.CANCELLED);
    assertThat(later.complete(Decision.proceed())).isFalse();
    assertThat(call.await()).isInstanceOf(Decision.Refuse.class);
  }

  @Test
  void abortWhileUndecided_refusesAndGivesTheStageUp() {
    Call call = enter("20s", TestModule.authorizing(), pending(), after());
    Problem problem = Problem.of(Problem.Kind.OVERLOADED, "stopping");

    assertThat(call.abort(problem, "drain")).isTrue();

    assertThat(later.complete(Decision.proceed())).as("the stage is told").isFalse();
    assertThat(call.await())
        .isInstanceOfSatisfying(
            Decision.Refuse.class, refused -> assertThat(refused.problem()).isSameAs(problem));
    call.end(Outcome.of(problem, null));
    assertThat(ran).containsExactly("start", "end REFUSED");
    assertThat(app.records.get(0).refusal().rule()).isEqualTo("drain");
  }

  @Test
  void deadlineWhileUndecided_boundsTheWait() {
    Call call = enter("5m", TestModule.authorizing(), pending(), after());
    call.deadline(call.startNanos() + Duration.ofMillis(5).toNanos());

    assertThat(call.await())
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refused -> assertThat(refused.problem().kind()).isEqualTo(Problem.Kind.TIMEOUT));
    call.end(Outcome.http(504));
    assertThat(ran).containsExactly("start", "end REFUSED");
  }

  // ---- calling back

  @Test
  void decidedCall_callsBackAtOnce() {
    Call call = enter("20s", TestModule.authorizing());
    List<Decision> told = new ArrayList<>();

    call.whenDecided(command -> ran.add("executor"), told::add);

    assertThat(told).containsExactly(Decision.proceed());
    assertThat(ran).isEmpty();
    call.end(Outcome.http(200));
  }

  @Test
  void undecidedCall_callsBackOnTheExecutorAfterTheOtherStages() {
    Call call = enter("20s", TestModule.authorizing(), pending(), after());
    Queue<Runnable> tasks = new ArrayDeque<>();
    call.whenDecided(tasks::add, decision -> ran.add("decided " + decision.proceeds()));
    assertThat(tasks).isEmpty();

    later.complete(Decision.proceed());
    assertThat(ran).containsExactly("start");
    tasks.remove().run();

    assertThat(ran).containsExactly("start", "after", "decided true");
    assertThat(tasks).isEmpty();
    call.end(Outcome.http(200));
  }

  @Test
  void twoCallbacks_areBothToldAfterTheOtherStages() {
    Call call = enter("20s", TestModule.authorizing(), pending(), after());
    Queue<Runnable> tasks = new ArrayDeque<>();
    call.whenDecided(tasks::add, decision -> ran.add("one " + decision.proceeds()));
    call.whenDecided(tasks::add, decision -> ran.add("two " + decision.proceeds()));

    later.complete(Decision.proceed());
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }

    assertThat(ran.subList(0, 2)).containsExactly("start", "after");
    assertThat(ran.subList(2, 4)).containsExactlyInAnyOrder("one true", "two true");
    call.end(Outcome.http(200));
  }

  /**
   * The second one comes while the first still runs the stages that follow, one of which refuses.
   */
  @Test
  void secondCallback_isNotToldBeforeTheOtherStagesHaveRun() {
    List<Runnable> tasks = new ArrayList<>();
    AtomicReference<String> seen = new AtomicReference<>("nothing");
    AtomicReference<Call> current = new AtomicReference<>();
    Stage refusing =
        TestModule.stage(
            "z-refusing",
            Phase.ADMIT,
            call -> {
              tasks.get(1).run(); // the other thread, while this one is inside of the stage
              seen.set(String.join(",", ran) + " " + current.get().decision().proceeds());
              return Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), "z-refusing");
            });
    Call call = enter("20s", TestModule.authorizing(), pending(), refusing);
    current.set(call);
    call.whenDecided(tasks::add, decision -> ran.add("one " + decision.proceeds()));
    call.whenDecided(tasks::add, decision -> ran.add("two " + decision.proceeds()));
    later.complete(Decision.proceed());

    tasks.get(0).run();

    assertThat(seen).as("while the stage runs").hasValue("start false");
    assertThat(ran).containsExactlyInAnyOrder("start", "one false", "two false");
    call.end(Outcome.http(403));
  }

  @Test
  void executorThatRefuses_leavesTheCallbackToTheThreadThatDecides() {
    Call call = enter("20s", TestModule.authorizing(), pending(), after());
    Executor full =
        task -> {
          throw new RejectedExecutionException("full");
        };
    call.whenDecided(full, decision -> ran.add("decided " + decision.proceeds()));

    later.complete(Decision.proceed());

    assertThat(ran).containsExactly("start", "after", "decided true");
    call.end(Outcome.http(200));
  }

  @Test
  void executorThatFails_leavesTheCallbackToTheThreadThatDecides() {
    Call call = enter("20s", TestModule.authorizing(), pending());
    Executor broken =
        task -> {
          throw new IllegalStateException("shut down");
        };
    call.whenDecided(broken, decision -> ran.add("decided " + decision.proceeds()));

    later.complete(Decision.proceed());

    assertThat(ran).containsExactly("start", "decided true");
    call.end(Outcome.http(200));
  }

  @Test
  void callbackThatThrows_isCalledOnce() {
    Call call = enter("20s", TestModule.authorizing(), pending());
    call.whenDecided(
        Runnable::run,
        decision -> {
          ran.add("decided");
          throw new RejectedExecutionException("the pool of the handler");
        });

    later.complete(Decision.proceed());

    assertThat(ran).containsExactly("start", "decided");
    call.end(Outcome.http(500));
  }

  @Test
  void undecidedCall_callsBackWhenTheTimeIsOver() throws Exception {
    Call call = enter("1ms", TestModule.authorizing(), pending());
    CompletableFuture<Decision> told = new CompletableFuture<>();

    call.whenDecided(Runnable::run, told::complete);

    assertThat(told.get()).isInstanceOf(Decision.Refuse.class);
    assertThat(later).isCancelled();
    call.end(Outcome.http(504));
  }

  @Test
  void endWhileUndecided_callsBackWithARefusal() {
    Call call = enter("20s", TestModule.authorizing(), pending());
    List<Decision> told = new ArrayList<>();
    call.whenDecided(Runnable::run, told::add);

    call.end(Outcome.cancelled(null));

    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Refuse.class, refused -> assertThat(refused.reason()).isEqualTo("call_ended"));
  }

  @Test
  void abortWhileUndecided_callsBackWithThatRefusal() {
    Call call = enter("20s", TestModule.authorizing(), pending());
    List<Decision> told = new ArrayList<>();
    call.whenDecided(Runnable::run, told::add);

    call.abort(Problem.of(Problem.Kind.OVERLOADED, "stopping"), "drain");

    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Refuse.class, refused -> assertThat(refused.rule()).isEqualTo("drain"));
    call.end(Outcome.http(503));
  }

  @Test
  void observedStageThatRefusesLater_isLetThrough() {
    app =
        TestApp.with(
            builder -> builder.property("flyball.rules.pending.mode", "observe"),
            TestModule.binding(TestModule.authorizing(), pending()));
    endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    later.complete(Decision.refuse(Problem.of(Problem.Kind.THROTTLED, "no"), "pending"));

    CallRecord record = app.call(endpoint);

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(resultOf("pending")).isEqualTo(Result.WOULD_REFUSE);
  }
}
