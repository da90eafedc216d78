// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that the service makes. */
class OutgoingCallsTest {

  private static final class Request implements OutgoingCarrier {

    private final String dependency;
    private final List<String> headers = new ArrayList<>();

    Request(String dependency) {
      this.dependency = dependency;
    }

    @Override
    public String dependency() {
      return dependency;
    }

    @Override
    public String host() {
      return "payments.internal";
    }

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public String path() {
      return "/charges";
    }

    @Override
    public String scheme() {
      return "https";
    }

    @Override
    public void header(String name, String value) {
      headers.add(name + ": " + value);
    }
  }

  private final List<String> ran = new ArrayList<>();
  private TestApp app;

  @AfterEach
  void close() {
    app.close();
  }

  private Stage noting(String id, Phase phase, Decision decision) {
    return TestModule.stage(
        id,
        phase,
        call -> {
          ran.add(id);
          OutgoingCarrier outgoing = call.outgoing();
          if (outgoing != null) {
            outgoing.header("X-" + id, "1");
          }
          return decision;
        });
  }

  private void start(Stage service, Stage... bound) {
    app =
        TestApp.of(
            TestModule.installing(setup -> {
              setup.stage(service);
              setup.stage(noting("protect", Phase.PROTECT, Decision.proceed()));
              setup.stages(endpoint -> List.of(bound));
            }));
    app.start();
  }

  @Test
  void outgoingCall_runsTraceAndTheStagesOfItsDependency() {
    start(
        noting("trace", Phase.TRACE, Decision.proceed()),
        noting("relay", Phase.AUTHENTICATE, Decision.proceed()),
        noting("breaker", Phase.ADMIT, Decision.proceed()));
    Request request = new Request("payments");

    Call call = app.governor.beginOutgoing(request);

    assertThat(call.decision().proceeds()).isTrue();
    assertThat(ran).as("no PROTECT of what comes in").containsExactly("trace", "relay", "breaker");
    assertThat(request.headers).containsExactly("X-trace: 1", "X-relay: 1", "X-breaker: 1");
    call.end(Outcome.http(200));
    assertThat(call.outgoing()).isNull();
    assertThat(app.records)
        .singleElement()
        .satisfies(record -> {
          assertThat(record.endpoint().id()).isEqualTo("client:payments");
          assertThat(record.endpoint().kind()).isEqualTo(Endpoint.Kind.CLIENT);
          assertThat(record.remoteHost()).isEqualTo("payments.internal");
          assertThat(record.method()).isEqualTo("POST");
          assertThat(record.path()).isEqualTo("/charges");
          assertThat(record.scheme()).isEqualTo("https");
          assertThat(record.outcome()).isEqualTo(Outcome.http(200));
        });
  }

  @Test
  void bytesThatGoOut_areThoseOfTheRequest() {
    start(noting("trace", Phase.TRACE, Decision.proceed()));
    Call call = app.governor.beginOutgoing(new Request("payments"));
    call.bytesSent(7);
    call.bytesReceived(30);
    call.bytesReceived(4);
    call.end(Outcome.http(200));

    CallRecord record = app.records.get(0);
    assertThat(record.requestBytes()).isEqualTo(7);
    assertThat(record.responseBytes()).isEqualTo(34);
    assertThat(record.messages()).isEqualTo(1);
  }

  @Test
  void refusedOutgoingCall_saysSo() {
    start(
        noting("trace", Phase.TRACE, Decision.proceed()),
        noting(
            "breaker",
            Phase.ADMIT,
            Decision.refuse(Problem.of(Problem.Kind.OVERLOADED, "open"), "breaker")));

    Call call = app.governor.beginOutgoing(new Request("payments"));

    assertThat(call.decision()).isInstanceOf(Decision.Refuse.class);
    call.end(Outcome.http(503));
    assertThat(app.records.get(0).refusal().rule()).isEqualTo("breaker");
  }

  @Test
  void traceThatIsUndecided_doesNotSkipTheStagesOfTheDependency() {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    later.completeOnTimeout(Decision.proceed(), 20, TimeUnit.MILLISECONDS);
    start(
        noting("trace", Phase.TRACE, Decision.pending(later)),
        noting(
            "breaker",
            Phase.ADMIT,
            Decision.refuse(Problem.of(Problem.Kind.OVERLOADED, "open"), "breaker")));

    Call call = app.governor.beginOutgoing(new Request("payments"));

    assertThat(call.await()).isInstanceOf(Decision.Refuse.class);
    call.end(Outcome.http(503));
  }

  @Test
  void inboundCall_staysTheCurrentOne() {
    ContextKey<String> span = ContextKey.named("span");
    start(
        TestModule.stage(
            "trace",
            Phase.TRACE,
            call -> {
              call.baseContext(call.context().with(span, call.endpoint().id()));
              return Decision.proceed();
            }));
    Call inbound = app.governor.begin(TestCarrier.get("/a"));
    inbound.authenticated(Principal.builder("ann", "https://issuer.example").build());
    try (Scope scope = inbound.openScope()) {
      Call outgoing = app.governor.beginOutgoing(new Request("payments"));
      assertThat(outgoing.parent()).isNull();
      assertThat(outgoing.principal()).as("that of the service, if any").isNull();
      try (Scope inner = outgoing.openScope()) {
        assertThat(Call.current()).isSameAs(inbound);
        assertThat(Context.current().get(span)).isEqualTo("client:payments");
      }
      outgoing.end(Outcome.http(200));
    }
    inbound.end(Outcome.http(404));
  }

  @Test
  void deadlineOfTheInboundCall_isInherited() {
    start(noting("trace", Phase.TRACE, Decision.proceed()));
    Call inbound = app.governor.begin(TestCarrier.get("/a"));
    long deadline = inbound.startNanos() + Duration.ofHours(1).toNanos();
    inbound.deadline(deadline);
    try (Scope scope = inbound.openScope()) {
      Call outgoing = app.governor.beginOutgoing(new Request("payments"));
      assertThat(outgoing.deadline()).isEqualTo(deadline);
      outgoing.end(Outcome.http(200));
    }
    Call alone = app.governor.beginOutgoing(new Request("payments"));
    assertThat(alone.deadline()).isEqualTo(Long.MAX_VALUE);
    alone.end(Outcome.http(200));
    inbound.end(Outcome.http(404));
  }

  @Test
  void countlessDependencies_shareOneEndpoint() {
    start(noting("trace", Phase.TRACE, Decision.proceed()));
    for (int i = 0; i < 1_010; i++) {
      app.governor.beginOutgoing(new Request("host-" + i)).end(Outcome.http(200));
    }

    assertThat(app.records.get(999).endpoint().id()).isEqualTo("client:host-999");
    assertThat(app.records.get(1_009).endpoint().id()).isEqualTo("client:_OVERFLOW");
  }
}
