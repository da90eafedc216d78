// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A whole call from its beginning to its line, in process, and the same with plain libraries. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChainBenchmark {

  private static final int NORMAL_CACHE = 8_192;

  /** So small that a token is forgotten long before it comes again. */
  private static final int TINY_CACHE = 16;

  /** The requests that are made; of the benchmark, as services are made for the same tokens. */
  @State(Scope.Benchmark)
  public static class Requests {

    /** How many tokens there are where each call has another one. */
    @Param("2048")
    public int count;

    private @Nullable Tokens tokens;
    private byte[] known = {};
    private byte[] forged = {};

    /** Signs the tokens. */
    @Setup
    public void sign() {
      Tokens signed = Tokens.of("RS256", count);
      known = signed.nextHeader();
      forged = Tokens.header(signed.forged());
      tokens = signed;
    }

    Tokens tokens() {
      return Objects.requireNonNull(tokens);
    }

    Request ping() {
      return Request.without("/ping");
    }

    Request known() {
      return Request.with("/orders/1000", known);
    }

    Request fresh() {
      return Request.with("/orders/1000", tokens().nextHeader());
    }

    Request withoutToken() {
      return Request.without("/orders/1000");
    }

    Request forged() {
      return Request.with("/orders/1000", forged);
    }
  }

  /** A governed service beside an SDK. */
  @State(Scope.Thread)
  public static class Governed {

    private @Nullable GovernedService service;

    /** Starts it. */
    @Setup
    public void start(Requests requests) {
      service = make(requests.tokens());
    }

    GovernedService make(Tokens tokens) {
      return GovernedService.trusting(tokens, Telemetry.sdk(), NORMAL_CACHE);
    }

    GovernedService service() {
      return Objects.requireNonNull(service);
    }

    /** Closes it. */
    @TearDown
    public void close() {
      service().close();
    }
  }

  /** A governed service without an SDK. */
  @State(Scope.Thread)
  public static class GovernedAlone extends Governed {

    @Override
    GovernedService make(Tokens tokens) {
      return GovernedService.trusting(tokens, null, NORMAL_CACHE);
    }
  }

  /** A governed service that hardly ever recognises a token. */
  @State(Scope.Thread)
  public static class GovernedForgetful extends Governed {

    @Override
    GovernedService make(Tokens tokens) {
      return GovernedService.trusting(tokens, Telemetry.sdk(), TINY_CACHE);
    }
  }

  /** A service that is switched off. */
  @State(Scope.Thread)
  public static class Off {

    final GovernedService service = GovernedService.switchedOff();
    final Request request = Request.without("/ping");

    /** Closes it. */
    @TearDown
    public void close() {
      service.close();
    }
  }

  @Benchmark
  public Call openToAll(Governed governed, Requests requests) {
    return governed.service().ping(requests.ping());
  }

  @Benchmark
  public CallRecord known(Governed governed, Requests requests) {
    return governed.service().order(requests.known());
  }

  @Benchmark
  public CallRecord knownWithoutSdk(GovernedAlone governed, Requests requests) {
    return governed.service().order(requests.known());
  }

  @Benchmark
  public CallRecord fresh(GovernedForgetful governed, Requests requests) {
    return governed.service().order(requests.fresh());
  }

  @Benchmark
  public CallRecord withoutToken(Governed governed, Requests requests) {
    return governed.service().order(requests.withoutToken());
  }

  @Benchmark
  public CallRecord forged(Governed governed, Requests requests) {
    return governed.service().order(requests.forged());
  }

  @Benchmark
  public Call off(Off off) {
    return off.service.ping(off.request);
  }
}
