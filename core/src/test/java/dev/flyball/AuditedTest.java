// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.annotation.Audited;
import dev.flyball.annotation.Public;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Endpoints whose calls are written down before their handler runs. */
@Timeout(20)
class AuditedTest {

  private static final class Trail implements AuditTrail {

    final List<Entry> entries = new ArrayList<>();
    Supplier<CompletionStage<Long>> answer = () -> CompletableFuture.completedFuture(1L);

    @Override
    public CompletionStage<Long> append(String stream, Entry entry) {
      assertThat(stream).isEqualTo(AuditTrail.CALLS);
      entries.add(entry);
      return answer.get();
    }

    @Override
    public Stream<Appended> read(String stream, long from) {
      return Stream.of();
    }
  }

  @Audited("order.cancel")
  @Public(reason = "for tests")
  private static final class Named {}

  @Audited
  @Public(reason = "for tests")
  private static final class Unnamed {}

  private final Trail trail = new Trail();
  private TestApp app;
  private GovernedEndpoint endpoint;

  @AfterEach
  void close() {
    app.close();
  }

  private void start(Class<?> annotated, Consumer<GovernorBuilder> change, Stage... stages) {
    app = TestApp.with(change, TestModule.binding(stages));
    endpoint =
        app.govern(
            Endpoint.builder("http", "DELETE /orders/{id}")
                .annotation(annotated.getAnnotation(Audited.class))
                .annotation(annotated.getAnnotation(Public.class)));
    app.start();
  }

  private void start() {
    start(Named.class, builder -> builder.offer(AuditTrail.class, "default", trail));
  }

  private CallRecord call() {
    return app.call(endpoint, TestCarrier.get("/orders/7").method("DELETE"));
  }

  @Test
  void entry_saysWhoDidWhatToWhat() {
    TraceContext trace = new TraceContext(1, 2, 3, 0, 1, null);
    start(
        Named.class,
        builder -> builder.offer(AuditTrail.class, "default", trail),
        TestModule.authenticating("ann"),
        TestModule.stage(
            "flag",
            Phase.FLAG,
            call -> {
              call.trace(trace);
              return Decision.proceed();
            }));

    CallRecord record = call();

    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(trail.entries)
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.actor()).isEqualTo("ann");
          assertThat(entry.action()).isEqualTo("order.cancel");
          assertThat(entry.resource()).isEqualTo("/orders/7");
          assertThat(entry.traceId()).isEqualTo("00000000000000010000000000000002");
          assertThat(entry.epochMillis()).isEqualTo(record.startMillis());
          assertThat(entry.details()).containsEntry("endpoint", "http:DELETE /orders/{id}");
        });
  }

  @Test
  void actionThatIsNotNamed_isTheOperation() {
    start(Unnamed.class, builder -> builder.offer(AuditTrail.class, "only", trail));
    call();

    assertThat(trail.entries.get(0).action()).isEqualTo("DELETE /orders/{id}");
    assertThat(trail.entries.get(0).actor()).isNull();
  }

  @Test
  void noTrail_refusesEveryCall() {
    start(Named.class, builder -> {});

    CallRecord record = call();

    assertThat(record.refusal().reason()).isEqualTo("no_audit_trail");
    assertThat(record.problem().code()).isEqualTo("audit_unavailable");
    assertThat(record.problem().status()).isEqualTo(503);
  }

  @Test
  void severalTrailsWithoutADefault_refuseEveryCall() {
    start(
        Named.class,
        builder ->
            builder.offer(AuditTrail.class, "a", trail).offer(AuditTrail.class, "b", new Trail()));

    assertThat(call().refusal().reason()).isEqualTo("no_audit_trail");
  }

  @Test
  void entryThatCannotBeMadeDurable_refusesTheCall() {
    start();
    trail.answer = () -> CompletableFuture.failedFuture(new IllegalStateException("disk"));

    CallRecord record = call();

    assertThat(record.refusal().reason()).isEqualTo("append_failed");
    assertThat(record.problem().code()).isEqualTo("audit_unavailable");
    assertThat(app.count("flyball.stage.failures", "audited", "append_failed")).isEqualTo(1);
  }

  @Test
  void trailThatThrows_refusesTheCallInTheSameWords() {
    start();
    trail.answer =
        () -> {
          throw new IllegalStateException("closed");
        };

    CallRecord record = call();

    assertThat(record.refusal().reason()).isEqualTo("append_failed");
    assertThat(record.problem().code()).isEqualTo("audit_unavailable");
    assertThat(app.count("flyball.stage.failures", "audited", "append_failed")).isEqualTo(1);
  }

  @Test
  void handler_waitsUntilTheEntryIsDurable() {
    start();
    CompletableFuture<Long> durable = new CompletableFuture<>();
    trail.answer = () -> durable;
    Call call = app.governor.begin(TestCarrier.get("/orders/7"));

    assertThat(call.enter(endpoint, Parameters.none())).isInstanceOf(Decision.Pending.class);
    assertThat(trail.entries).hasSize(1);
    durable.complete(1L);

    assertThat(call.await().proceeds()).isTrue();
    call.end(Outcome.http(200));
  }

  @Test
  void entryThatIsNotDurableInTime_refusesTheCall() {
    start(
        Named.class,
        builder ->
            builder
                .property("flyball.pending-timeout", "1ms")
                .offer(AuditTrail.class, "default", trail));
    trail.answer = CompletableFuture::new;

    assertThat(call().refusal().reason()).isEqualTo("pending_timeout");
  }

  @Test
  void refusedCall_isNotWrittenAsDone() {
    start(
        Named.class,
        builder -> builder.offer(AuditTrail.class, "default", trail),
        TestModule.stage(
            "z-quota",
            Phase.ADMIT,
            call -> Decision.refuse(Problem.of(Problem.Kind.THROTTLED, "no"), "z-quota")));

    assertThat(call().refusal().rule()).isEqualTo("z-quota");
    assertThat(trail.entries).isEmpty();
  }
}
