// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.flyball.Access;
import dev.flyball.AccessPolicy;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Verdict;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A candidate that is asked beside a policy: whatever it does, the call is as it was. */
@Timeout(30)
class ShadowTest {

  private static final AccessPolicy PERMITS = question -> AccessPolicy.permit();
  private static final AccessPolicy DENIES = question -> AccessPolicy.deny("active");
  private static final AccessPolicy NEW_DENIES = question -> AccessPolicy.deny("candidate");

  private static PolicyApp app(AccessPolicy policy, AccessPolicy candidate, String... more) {
    return new PolicyApp(app -> {
      app.configure(b ->
          b.offer(AccessPolicy.class, "p", policy).offer(AccessPolicy.class, "p-next", candidate));
      app.property("flyball.auth.shadow.p", "p-next");
      for (int i = 0; i < more.length; i += 2) {
        app.property(more[i], more[i + 1]);
      }
    });
  }

  private static void awaitDifference(PolicyApp app, String difference, int count) {
    await()
        .untilAsserted(
            () -> assertThat(app.count("flyball.auth.shadow", "p", difference)).isEqualTo(count));
  }

  /** A call whose handler waits until the candidate has been heard. */
  private static CallRecord call(PolicyApp app, String difference) {
    return app.call(
        "ann",
        () -> {
          awaitDifference(app, difference, 1);
          return null;
        });
  }

  private static List<Verdict> shadows(CallRecord record) {
    return record.verdicts().stream().filter(each -> each.stage().equals("shadow")).toList();
  }

  @Test
  void candidateThatAgrees_isCountedAndStandsInNoRecord() {
    try (PolicyApp app = app(PERMITS, PERMITS)) {
      CallRecord record = call(app, "same");
      assertThat(record).isOk();
      assertThat(shadows(record)).isEmpty();
      assertThat(app.count("flyball.auth.decision", "p", "permit", "enforce")).isEqualTo(1);
      assertThat(app.count("flyball.auth.decision", "p-next", "permit", "shadow")).isEqualTo(1);
    }
  }

  @Test
  void candidateThatWouldDeny_isAVerdictThatDecidesNothing() {
    try (PolicyApp app = app(PERMITS, NEW_DENIES)) {
      CallRecord record = call(app, "would-deny");
      assertThat(record).isOk().wouldBeRefusedBy("p-next");
      assertThat(record.refusal()).isNull();
      assertThat(shadows(record)).hasSize(1);
      assertThat(shadows(record).get(0).reason()).isEqualTo("candidate");
      assertThat(shadows(record).get(0).explanation())
          .hasToString("p-next deny candidate (by jwt, credential token-7)");
      assertThat(app.count("flyball.auth.decision", "p-next", "deny", "shadow")).isEqualTo(1);
    }
  }

  @Test
  void candidateThatWouldAllow_opensNothing() {
    try (PolicyApp app = app(DENIES, PERMITS)) {
      CallRecord record = app.call("ann");
      assertThat(record).isRefusedBy("p").hasReason("active").hasProblem(403, "denied");
      awaitDifference(app, "would-allow", 1);
    }
  }

  @Test
  void candidateThatWouldAllowWhereAHandlerIsDenied_isOnTheRecord() {
    try (PolicyApp app = app(DENIES, PERMITS)) {
      CallRecord record =
          app.handle(() -> {
            try {
              Access.require("p", null);
            } finally {
              awaitDifference(app, "would-allow", 1);
            }
            return null;
          });
      assertThat(record).isRefusedBy("p").hasProblem(403, "denied");
      assertThat(shadows(record))
          .extracting(Verdict::result)
          .containsExactly(Verdict.Result.WOULD_PROCEED);
    }
  }

  @Test
  void row77_candidateThatFails_isCountedAndChangesNothing() {
    for (AccessPolicy broken :
        List.<AccessPolicy>of(
            question -> {
              throw new IllegalStateException("candidate");
            },
            question -> {
              throw new StackOverflowError();
            },
            question -> null,
            question -> Decision.pending(CompletableFuture.failedFuture(new Exception("x"))))) {
      try (PolicyApp app = app(PERMITS, broken)) {
        CallRecord record = call(app, "error");
        assertThat(record).isOk();
        assertThat(shadows(record))
            .extracting(Verdict::result)
            .containsExactly(Verdict.Result.SKIPPED);
        assertThat(app.count("flyball.auth.decision", "p-next", "error", "shadow")).isEqualTo(1);
      }
      try (PolicyApp app = app(DENIES, broken)) {
        assertThat(app.call("ann")).isRefusedBy("p").hasReason("active");
        awaitDifference(app, "error", 1);
      }
    }
  }

  @Test
  void row77_candidateThatIsSlow_isLeftBehindAndInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    AccessPolicy stuck =
        question -> {
          asked.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return AccessPolicy.permit();
        };
    try (PolicyApp app = app(PERMITS, stuck)) {
      CallRecord record = app.call("ann"); // returns while the candidate is stuck
      assertThat(record).isOk();
      assertThat(shadows(record)).isEmpty();
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      app.app.time().advance(Duration.ofSeconds(1));

      awaitDifference(app, "error", 1);
      assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(shadows(record)).as("the record is what listeners have seen").isEmpty();
      assertThat(app.count("flyball.auth.decision", "p-next", "permit", "shadow")).isZero();
    }
  }

  @Test
  void row77_candidateThatNeverAnswers_isGivenUp() {
    CompletableFuture<Decision> never = new CompletableFuture<>();
    try (PolicyApp app = app(PERMITS, question -> Decision.pending(never))) {
      assertThat(app.call("ann")).isOk();
      app.app.time().advance(Duration.ofSeconds(1));
      awaitDifference(app, "error", 1);
      never.complete(AccessPolicy.permit());
      assertThat(app.count("flyball.auth.shadow", "p", "same")).isZero();
    }
  }

  @Test
  void row77_moreThanCanBeAsked_isDroppedAndCounted() {
    CountDownLatch release = new CountDownLatch(1);
    AccessPolicy stuck =
        question -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return AccessPolicy.permit();
        };
    try (PolicyApp app = app(PERMITS, stuck)) {
      int calls = 1_100; // two threads and a queue of 1,000
      for (int i = 0; i < calls; i++) {
        assertThat(app.call("ann")).isOk();
      }
      assertThat(app.count("flyball.auth.shadow", "p", "error")).isEqualTo(98);
      release.countDown();
      awaitDifference(app, "same", calls - 98);
    }
  }

  @Test
  void candidate_isAskedOnAnotherThread_withTheSameQuestion() {
    AtomicReference<String> thread = new AtomicReference<>();
    AtomicReference<AccessPolicy.Question> asked = new AtomicReference<>();
    AccessPolicy candidate =
        question -> {
          thread.set(Thread.currentThread().getName());
          asked.set(question);
          return AccessPolicy.permit();
        };
    try (PolicyApp app = app(PERMITS, candidate)) {
      call(app, "same");
      assertThat(thread.get()).isEqualTo("flyball-shadow");
      assertThat(asked.get().subject()).isEqualTo("ann");
      assertThat(asked.get().parameters().get("id")).isEqualTo("ann");
      assertThat(asked.get().endpoint().id()).isEqualTo("http:GET /orders/{id}");
    }
  }

  @Test
  void objectsOfHandlers_areKeptFromCandidates_unlessTheServiceSaysOtherwise() {
    AtomicInteger asked = new AtomicInteger();
    AccessPolicy candidate =
        question -> {
          asked.incrementAndGet();
          return AccessPolicy.permit();
        };
    try (PolicyApp app = app(PERMITS, candidate)) {
      assertThat(app.handle(() -> requireWithObject(app, "skipped"))).isOk();
      assertThat(asked).hasValue(0);
    }
    try (PolicyApp app = app(PERMITS, candidate, "flyball.auth.shadow-objects", "true")) {
      assertThat(app.handle(() -> requireWithObject(app, "same"))).isOk();
      assertThat(asked).hasValue(1);
    }
  }

  private static Object requireWithObject(PolicyApp app, String difference) {
    Access.require("p", new ArrayList<>());
    awaitDifference(app, difference, 1);
    return "ok";
  }

  @Test
  void namesThatNobodyOffers_keepTheServiceFromStarting() {
    InProcessApp wrong =
        InProcessApp.with(new AuthModule())
            .property("flyball.auth.shadow.own-order", "own-order-nxet")
            .property("flyball.auth.shadow.own-odrer", "own-order-next")
            .property("flyball.auth.shadow.own-order-next", "own-order-next")
            .configure(b ->
                b.offer(AccessPolicy.class, "own-order", PERMITS)
                    .offer(AccessPolicy.class, "own-order-next", PERMITS));

    StartupException thrown = catchThrowableOfType(StartupException.class, wrong::start);

    assertThat(thrown.problems()).hasSize(3);
    assertThat(thrown)
        .hasMessageContaining(
            "flyball.auth.shadow.own-order is own-order-nxet, which nobody offers")
        .hasMessageContaining("did you mean own-order-next?")
        .hasMessageContaining(
            "flyball.auth.shadow.own-odrer is of the policy own-odrer, which nobody offers")
        .hasMessageContaining("did you mean own-order?")
        .hasMessageContaining("flyball.auth.shadow.own-order-next is the policy itself");
  }
}
