// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stages, handlers and adapters write into a call, until it has ended. */
class CallFactsTest {

  private final TestTime time = new TestTime();
  private Attribute<String> own;
  private Attribute<Object> shared;
  private TestApp app;
  private GovernedEndpoint endpoint;
  private Call call;

  @BeforeEach
  void start() {
    app =
        TestApp.with(
            builder -> builder.time(time),
            TestModule.installing(setup -> {
              own = setup.attribute("own", Attribute.Scope.CALL);
              shared = setup.attribute("shared", Attribute.Scope.REQUEST);
              setup.stages(each -> List.of(TestModule.authorizing()));
            }));
    endpoint = app.govern(Endpoint.builder("http", "GET /orders/{id}").bodyLimit(10));
    app.start();
    call =
        app.governor.begin(
            TestCarrier.get("/orders/7").header("User-Agent", "curl/8").header("Host", "shop"));
    call.enter(endpoint, Parameters.none());
  }

  @AfterEach
  void close() {
    app.close();
  }

  private CallRecord end() {
    call.end(Outcome.http(200));
    return app.records.get(0);
  }

  // ---- attributes

  @Test
  void attribute_isWhatWasSetLast() {
    assertThat(call.get(own)).isNull();
    call.set(own, "a");
    call.set(own, "b");
    assertThat(call.get(own)).isEqualTo("b");
    assertThat(call.setIfAbsent(own, "c")).isEqualTo("b");
    call.set(own, null);
    assertThat(call.setIfAbsent(own, "d")).isEqualTo("d");
    assertThat(call.get(shared)).isNull();
    assertThat(own.name()).isEqualTo("own");

    assertThat(end().get(own)).isEqualTo("d");
  }

  @Test
  void attributesOfTwoCalls_areApart() {
    call.set(own, "a");
    Call other = app.governor.begin(TestCarrier.get("/"));

    assertThat(other.get(own)).isNull();
    other.end(Outcome.http(404));
  }

  @Test
  void setIfAbsentByManyThreads_keepsOneValueForAll() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 300; round++) {
        Call each = app.governor.begin(TestCarrier.get("/"));
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<Object>> kept = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          kept.add(
              pool.submit(() -> {
                together.await();
                return each.setIfAbsent(shared, new Object());
              }));
        }
        Object first = kept.get(0).get();
        for (Future<Object> other : kept) {
          assertThat(other.get()).isSameAs(first);
        }
        assertThat(each.get(shared)).isSameAs(first);
        each.end(Outcome.http(404));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  // ---- after the end

  @Test
  void lateWrites_areCountedAndChangeNoRecord() {
    call.set(own, "before");
    CallRecord record = end();
    call.set(own, "after");
    assertThat(call.setIfAbsent(own, "after")).isEqualTo("before");
    assertThat(call.setIfAbsent(shared, "after")).isEqualTo("after");
    call.authenticated(Principal.builder("late", "i").build());
    call.trace(new TraceContext(1, 2, 3, 0, 0, null));
    call.baseContext(Context.root());
    call.addResponseHeader("Late", "x");
    call.bytesReceived(1);
    call.bytesSent(1);
    call.answeredBy("late");
    call.responseStarted(200);
    call.evaluated(new FlagEvaluation("f", "on", "STATIC", "1", 0, Double.NaN, 0));

    assertThat(record.get(own)).isEqualTo("before");
    assertThat(record.get(shared)).isNull();
    assertThat(record.principal()).isNull();
    assertThat(record.trace()).isNull();
    assertThat(record.requestBytes()).isZero();
    assertThat(record.responseBytes()).isZero();
    assertThat(record.messages()).isZero();
    assertThat(record.answeredBy()).isNull();
    assertThat(record.firstByteNanos()).isEqualTo(-1);
    assertThat(record.evaluations()).isEmpty();
    assertThat(call.responseHeaders()).isEmpty();
    assertThat(app.count("flyball.call.late_writes")).isEqualTo(12);
  }

  @Test
  void endedCall_holdsNothingOfTheRequest() {
    CallRecord record = end();

    assertThat(call.carrier().path()).isEmpty();
    assertThat(call.carrier().header("Host")).isNull();
    assertThat(record.path()).isEqualTo("/orders/7");
    assertThat(record.userAgent()).isEqualTo("curl/8");
    assertThat(record.method()).isEqualTo("GET");
    assertThat(record.protocolVersion()).isEqualTo("1.1");
    assertThat(record.authority()).isEqualTo("shop");
    assertThat(record.scheme()).isEqualTo("http");
    assertThat(record.clientAddress()).isEqualTo("192.0.2.1");
    assertThat(record.remoteHost()).isNull();
  }

  // ---- times and sizes

  @Test
  void times_areThoseOfTheClockOfTheGovernor() {
    time.advance(Duration.ofMillis(3));
    call.responseStarted(200);
    time.advance(Duration.ofMillis(4));
    call.responseStarted(200);
    CallRecord record = end();

    assertThat(record.startMillis()).isEqualTo(1_795_000_000_000L);
    assertThat(record.firstByteNanos()).isEqualTo(Duration.ofMillis(3).toNanos());
    assertThat(record.durationNanos()).isEqualTo(Duration.ofMillis(7).toNanos());
  }

  @Test
  void bytesAndMessages_addUp() {
    call.bytesReceived(3);
    call.bytesReceived(4);
    call.bytesSent(10);
    call.bytesSent(0);
    CallRecord record = end();

    assertThat(record.requestBytes()).isEqualTo(7);
    assertThat(record.responseBytes()).isEqualTo(10);
    assertThat(record.messages()).isEqualTo(2);
  }

  @Test
  void evaluations_areInOrder() {
    FlagEvaluation one = new FlagEvaluation("a", "on", "STATIC", "1", 0, Double.NaN, 0);
    FlagEvaluation two = new FlagEvaluation("b", null, "ERROR", "1", 0, Double.NaN, 0);
    call.evaluated(one);
    call.evaluated(two);

    assertThat(end().evaluations()).containsExactly(one, two);
  }

  @Test
  void evaluationsAndBytesOfManyThreads_areAllInTheRecord() throws Exception {
    FlagEvaluation flag = new FlagEvaluation("a", "on", "STATIC", "1", 0, Double.NaN, 0);
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
              for (int n = 0; n < each; n++) {
                call.evaluated(flag);
                call.bytesReceived(1);
                call.bytesSent(1);
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

    CallRecord record = end();
    assertThat(record.evaluations()).hasSize(threads * each);
    assertThat(record.requestBytes()).isEqualTo(threads * each);
    assertThat(record.responseBytes()).isEqualTo(threads * each);
    assertThat(record.messages()).isEqualTo(threads * each);
  }

  // ---- response headers

  @Test
  void responseHeaders_areInOrderAndRepeated() {
    call.addResponseHeader("Set-Cookie", "a=1");
    call.addResponseHeader("X", "y");
    call.addResponseHeader("Set-Cookie", "b=2");

    assertThat(call.responseHeaders())
        .containsExactly(
            new Header("Set-Cookie", "a=1"), new Header("X", "y"), new Header("Set-Cookie", "b=2"));
    assertThatThrownBy(() -> call.responseHeaders().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    end();
  }

  @Test
  void headerThatBreaksOutOfItsLine_isRefused() {
    assertThatThrownBy(() -> call.addResponseHeader("X", "a\r\nSet-Cookie: admin=1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(call.responseHeaders()).isEmpty();
    end();
  }

  // ---- the body

  @Test
  void announcedBodyThatIsTooLarge_isRefusedBeforeItIsRead() {
    end();
    assertThat(call.bodyLimit()).isEqualTo(10);

    assertThat(app.call(endpoint, TestCarrier.get("/").contentLength(10)).outcome().kind())
        .isEqualTo(Outcome.Kind.OK);
    assertThat(app.call(endpoint, TestCarrier.get("/").contentLength(-1)).outcome().kind())
        .isEqualTo(Outcome.Kind.OK);
    CallRecord refused = app.call(endpoint, TestCarrier.get("/").contentLength(11));
    assertThat(refused.refusal().rule()).isEqualTo("body-limit");
    assertThat(refused.problem().kind()).isEqualTo(Problem.Kind.TOO_LARGE);
    assertThat(refused.problem().detail()).isEqualTo("the body is larger than 10 bytes");
  }

  @Test
  void endpointWithoutALimit_hasThatOfTheService() {
    end();
    GovernedEndpoint plain = app.govern(Endpoint.builder("http", "POST /x"));
    GovernedEndpoint none = app.govern(Endpoint.builder("http", "POST /y").bodyLimit(0));

    assertThat(app.call(plain, TestCarrier.get("/").contentLength(1 << 20)).refusal()).isNull();
    assertThat(app.call(plain, TestCarrier.get("/").contentLength((1 << 20) + 1)).outcome().code())
        .isEqualTo(413);
    assertThat(app.call(none, TestCarrier.get("/").contentLength(1)).outcome().code())
        .isEqualTo(413);
  }

  // ---- context

  @Test
  void call_isCurrentInsideOfItsScopeOnly() {
    assertThat(Call.current()).isNull();
    try (Scope scope = call.openScope()) {
      assertThat(Call.current()).isSameAs(call);
      Call inner = app.governor.begin(TestCarrier.get("/"));
      try (Scope other = inner.openScope()) {
        assertThat(Call.current()).isSameAs(inner);
      }
      assertThat(Call.current()).isSameAs(call);
      inner.end(Outcome.http(404));
    }
    assertThat(Call.current()).isNull();
    end();
  }

  @Test
  void call_goesWithItsContextToAnotherThreadAndLeavesNothingThere() throws Exception {
    ExecutorService plain = Executors.newSingleThreadExecutor();
    ExecutorService wrapped = Context.taskWrapping(plain);
    try {
      CompletableFuture<Call> carried;
      CompletableFuture<Call> lost;
      try (Scope scope = call.openScope()) {
        carried = CompletableFuture.supplyAsync(Call::current, wrapped);
        lost = CompletableFuture.supplyAsync(Call::current, plain);
      }
      assertThat(carried.get()).isSameAs(call);
      assertThat(lost.get()).isNull();
      assertThat(CompletableFuture.supplyAsync(Call::current, plain).get()).isNull();
    } finally {
      plain.shutdownNow();
    }
    end();
  }

  @Test
  void contextOfTheHost_isWhatTheCallIsBuiltOn() {
    end();
    ContextKey<String> key = ContextKey.named("host");
    Call built;
    try (Scope host = Context.current().with(key, "span").makeCurrent()) {
      built = app.governor.begin(TestCarrier.get("/"));
    }
    try (Scope scope = built.openScope()) {
      assertThat(Context.current().get(key)).isEqualTo("span");
      assertThat(Call.current()).isSameAs(built);
    }
    built.baseContext(Context.root().with(key, "own span"));
    try (Scope scope = built.openScope()) {
      assertThat(Context.current().get(key)).isEqualTo("own span");
      assertThat(Call.current()).isSameAs(built);
    }
    built.end(Outcome.http(404));
  }

  @Test
  void unit_isTheSubjectOfThePrincipal() {
    assertThat(call.unit()).isNull();
    call.authenticated(Principal.builder("ann", "https://i").build());

    assertThat(call.unit()).isEqualTo("ann");
    assertThat(end().unit()).isEqualTo("ann");
  }

  @Test
  void callsThatRun_areCounted() {
    assertThat(app.governor.lifecycle().activeCalls()).isEqualTo(1);
    assertThat(app.count("flyball.call.active")).isEqualTo(1);
    end();
    assertThat(app.count("flyball.call.active")).isZero();
  }
}
