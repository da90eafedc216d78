// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.Lifecycle.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Draining and closing. */
@Timeout(20)
class ClosingTest {

  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  private GovernedEndpoint start(Consumer<GovernorBuilder> change) {
    app =
        TestApp.with(
            change,
            closing("first"),
            closing("second"),
            TestModule.binding(TestModule.authorizing()));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    return endpoint;
  }

  private FlyballModule closing(String name) {
    return TestModule.installing(setup -> {
      setup.onClose(() -> ran.add("close " + name));
      setup.onClose(() -> ran.add("close " + name + " again"));
    });
  }

  private CompletableFuture<Void> closeElsewhere() {
    return CompletableFuture.runAsync(app.governor::close, each -> new Thread(each).start());
  }

  private void awaitClosed() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (app.governor.lifecycle().state() != State.CLOSED) {
      assertThat(System.nanoTime() - until).as("nanoseconds too late").isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void modules_areClosedInReverseOrder() {
    start(builder -> {});
    app.close();

    assertThat(ran)
        .containsExactly("close second again", "close second", "close first again", "close first");
    assertThat(app.governor.lifecycle().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void moduleThatCannotBeClosed_keepsNoOtherFromIt() {
    app =
        TestApp.of(
            closing("first"),
            TestModule.installing(setup ->
                setup.onClose(() -> {
                  throw new NoClassDefFoundError("gone with its jar");
                })),
            TestModule.installing(setup ->
                setup.onClose(() -> {
                  throw new IllegalStateException("stuck");
                })));
    app.start();
    app.close();

    assertThat(ran).containsExactly("close first again", "close first");
  }

  @Test
  void secondClose_doesNothing() {
    start(builder -> {});
    app.close();
    app.close();

    assertThat(ran).hasSize(4);
  }

  /** As when a shutdown hook and the framework both close. */
  @Test
  void closesAtTheSameTime_closeTheModulesOnce() throws Exception {
    GovernedEndpoint endpoint = start(builder -> builder.property("flyball.drain.timeout", "20s"));
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    CompletableFuture<Void> first = closeElsewhere();
    awaitClosed();
    CompletableFuture<Void> second = closeElsewhere();
    second.get();

    call.end(Outcome.http(200));
    first.get();

    assertThat(ran).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void runningCalls_areWaitedForBeforeTheModulesClose() throws Exception {
    GovernedEndpoint endpoint = start(builder -> builder.property("flyball.drain.timeout", "20s"));
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    CompletableFuture<Void> closed = closeElsewhere();
    awaitClosed();

    assertThat(app.governor.lifecycle().activeCalls()).isEqualTo(1);
    Call meanwhile = app.governor.begin(TestCarrier.get("/a"));
    assertThat(meanwhile.enter(endpoint, Parameters.none()).proceeds()).isFalse();
    meanwhile.end(Outcome.http(503));
    assertThat(ran).isEmpty();
    assertThat(closed).isNotDone();
    call.end(Outcome.http(200));

    closed.get();
    assertThat(ran).hasSize(4);
    assertThat(app.events).isEmpty();
  }

  @Test
  void callThatDoesNotEndInTime_isReported() {
    GovernedEndpoint endpoint = start(builder -> {});
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());

    app.close();

    assertThat(app.events)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.name()).isEqualTo("service.closed-with-calls");
          assertThat(event.fields()).containsEntry("calls", 1L);
        });
    call.end(Outcome.http(200));
    assertThat(app.records).hasSize(1);
  }

  @Test
  void callsAfterTheClose_areRefusedAndRecorded() {
    GovernedEndpoint endpoint = start(builder -> builder.property("flyball.call-timeout", "1h"));
    app.close();

    CallRecord record = app.call(endpoint);

    assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.REFUSED, 503, null));
    assertThat(record.refusal().rule()).isEqualTo("closed");
  }

  @Test
  void jobsAndOutgoingCallsAfterTheClose_areRefusedToo() {
    start(builder -> {});
    app.close();

    assertThatThrownBy(() -> app.governor.run("job:late", null, () -> "ran"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().kind()).isEqualTo(Problem.Kind.OVERLOADED));
    Call outgoing =
        app.governor.beginOutgoing(
            new OutgoingCarrier() {
              @Override
              public String dependency() {
                return "payments";
              }

              @Override
              public String host() {
                return "payments.internal";
              }

              @Override
              public String method() {
                return "GET";
              }

              @Override
              public void header(String name, String value) {}
            });
    assertThat(outgoing.decision()).isInstanceOf(Decision.Refuse.class);
    outgoing.end(Outcome.http(503));
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
  }

  @Test
  void drain_saysSoAndStillGovernsCalls() {
    GovernedEndpoint endpoint = start(builder -> builder.property("flyball.drain.delay", "1ms"));

    app.governor.drain();
    app.governor.drain();

    assertThat(app.governor.lifecycle().state()).isEqualTo(State.DRAINING);
    assertThat(app.events).extracting(Event::name).containsExactly("service.draining");
    assertThat(app.call(endpoint).outcome().kind()).isEqualTo(Outcome.Kind.OK);
    app.close();
    assertThat(app.governor.lifecycle().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void interruptedClose_stillClosesTheModules() throws Exception {
    GovernedEndpoint endpoint = start(builder -> builder.property("flyball.drain.timeout", "20s"));
    Call call = app.governor.begin(TestCarrier.get("/a"));
    call.enter(endpoint, Parameters.none());
    CountDownLatch done = new CountDownLatch(1);
    Thread closer =
        new Thread(() -> {
          app.governor.close();
          ran.add("interrupted " + Thread.currentThread().isInterrupted());
          done.countDown();
        });
    closer.start();
    awaitClosed();
    closer.interrupt();

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).hasSize(5).endsWith("interrupted true");
    call.end(Outcome.http(200));
  }

  @Test
  void governorThatNeverStarted_closesItsModules() {
    app = TestApp.of(closing("only"));
    app.close();

    assertThat(ran).containsExactly("close only again", "close only");
  }

  /** A call that has begun is either refused, or its end is waited for. */
  @Test
  void callsThatRaceWithTheClose_seeNoClosedModule() throws Exception {
    for (int round = 0; round < 100; round++) {
      List<String> wrong = Collections.synchronizedList(new ArrayList<>());
      CompletableFuture<Void> closed = new CompletableFuture<>();
      app =
          TestApp.with(
              builder -> builder.property("flyball.drain.timeout", "20s"),
              TestModule.installing(setup -> setup.onClose(() -> closed.complete(null))),
              TestModule.binding(TestModule.authorizing()));
      GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
      app.start();
      CompletableFuture<Void> calls =
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 300; i++) {
              Call call = app.governor.begin(TestCarrier.get("/a"));
              call.enter(endpoint, Parameters.none());
              boolean permitted = call.decision().proceeds();
              if (permitted && closed.isDone()) {
                wrong.add("let through after the modules have closed");
              }
              call.end(permitted ? Outcome.http(200) : Outcome.http(503));
            }
          });
      app.close();
      calls.get();
      assertThat(wrong).isEmpty();
    }
  }
}
