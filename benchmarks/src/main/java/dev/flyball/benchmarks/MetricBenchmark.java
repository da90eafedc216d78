// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.CallRecord;
import dev.flyball.observability.internal.RedMetrics;
import dev.flyball.observability.internal.Routes;
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

/** One sample of the duration of a request, by route, method, status and scheme. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MetricBenchmark {

  /** Our listener, and the record of a call. */
  @State(Scope.Thread)
  public static class Ours {

    private @Nullable BareService service;
    private @Nullable RedMetrics metrics;
    private @Nullable CallRecord record;

    /** Makes the listener as the module does. */
    @Setup
    public void start() {
      BareService started =
          BareService.with(
              List.of(), Map.of(), setup -> metrics = new RedMetrics(setup.meters(), new Routes()));
      record = started.answered();
      service = started;
    }

    void sample() {
      Objects.requireNonNull(metrics).onEnd(Objects.requireNonNull(record));
    }

    /** Closes the governor. */
    @TearDown
    public void close() {
      Objects.requireNonNull(service).close();
    }
  }

  /** The Prometheus client. */
  @State(Scope.Thread)
  public static class Prometheus {

    private final PeerMetrics metrics = new PeerMetrics();
    private final Request request = Request.without("/ping");
    private long nanos = 1_234_567;

    void sample() {
      nanos ^= 1;
      metrics.record(request, "/ping", "200", nanos);
    }
  }

  @Benchmark
  public void ours(Ours ours) {
    ours.sample();
  }

  @Benchmark
  public void prometheus(Prometheus peer) {
    peer.sample();
  }
}
