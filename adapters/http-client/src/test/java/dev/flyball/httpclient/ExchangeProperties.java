// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Outcome;
import dev.flyball.Problem;
import dev.flyball.httpclient.ScriptedClient.End;
import dev.flyball.httpclient.ScriptedClient.Script;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever comes back, whoever reads it, cancels it or breaks it off, on whichever thread: the call
 * ends exactly once, the reader hears at most one end, and nothing after it.
 */
class ExchangeProperties {

  /** When the reader says that it has the body. */
  enum Reader {
    WHOLE,
    STREAMING,
    FAILING
  }

  enum Accident {
    CANCEL_OF_THE_FUTURE,
    CANCEL_OF_THE_BODY,
    ABORT
  }

  record Mishap(Accident accident, int micros) {}

  record Run(Script script, Reader reader, boolean blocking, List<Mishap> mishaps) {}

  private static final HttpRequest REQUEST =
      HttpRequest.newBuilder(URI.create("http://payments.example/charges")).build();
  private static final Problem DRAIN = Problem.of(Problem.Kind.OVERLOADED, "drain");

  private static final AtomicReference<Call> running = new AtomicReference<>();
  private static ExecutorService threads;
  private static ScriptedClient inside;
  private static Service service;
  private static HttpClient client;

  @BeforeContainer
  static void start() {
    threads = Executors.newCachedThreadPool();
    inside = new ScriptedClient(threads);
    service =
        Service.deciding(call -> {
          running.set(call);
          return Decision.proceed();
        });
    client = service.client(inside);
  }

  @AfterContainer
  static void stop() {
    service.close();
    threads.shutdownNow();
  }

  // ---- properties

  @Property(tries = 4_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void exchangeWithoutAccident_endsAsItWasAnswered(@ForAll("calmRuns") Run run) throws Exception {
    CallRecord record = play(run);
    Script script = run.script();
    if (script.status() == 0) {
      assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
      assertThat(record.outcome().code()).isZero();
      return;
    }
    boolean failed =
        script.end() == End.ERROR || (run.reader() == Reader.FAILING && script.parts() > 0);
    assertThat(record.outcome().code()).isEqualTo(script.status());
    assertThat(record.outcome().kind())
        .isEqualTo(failed ? Outcome.Kind.SERVER_ERROR : Outcome.http(script.status()).kind());
    if (run.reader() != Reader.FAILING) {
      assertThat(record.responseBytes()).isEqualTo(3L * script.parts());
    }
  }

  @Property(tries = 8_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void exchangeWithAccidents_endsOnce(@ForAll("wildRuns") Run run) throws Exception {
    CallRecord record = play(run);
    assertThat(record.outcome()).isNotNull();
    if (record.outcome().kind() == Outcome.Kind.OK) {
      assertThat(record.outcome().code()).isEqualTo(run.script().status());
    }
  }

  private static CallRecord play(Run run) throws Exception {
    inside.next(run.script());
    ReadingBody body = new ReadingBody(run.reader());
    CompletableFuture<HttpResponse<String>> response = send(run, body);
    Call call = await(running);
    CompletableFuture<?>[] mishaps =
        run.mishaps().stream()
            .map(mishap ->
                CompletableFuture.runAsync(() -> happen(mishap, call, response, body), threads))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(mishaps).get(10, TimeUnit.SECONDS);
    awaitTheWire();
    if (run.script().end() == End.NOTHING) {
      call.abort(DRAIN, "drain"); // nothing more would come
    }
    CallRecord record = awaitRecord(call);
    body.check();
    assertThat(service.count("flyball.call.double_ends")).isZero();
    assertThat(service.count("flyball.call.late_writes")).isZero();
    assertThat(service.app.governor().lifecycle().activeCalls()).isZero();
    return record;
  }

  private static CompletableFuture<HttpResponse<String>> send(Run run, ReadingBody body) {
    running.set(null);
    service.app.records().clear();
    if (!run.blocking()) {
      return client.sendAsync(REQUEST, info -> body);
    }
    CompletableFuture<HttpResponse<String>> response = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        response.complete(client.send(REQUEST, info -> body));
      } catch (Throwable t) {
        response.completeExceptionally(t);
      }
    });
    return response;
  }

  private static void happen(
      Mishap mishap,
      Call call,
      CompletableFuture<HttpResponse<String>> response,
      ReadingBody body) {
    spin(mishap.micros());
    switch (mishap.accident()) {
      case CANCEL_OF_THE_FUTURE -> response.cancel(true);
      case CANCEL_OF_THE_BODY -> body.cancel();
      case ABORT -> call.abort(DRAIN, "drain");
    }
  }

  private static Call await(AtomicReference<Call> holder) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (holder.get() == null && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    return holder.get();
  }

  /** A call that was broken off before it was sent has nothing on the wire. */
  private static void awaitTheWire() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!inside.played().isDone() && service.app.records().isEmpty()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("nothing came back, and the call has not ended");
      }
      Thread.onSpinWait();
    }
  }

  private static CallRecord awaitRecord(Call call) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (service.app.records().isEmpty()
        || service.app.governor().lifecycle().activeCalls() > 0) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("no record for " + call);
      }
      Thread.onSpinWait();
    }
    assertThat(service.app.records()).containsExactly((CallRecord) call);
    return (CallRecord) call;
  }

  private static void spin(int micros) {
    long until = System.nanoTime() + micros * 1_000L;
    while (System.nanoTime() - until < 0) {
      LockSupport.parkNanos(1_000);
    }
  }

  /** A reader that takes exception to signals that a reader must not get. */
  private static final class ReadingBody implements BodySubscriber<String> {

    private final Reader kind;
    private final CompletableFuture<String> value = new CompletableFuture<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final Set<String> wrongs = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private volatile Subscription subscription;

    ReadingBody(Reader kind) {
      this.kind = kind;
    }

    void check() {
      assertThat(wrongs).isEmpty();
      assertThat(ends.get()).as("ends that the reader heard").isLessThanOrEqualTo(1);
    }

    void cancel() {
      Subscription upstream = subscription;
      if (upstream != null) {
        upstream.cancel();
        value.complete("enough");
      }
    }

    private void signal(String name, Runnable action) {
      if (inside.getAndIncrement() > 0) {
        wrongs.add(name + " while another signal is handled");
      }
      if (ends.get() > 0) {
        wrongs.add(name + " after the end");
      }
      try {
        action.run();
      } finally {
        inside.decrementAndGet();
      }
    }

    @Override
    public CompletionStage<String> getBody() {
      if (kind == Reader.STREAMING) {
        value.complete("stream");
      }
      return value;
    }

    @Override
    public void onSubscribe(Subscription upstream) {
      signal(
          "onSubscribe",
          () -> {
            subscription = upstream;
            upstream.request(Long.MAX_VALUE);
          });
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      signal(
          "onNext",
          () -> {
            if (subscription == null) {
              wrongs.add("onNext before onSubscribe");
            }
            spin(2);
            if (kind == Reader.FAILING) {
              throw new IllegalStateException("reader");
            }
          });
    }

    @Override
    public void onError(Throwable error) {
      signal("onError", () -> value.completeExceptionally(error));
      ends.incrementAndGet();
    }

    @Override
    public void onComplete() {
      signal("onComplete", () -> value.complete("all"));
      ends.incrementAndGet();
    }
  }

  // ---- generators

  @Provide
  Arbitrary<Run> calmRuns() {
    Arbitrary<Script> answered =
        Combinators.combine(
                Arbitraries.of(200, 204, 404, 500),
                Arbitraries.integers().between(0, 4),
                Arbitraries.of(End.COMPLETE, End.ERROR))
            .as(Script::new);
    Arbitrary<Script> scripts =
        Arbitraries.frequencyOf(
            Tuple.of(9, answered), Tuple.of(1, Arbitraries.just(new Script(0, 0, End.ERROR))));
    return runs(scripts, Arbitraries.just(List.of()));
  }

  @Provide
  Arbitrary<Run> wildRuns() {
    Arbitrary<Script> scripts =
        Combinators.combine(
                Arbitraries.of(0, 200, 200, 200, 500),
                Arbitraries.integers().between(0, 8),
                Arbitraries.of(End.COMPLETE, End.COMPLETE, End.ERROR, End.NOTHING))
            .as(ExchangeProperties::script);
    Arbitrary<List<Mishap>> mishaps =
        Combinators.combine(Arbitraries.of(Accident.class), Arbitraries.integers().between(0, 60))
            .as(Mishap::new)
            .list()
            .ofMinSize(1)
            .ofMaxSize(3);
    return runs(scripts, mishaps);
  }

  /** Without an answer there is no end of it but an error, or silence. */
  private static Script script(int status, int parts, End end) {
    return new Script(status, parts, status == 0 && end == End.COMPLETE ? End.ERROR : end);
  }

  /** A blocking sender that waits for nothing would wait for ever: those are asynchronous. */
  private static Arbitrary<Run> runs(Arbitrary<Script> scripts, Arbitrary<List<Mishap>> mishaps) {
    return Combinators.combine(
            scripts, Arbitraries.of(Reader.class), Arbitraries.of(true, false), mishaps)
        .as((script, reader, blocking, list) ->
            new Run(
                script,
                reader,
                blocking && (script.status() > 0 || script.end() != End.NOTHING),
                list));
  }
}
