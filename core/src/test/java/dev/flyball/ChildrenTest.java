// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Attribute.Scope;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several endpoints in one request: envelopes, their children, forwards. */
@Timeout(20)
class ChildrenTest {

  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
  private TestApp app;
  private GovernedEndpoint envelope;
  private GovernedEndpoint field;

  @AfterEach
  void close() {
    app.close();
  }

  private Stage noting(String id, Phase phase, Decision decision) {
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
        ran.add(id + " of " + call.endpoint().operation());
        return decision;
      }

      @Override
      public void onEnd(Call call, Outcome outcome) {
        ran.add("end " + id + " of " + call.endpoint().operation());
      }
    };
  }

  private Stage authenticating(boolean valid) {
    return TestModule.stage(
        "authenticate",
        Phase.AUTHENTICATE,
        call -> {
          ran.add("authenticate of " + call.endpoint().operation());
          if (valid) {
            call.authenticated(Principal.builder("ann", "https://issuer.example").build());
          }
          return Decision.proceed();
        });
  }

  private Call enter(Stage... stages) {
    app = TestApp.of(TestModule.binding(stages));
    envelope = app.govern(Endpoint.builder("http", "POST /graphql").kind(Endpoint.Kind.ENVELOPE));
    field = app.govern(Endpoint.builder("graphql", "Query.order"));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/graphql").contentLength(5));
    call.enter(envelope, Parameters.none());
    return call;
  }

  @Test
  void envelopeWithoutAuthorization_isEnteredAndItsChildIsDenied() {
    Call call = enter();
    assertThat(call.decision().proceeds()).isTrue();

    Call child = call.child(field, Parameters.none());

    assertThat(child.decision())
        .isInstanceOfSatisfying(
            Decision.Refuse.class, refused -> assertThat(refused.rule()).isEqualTo("undeclared"));
    child.end(Outcome.http(403));
    call.end(Outcome.http(200));
    assertThat(app.records)
        .extracting(record -> record.endpoint().id() + " " + record.outcome().kind())
        .containsExactly("graphql:Query.order REFUSED", "http:POST /graphql OK");
  }

  @Test
  void credentialOfTheRequest_isValidatedOnce() {
    Call call =
        enter(authenticating(true), noting("authorize", Phase.AUTHORIZE, Decision.proceed()));
    Call child = call.child(field, Parameters.of(Map.of("id", 7)));

    assertThat(child.decision().proceeds()).isTrue();
    assertThat(child.principal()).isSameAs(call.principal()).isNotNull();
    assertThat(child.unit()).isEqualTo("ann");
    assertThat(child.parent()).isSameAs(call);
    assertThat(child.entered()).isTrue();
    assertThat(child.parameters().get("id")).isEqualTo(7);
    assertThat(child.carrier()).isSameAs(call.carrier());
    assertThat(child.clientAddress()).isEqualTo("192.0.2.1");
    child.end(Outcome.http(200));
    call.end(Outcome.http(200));
    assertThat(ran)
        .containsExactly(
            "authenticate of POST /graphql",
            "authorize of POST /graphql",
            "authorize of Query.order",
            "end authorize of Query.order",
            "end authorize of POST /graphql");
  }

  @Test
  void childOfAnAnonymousRequest_authenticatesItself() {
    Call call = enter(authenticating(false), TestModule.authorizing());
    Call child = call.child(field, Parameters.none());

    assertThat(child.decision().proceeds()).isTrue();
    assertThat(ran).containsExactly("authenticate of POST /graphql", "authenticate of Query.order");
    call.end(Outcome.http(200));
  }

  @Test
  void credentialThatAChildBrings_isThatOfTheRequest() {
    Call call = enter(TestModule.authorizing());
    Call child = call.child(field, Parameters.none());
    child.authenticated(Principal.builder("bob", "https://issuer.example").build());

    assertThat(call.principal().subject()).isEqualTo("bob");
    assertThat(call.child(field, Parameters.none()).principal().subject()).isEqualTo("bob");
    call.end(Outcome.http(200));
  }

  @Test
  void stagesBeforeTheCredential_areThoseOfTheRequestOnly() {
    Call call =
        enter(noting("protect", Phase.PROTECT, Decision.proceed()), TestModule.authorizing());
    Call child = call.child(field, Parameters.none());
    child.end(Outcome.http(200));
    call.end(Outcome.http(200));

    assertThat(ran).containsExactly("protect of POST /graphql", "end protect of POST /graphql");
    assertThat(app.records.get(0).verdicts())
        .extracting(Verdict::stage)
        .containsExactly("authorize");
    assertThat(app.records.get(1).verdicts())
        .extracting(Verdict::stage)
        .containsExactly("body-limit", "protect", "authorize");
  }

  @Test
  void refusedChild_leavesItsSiblingsAlone() {
    Stage choosing =
        TestModule.stage(
            "choosing",
            Phase.AUTHORIZE,
            call ->
                call.parameters().get("id") == null
                    ? Decision.proceed()
                    : Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), "choosing"));
    Call call = enter(choosing);
    Call refused = call.child(field, Parameters.of(Map.of("id", 1)));
    Call permitted = call.child(field, Parameters.none());

    assertThat(refused.decision()).isInstanceOf(Decision.Refuse.class);
    assertThat(permitted.decision().proceeds()).isTrue();
    assertThat(call.decision().proceeds()).isTrue();
    refused.end(Outcome.http(403));
    permitted.end(Outcome.http(200));
    call.end(Outcome.http(200));
    assertThat(app.records)
        .extracting(record -> record.outcome().kind())
        .containsExactly(Outcome.Kind.REFUSED, Outcome.Kind.OK, Outcome.Kind.OK);
  }

  @Test
  void childOfARefusedCall_isRefusedForTheSameReason() {
    Call call =
        enter(
            noting(
                "gate",
                Phase.AUTHORIZE,
                Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), "gate")));

    Call child = call.child(field, Parameters.none());

    assertThat(child.decision()).isSameAs(call.decision());
    child.end(Outcome.http(403));
    call.end(Outcome.http(403));
    assertThat(app.records)
        .extracting(record -> record.refusal().rule())
        .containsExactly("gate", "gate");
    assertThat(ran).containsExactly("gate of POST /graphql", "end gate of POST /graphql");
  }

  @Test
  void childrenThatNobodyEnded_endWithTheirParentAndBeforeIt() {
    Call call = enter(noting("s", Phase.AUTHORIZE, Decision.proceed()));
    Call child = call.child(field, Parameters.none());
    child.child(field, Parameters.none());

    call.end(Outcome.http(200));

    assertThat(app.records)
        .extracting(record -> record.endpoint().operation() + " " + record.outcome().kind())
        .containsExactly("Query.order CANCELLED", "Query.order CANCELLED", "POST /graphql OK");
    assertThat(app.records)
        .extracting(CallRecord::parent)
        .containsExactly(app.records.get(1), app.records.get(2), null);
    child.end(Outcome.http(200));
    assertThat(app.count("flyball.call.double_ends")).isEqualTo(1);
    assertThat(app.records).hasSize(3);
  }

  /** A request may be a stream of them. */
  @Test
  void childThatHasEnded_isNotKeptByItsParent() {
    Call call = enter(TestModule.authorizing());
    WeakReference<Call> child = new WeakReference<>(call.child(field, Parameters.none()));
    child.get().end(Outcome.http(200));
    app.records.clear();

    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (child.get() != null && System.nanoTime() - until < 0) {
      System.gc();
    }
    assertThat(child.get()).isNull();
    call.end(Outcome.http(200));
  }

  @Test
  void childMadeAfterTheEnd_isRefusedAndRecordedAtOnce() {
    Call call = enter(noting("s", Phase.AUTHORIZE, Decision.proceed()));
    call.end(Outcome.http(200));
    ran.clear();

    Call child = call.child(field, Parameters.none());

    assertThat(child.decision()).isInstanceOf(Decision.Refuse.class);
    assertThat(ran).isEmpty();
    assertThat(app.records).hasSize(2);
  }

  @Test
  void childThatIsUndecided_isGivenUpWithItsParent() {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    app =
        TestApp.of(
            TestModule.installing(setup ->
                setup.stages(endpoint ->
                    endpoint.operation().equals("Query.slow")
                        ? List.of(
                            TestModule.stage(
                                "slow", Phase.AUTHORIZE, each -> Decision.pending(later)))
                        : List.of(TestModule.authorizing()))));
    envelope = app.govern(Endpoint.builder("http", "POST /graphql").kind(Endpoint.Kind.ENVELOPE));
    GovernedEndpoint slow = app.govern(Endpoint.builder("graphql", "Query.slow"));
    app.start();
    Call again = app.governor.begin(TestCarrier.get("/graphql"));
    again.enter(envelope, Parameters.none());
    Call child = again.child(slow, Parameters.none());
    assertThat(child.decision()).isInstanceOf(Decision.Pending.class);

    again.end(Outcome.http(200));

    assertThat(later).isCancelled();
    assertThat(app.records)
        .extracting(record -> record.outcome().kind())
        .containsExactly(Outcome.Kind.CANCELLED, Outcome.Kind.OK);
  }

  @Test
  void attributesOfTheRequest_areShared_andThoseOfACallAreNot() {
    List<Attribute<String>> made = new ArrayList<>();
    app =
        TestApp.of(
            TestModule.installing(setup -> {
              made.add(setup.attribute("shared", Scope.REQUEST));
              made.add(setup.attribute("own", Scope.CALL));
              setup.stages(endpoint -> List.of(TestModule.authorizing()));
            }));
    envelope = app.govern(Endpoint.builder("http", "POST /graphql").kind(Endpoint.Kind.ENVELOPE));
    field = app.govern(Endpoint.builder("graphql", "Query.order"));
    app.start();
    Call call = app.governor.begin(TestCarrier.get("/graphql"));
    call.enter(envelope, Parameters.none());
    Call child = call.child(field, Parameters.none());

    child.set(made.get(0), "from the child");
    child.set(made.get(1), "of the child");
    call.set(made.get(1), "of the parent");

    assertThat(call.get(made.get(0))).isEqualTo("from the child");
    assertThat(call.get(made.get(1))).isEqualTo("of the parent");
    assertThat(child.get(made.get(1))).isEqualTo("of the child");
    call.end(Outcome.http(200));
  }

  /** Fields are resolved on several threads while the request ends on another. */
  @Test
  void childrenOnManyThreads_areAllRecordedOnce() throws Exception {
    Call first = enter(noting("s", Phase.AUTHORIZE, Decision.proceed()));
    first.end(Outcome.http(200));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 200; round++) {
        app.records.clear();
        Call call = app.governor.begin(TestCarrier.get("/graphql"));
        call.enter(envelope, Parameters.none());
        CountDownLatch ready = new CountDownLatch(4);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
          boolean ends = thread == 3;
          all.add(
              CompletableFuture.runAsync(
                  () -> {
                    ready.countDown();
                    await(ready);
                    for (int i = 0; i < 10; i++) {
                      Call child = call.child(field, Parameters.none());
                      if (i % 2 == 0) {
                        child.end(Outcome.http(200));
                      }
                    }
                    if (ends) {
                      call.end(Outcome.http(200));
                    }
                  },
                  threads));
        }
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get(10, TimeUnit.SECONDS);
        assertThat(app.records).hasSize(41).doesNotHaveDuplicates();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
