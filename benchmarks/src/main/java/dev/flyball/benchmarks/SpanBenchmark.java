// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Outcome;
import dev.flyball.observability.internal.Routes;
import dev.flyball.observability.internal.TraceStage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The span of a request whose caller does not sample, from reading {@code traceparent} to its end,
 * by our stage, with and without the SDK, and by the SDK alone. To make its context the current one
 * is the same for all.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SpanBenchmark {

  private static final Outcome OK = Outcome.http(200);

  /** Our stage, beside an SDK. */
  @State(Scope.Thread)
  public static class Ours {

    private @Nullable BareService service;
    private @Nullable TraceStage stage;

    /** Makes the stage as the module does. */
    @Setup
    public void start() {
      service = BareService.with(List.of(), Map.of(), this::install);
    }

    private void install(dev.flyball.Setup setup) {
      OpenTelemetry telemetry = telemetry();
      if (telemetry != null) {
        setup.offer(OpenTelemetry.class, "default", telemetry);
      }
      stage = new TraceStage(setup, new Routes());
    }

    @Nullable OpenTelemetry telemetry() {
      return Telemetry.sdk();
    }

    /** Closes the governor. */
    @TearDown
    public void close() {
      Objects.requireNonNull(service).close();
    }

    Decision span() {
      TraceStage started = Objects.requireNonNull(stage);
      Call call = Objects.requireNonNull(service).call();
      Decision decision = started.onStart(call);
      started.onEnd(call, OK);
      return decision;
    }
  }

  /** Our stage without an SDK. */
  @State(Scope.Thread)
  public static class Alone extends Ours {

    @Override
    @Nullable OpenTelemetry telemetry() {
      return null;
    }
  }

  /** The SDK. */
  @State(Scope.Thread)
  public static class Sdk {

    private final PeerSpans spans = new PeerSpans(Telemetry.sdk());
    private final Request request = Request.without("/ping");

    Context span() {
      Context context = spans.start(request);
      Span.fromContext(context).end();
      return context;
    }
  }

  @Benchmark
  public Decision ours(Ours ours) {
    return ours.span();
  }

  @Benchmark
  public Decision oursAlone(Alone ours) {
    return ours.span();
  }

  @Benchmark
  public Context sdk(Sdk sdk) {
    return sdk.span();
  }
}
