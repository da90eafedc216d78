// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

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

/** The calls of {@link ChainBenchmark} with plain libraries. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerChainBenchmark {

  /** A service that knows the tokens that it has seen. */
  @State(Scope.Thread)
  public static class Caching {

    private @Nullable PeerService service;

    /** Starts it. */
    @Setup
    public void start(ChainBenchmark.Requests requests) {
      service = new PeerService(requests.tokens(), true);
    }

    PeerService service() {
      return Objects.requireNonNull(service);
    }
  }

  /** A service that verifies each token. */
  @State(Scope.Thread)
  public static class Verifying {

    private @Nullable PeerService service;

    /** Starts it. */
    @Setup
    public void start(ChainBenchmark.Requests requests) {
      service = new PeerService(requests.tokens(), false);
    }

    PeerService service() {
      return Objects.requireNonNull(service);
    }
  }

  @Benchmark
  public int openToAll(Caching peer, ChainBenchmark.Requests requests) {
    return peer.service().ping(requests.ping());
  }

  @Benchmark
  public int known(Caching peer, ChainBenchmark.Requests requests) {
    return peer.service().order(requests.known());
  }

  @Benchmark
  public int fresh(Verifying peer, ChainBenchmark.Requests requests) {
    return peer.service().order(requests.fresh());
  }

  @Benchmark
  public int withoutToken(Caching peer, ChainBenchmark.Requests requests) {
    return peer.service().order(requests.withoutToken());
  }

  @Benchmark
  public int forged(Caching peer, ChainBenchmark.Requests requests) {
    return peer.service().order(requests.forged());
  }
}
