// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Who sees records and events, in which order, and that none of them changes a call. */
@Timeout(20)
class ListenersTest {

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  /** A listener whose every part a test may choose. */
  private static class Listener implements CallListener {

    private final Consumer<CallRecord> onEnd;
    private final int order;
    private final int queue;
    private final Predicate<Endpoint> interest;

    Listener(Consumer<CallRecord> onEnd, int order, int queue, Predicate<Endpoint> interest) {
      this.onEnd = onEnd;
      this.order = order;
      this.queue = queue;
      this.interest = interest;
    }

    @Override
    public void onEnd(CallRecord record) {
      onEnd.accept(record);
    }

    @Override
    public boolean interest(Endpoint endpoint) {
      return interest.test(endpoint);
    }

    @Override
    public int order() {
      return order;
    }

    @Override
    public int queueCapacity() {
      return queue;
    }
  }

  private Listener noting(String name, int order) {
    return new Listener(record -> seen.add(name), order, 0, endpoint -> true);
  }

  private GovernedEndpoint start(CallListener... listeners) {
    app =
        TestApp.with(
            builder -> List.of(listeners).forEach(builder::callListener),
            TestModule.binding(TestModule.authorizing()));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    return endpoint;
  }

  @Test
  void listeners_seeARecordInTheirOrder() {
    GovernedEndpoint endpoint =
        start(noting("log", 10), noting("guard", -1), noting("a", 0), noting("b", 0));
    app.call(endpoint);

    assertThat(seen).containsExactly("guard", "a", "b", "log");
  }

  @Test
  void listenerOfAModule_seesRecordsToo() {
    app =
        TestApp.of(
            TestModule.installing(setup -> setup.callListener(noting("module", 0))),
            TestModule.binding(TestModule.authorizing()));
    GovernedEndpoint endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
    app.call(endpoint);

    assertThat(seen).containsExactly("module");
  }

  @Test
  void listener_seesAnEndedCall() {
    List<Object> facts = new ArrayList<>();
    GovernedEndpoint endpoint =
        start(
            new Listener(
                record -> {
                  facts.add(record.outcome().kind());
                  facts.add(record.durationNanos() >= 0);
                  facts.add(record.verdicts().size());
                },
                0,
                0,
                each -> true));
    app.call(endpoint);

    assertThat(facts).containsExactly(Outcome.Kind.OK, true, 2);
  }

  @Test
  void listenerWithoutInterest_seesNothingOfThatEndpoint() {
    List<String> asked = new ArrayList<>();
    GovernedEndpoint endpoint =
        start(
            new Listener(
                record -> seen.add(record.endpoint().id()),
                0,
                0,
                each -> {
                  asked.add(each.id());
                  return each.operation().equals("unmatched");
                }));
    app.call(endpoint);
    app.call(endpoint);
    app.governor.begin(TestCarrier.get("/b")).end(Outcome.http(404));

    assertThat(seen).containsExactly("http:unmatched");
    assertThat(asked).as("once for each endpoint").containsExactly("http:GET /a", "http:unmatched");
  }

  @Test
  void listenerWhoseInterestThrows_seesRecordsAndFailsNoCall() {
    GovernedEndpoint endpoint =
        start(
            new Listener(
                record -> seen.add(record.endpoint().id()),
                0,
                0,
                each -> {
                  throw new NullPointerException("no source");
                }));
    app.call(endpoint);
    app.governor.begin(TestCarrier.get("/b")).end(Outcome.http(404));

    assertThat(seen).containsExactly("http:GET /a", "http:unmatched");
    assertThat(app.count("flyball.listener.failures", "Listener")).isEqualTo(2);
  }

  @Test
  void listenerThatThrows_isCountedAndKeepsNoOtherFromTheRecord() {
    CallListener broken =
        new Listener(
            record -> {
              throw new StackOverflowError();
            },
            -5,
            0,
            each -> true);
    GovernedEndpoint endpoint = start(broken, noting("next", 0));

    CallRecord record = app.call(endpoint);
    app.call(endpoint);

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(seen).containsExactly("next", "next");
    assertThat(app.count("flyball.listener.failures", "Listener")).isEqualTo(2);
    assertThat(app.governor.lifecycle().activeCalls()).isZero();
  }

  @Test
  void anonymousListener_isCountedByTheClassItStandsIn() {
    CallListener anonymous =
        new CallListener() {
          @Override
          public void onEnd(CallRecord record) {
            throw new IllegalStateException();
          }
        };
    CallListener lambda =
        record -> {
          throw new IllegalStateException();
        };
    GovernedEndpoint endpoint = start(anonymous, lambda);
    app.call(endpoint);

    assertThat(app.count("flyball.listener.failures", "ListenersTest")).isEqualTo(2);
  }

  // ---- queues

  @Test
  void queuedListener_seesRecordsOnAThreadOfItsOwn() {
    CountDownLatch all = new CountDownLatch(3);
    GovernedEndpoint endpoint =
        start(
            new Listener(
                record -> {
                  seen.add(Thread.currentThread().getName());
                  all.countDown();
                },
                0,
                10,
                each -> true));
    for (int i = 0; i < 3; i++) {
      app.call(endpoint);
    }
    await(all);

    assertThat(seen).containsOnly("flyball-Listener").hasSize(3);
  }

  @Test
  void fullQueue_dropsAndCounts() {
    Semaphore mayGoOn = new Semaphore(0);
    CountDownLatch inside = new CountDownLatch(1);
    GovernedEndpoint endpoint =
        start(
            new Listener(
                record -> {
                  inside.countDown();
                  mayGoOn.acquireUninterruptibly();
                  seen.add("one");
                },
                0,
                2,
                each -> true));
    app.call(endpoint);
    await(inside);
    for (int i = 0; i < 5; i++) {
      app.call(endpoint);
    }

    assertThat(app.count("flyball.listener.dropped", "Listener")).isEqualTo(3);
    mayGoOn.release(100);
    app.close();
    assertThat(seen).as("what was queued is seen before the close returns").hasSize(3);
  }

  @Test
  void recordAfterTheClose_isCountedAsDropped() {
    GovernedEndpoint endpoint =
        start(new Listener(record -> seen.add("seen"), 0, 10, each -> true));
    app.close();
    app.call(endpoint);

    assertThat(seen).isEmpty();
    assertThat(app.count("flyball.listener.dropped", "Listener")).isEqualTo(1);
  }

  @Test
  void queuedListenerThatThrows_seesTheNextRecordToo() {
    CountDownLatch both = new CountDownLatch(2);
    GovernedEndpoint endpoint =
        start(
            new Listener(
                record -> {
                  both.countDown();
                  throw new IllegalStateException();
                },
                0,
                10,
                each -> true));
    app.call(endpoint);
    app.call(endpoint);
    await(both);
    app.close();

    assertThat(app.count("flyball.listener.failures", "Listener")).isEqualTo(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- events

  @Test
  void event_isSeenByEveryListenerAlsoAfterOneThatThrows() {
    List<Setup> setups = new ArrayList<>();
    app =
        TestApp.with(
            builder ->
                builder.eventListener(event -> {
                  throw new NoClassDefFoundError("x");
                }),
            TestModule.installing(setup -> {
              setups.add(setup);
              setup.eventListener(event -> seen.add(event.name()));
            }));
    app.start();
    setups.get(0).publish(Event.info("keys.refreshed", "new keys").with("count", 2));

    assertThat(app.events)
        .containsExactly(Event.info("keys.refreshed", "new keys").with("count", 2));
    assertThat(seen).containsExactly("keys.refreshed");
    assertThat(app.count("flyball.listener.failures", "ListenersTest")).isEqualTo(1);
  }

  @Test
  void eventDuringInstallation_isSeenByThoseWhoListenAlready() {
    app =
        TestApp.of(
            TestModule.installing(
                setup -> setup.publish(Event.warn("early", "early").with("x", 1))));

    assertThat(app.events).extracting(Event::severity).containsExactly(Event.Severity.WARN);
  }

  @Test
  void failureThatNoListenerSees_isLogged() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(CallRecord.class);
    log.start();
    logger.addAppender(log);
    app = TestApp.of();
    IllegalStateException error = new IllegalStateException("boom");
    try (Governor alone = TestApp.builder(List.of()).build()) {
      GovernedEndpoint endpoint =
          alone.govern(Endpoint.builder("http", "GET /boom").annotation(TestApp.open()).build());
      alone.start();
      Call call = alone.begin(TestCarrier.get("/boom"));
      call.enter(endpoint, Parameters.none());
      call.end(Outcome.http(500, error));
      Call refused = alone.begin(TestCarrier.get("/boom"));
      refused.enter(endpoint, Parameters.none());
      refused.end(Outcome.http(400, new IllegalArgumentException("yours")));
    } finally {
      logger.detachAppender(log);
    }

    assertThat(log.list)
        .singleElement()
        .satisfies(line -> {
          assertThat(line.getFormattedMessage()).isEqualTo("http:GET /boom failed");
          assertThat(((ThrowableProxy) line.getThrowableProxy()).getThrowable()).isSameAs(error);
        });
  }
}
