// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.Verdict.Result;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Authorization inside a handler. */
@Timeout(20)
class AccessTest {

  private TestApp app;
  private Call call;

  @AfterEach
  void close() {
    app.close();
  }

  private void start(AccessPolicy policy) {
    startWith(builder -> builder.offer(AccessPolicy.class, "own-order", policy));
  }

  private void startWith(Consumer<GovernorBuilder> change) {
    app =
        TestApp.with(
            change, TestModule.binding(TestModule.authenticating("ann"), TestModule.authorizing()));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    call = app.governor.begin(TestCarrier.get("/orders/7"));
    call.enter(endpoint, Parameters.of(Map.of("id", "7")));
  }

  /** Requires inside of the handler, and answers as an adapter does. */
  private CallRecord require(Object object) {
    Outcome outcome = Outcome.http(200);
    try (Scope scope = call.openScope()) {
      Access.require("own-order", object);
    } catch (ProblemException e) {
      outcome = Outcome.of(e.problem(), e);
    }
    call.end(outcome);
    return app.records.get(0);
  }

  private static Verdict last(CallRecord record) {
    return record.verdicts().get(record.verdicts().size() - 1);
  }

  @Test
  void permission_isAVerdictOfTheRecord() {
    start(question -> {
      assertThat(question.subject()).isEqualTo("ann");
      assertThat(question.principal().issuer()).isEqualTo("https://issuer.example");
      assertThat(question.endpoint().operation()).isEqualTo("GET /orders/{id}");
      assertThat(question.parameters().get("id")).isEqualTo("7");
      assertThat(question.object()).isEqualTo("the order");
      return AccessPolicy.permit();
    });

    CallRecord record = require("the order");

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(last(record))
        .isEqualTo(new Verdict("access", Phase.AUTHORIZE, Result.PROCEED, "own-order", null, null));
  }

  @Test
  void permissionsOfManyThreads_areAllVerdictsOfTheRecord() throws Exception {
    start(question -> AccessPolicy.permit());
    int threads = 4;
    int each = 50_000;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier together = new CyclicBarrier(threads);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            pool.submit(() -> {
              together.await();
              try (Scope scope = call.openScope()) {
                for (int n = 0; n < each; n++) {
                  Access.require("own-order", "x");
                }
              }
              return null;
            }));
      }
      for (Future<?> future : all) {
        future.get();
      }
    } finally {
      pool.shutdownNow();
    }
    call.end(Outcome.http(200));

    assertThat(app.records.get(0).verdicts())
        .filteredOn(verdict -> verdict.stage().equals("access"))
        .hasSize(threads * each);
  }

  @Test
  void denial_isARefusalWithItsReason() {
    start(AccessPolicy.when("not_the_owner", question -> "bob".equals(question.object())));

    CallRecord record = require("ann");

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.REFUSED);
    assertThat(record.outcome().code()).isEqualTo(403);
    assertThat(record.refusal().rule()).isEqualTo("own-order");
    assertThat(record.refusal().reason()).isEqualTo("not_the_owner");
    assertThat(record.problem().kind()).isEqualTo(Problem.Kind.DENIED);
    assertThat(record.problem().detail()).doesNotContain("owner");
  }

  @Test
  void denialInOtherWords_isStillARefusal() {
    Problem hidden = Problem.of(Problem.Kind.NOT_FOUND, "no order has this number");
    start(question -> Decision.refuse(hidden, "own-order", "hidden"));

    CallRecord record = require("x");

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.REFUSED);
    assertThat(record.outcome().code()).isEqualTo(404);
    assertThat(record.refusal().reason()).isEqualTo("hidden");
    assertThat(record.problem()).isSameAs(hidden);
  }

  @Test
  void problemThatIsNoDenial_isWhatItIs() {
    start(question -> AccessPolicy.deny("no"));
    Problem other = Problem.of(Problem.Kind.NOT_FOUND, "gone");
    try (Scope scope = call.openScope()) {
      assertThatThrownBy(() -> Access.require("own-order", "x"))
          .isInstanceOf(ProblemException.class);
    }
    call.end(Outcome.of(other, new ProblemException(other)));

    assertThat(app.records.get(0).outcome().kind()).isEqualTo(Outcome.Kind.CLIENT_ERROR);
    assertThat(app.records.get(0).problem()).isSameAs(other);
  }

  @Test
  void policyThatNobodyOffers_denies() {
    startWith(builder -> {});

    CallRecord record = require("x");

    assertThat(record.refusal().reason()).isEqualTo("policy_unknown");
    assertThat(app.count("flyball.stage.failures", "own-order", "policy_unknown")).isEqualTo(1);
  }

  @Test
  void policyThatThrows_denies() {
    start(question -> {
      throw new IllegalStateException("store");
    });

    CallRecord record = require("x");

    assertThat(record.refusal().reason()).isEqualTo("policy_failed");
    assertThat(record.outcome().code()).isEqualTo(403);
  }

  @Test
  void policyThatBreaks_denies() {
    start(question -> {
      throw new NoClassDefFoundError("com/example/Order");
    });

    assertThat(require("x").refusal().reason()).isEqualTo("policy_failed");
  }

  @Test
  void policyThatSaysNothing_denies() {
    start(question -> null);

    assertThat(require("x").refusal().reason()).isEqualTo("policy_failed");
  }

  @Test
  void undecidedPolicy_isAwaited() {
    start(question -> Decision.pending(CompletableFuture.supplyAsync(AccessPolicy::permit)));

    assertThat(require("x").outcome().kind()).isEqualTo(Outcome.Kind.OK);
  }

  @Test
  void undecidedPolicyThatFails_denies() {
    start(question ->
        Decision.pending(CompletableFuture.failedFuture(new IllegalStateException("store"))));

    assertThat(require("x").refusal().reason()).isEqualTo("policy_failed");
  }

  @Test
  void policyThatDoesNotDecideInTime_deniesAndIsGivenUp() {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    startWith(builder ->
        builder
            .property("flyball.pending-timeout", "1ms")
            .offer(AccessPolicy.class, "own-order", question -> Decision.pending(later)));

    assertThat(require("x").refusal().reason()).isEqualTo("pending_timeout");
    assertThat(later).isCancelled();
  }

  @Test
  void deadlineOfTheCall_boundsTheWait() {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    startWith(builder ->
        builder
            .property("flyball.pending-timeout", "5m")
            .offer(AccessPolicy.class, "own-order", question -> Decision.pending(later)));
    call.deadline(call.startNanos() + Duration.ofMillis(5).toNanos());

    CallRecord record = require("x");

    assertThat(record.outcome().kind()).isIn(Outcome.Kind.REFUSED, Outcome.Kind.TIMEOUT);
    assertThat(record.verdicts()).extracting(Verdict::reason).contains("pending_timeout");
  }

  @Test
  void interruptedWait_deniesAndTheThreadStaysInterrupted() {
    start(question -> Decision.pending(new CompletableFuture<>()));
    Thread.currentThread().interrupt();

    CallRecord record = require("x");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(record.refusal().reason()).isEqualTo("interrupted");
  }

  @Test
  void observedPolicy_isRecordedAndDoesNotDeny() {
    startWith(builder ->
        builder
            .property("flyball.rules.own-order.mode", "observe")
            .offer(AccessPolicy.class, "own-order", question -> AccessPolicy.deny("nope")));

    CallRecord record = require("x");

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(last(record).result()).isEqualTo(Result.WOULD_REFUSE);
    assertThat(last(record).reason()).isEqualTo("nope");
    assertThat(record.refusal()).isNull();
  }

  @Test
  void everyRequirement_isAVerdictInOrder() {
    start(question ->
        "bad".equals(question.object()) ? AccessPolicy.deny("bad") : AccessPolicy.permit());
    try (Scope scope = call.openScope()) {
      Access.require("own-order", "good");
      assertThatThrownBy(() -> Access.require("own-order", "bad"))
          .isInstanceOf(ProblemException.class);
      Access.require("own-order", "good");
    }
    call.end(Outcome.http(200));

    assertThat(app.records.get(0).verdicts().stream().filter(v -> v.stage().equals("access")))
        .extracting(Verdict::result)
        .containsExactly(Result.PROCEED, Result.REFUSE, Result.PROCEED);
    assertThat(app.records.get(0).outcome().kind()).isEqualTo(Outcome.Kind.OK);
  }

  @Test
  void requirementAfterTheEnd_stillDeniesAndChangesNoRecord() {
    start(question -> AccessPolicy.deny("late"));
    try (Scope scope = call.openScope()) {
      call.end(Outcome.http(200));
      int verdicts = app.records.get(0).verdicts().size();
      assertThatThrownBy(() -> Access.require("own-order", "x"))
          .isInstanceOf(ProblemException.class);
      assertThat(app.records.get(0).verdicts()).hasSize(verdicts);
    }
    assertThat(app.count("flyball.call.late_writes")).isEqualTo(1);
  }

  @Test
  void requirementOutsideOfACall_isAnErrorOfTheCaller() {
    start(question -> AccessPolicy.permit());
    call.end(Outcome.http(200));

    assertThatThrownBy(() -> Access.require("own-order", "x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Access.require(\"own-order\") outside of a governed call");
  }

  @Test
  void countlessUnknownPolicies_areCountedInBoundedSpace() {
    startWith(builder -> {});
    try (Scope scope = call.openScope()) {
      for (int i = 0; i < 3_000; i++) {
        String policy = "order-" + i;
        assertThatThrownBy(() -> Access.require(policy, null)).isInstanceOf(ProblemException.class);
      }
    }
    call.end(Outcome.http(403));

    assertThat(
            app.governor.meters().snapshots().stream()
                .filter(snapshot -> snapshot.name().equals("flyball.stage.failures"))
                .flatMap(snapshot -> snapshot.series().stream()))
        .hasSizeLessThanOrEqualTo(1_001);
  }
}
