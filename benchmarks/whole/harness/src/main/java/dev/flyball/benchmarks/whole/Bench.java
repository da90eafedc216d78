// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Starts the servers, warms them up, and measures them in turn, round after round. */
final class Bench implements AutoCloseable {

  private static final int SHORTEST_LINE = 200;

  private final Plan plan;
  private final Path root;
  private final Path directory;
  private final Tokens tokens;
  private final Cores cores;
  private final Progress progress;
  private final String token;
  private final Measurements measurements = new Measurements();
  private final Map<Server, ServerProcess> running = new EnumMap<>(Server.class);

  Bench(Plan plan, Path root, Path directory, Tokens tokens, Cores cores, Progress progress)
      throws IOException {
    this.plan = plan;
    this.root = root;
    this.directory = directory;
    this.tokens = tokens;
    this.cores = cores;
    this.progress = progress;
    this.token = Files.readAllLines(Tokens.tokens(directory)).get(0);
    progress.say(
        String.format(Locale.ROOT, "%,d tokens of %d characters", Tokens.COUNT, token.length()));
  }

  Measurements measure() throws IOException, InterruptedException {
    startAll();
    try (Loader loader = Loader.start(directory, cores)) {
      for (ServerProcess server : running.values()) {
        check(server);
        warmUp(server, loader);
      }
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Variant variant : plan.variants()) {
          measure(variant, round, loader);
        }
      }
    }
    return measurements;
  }

  private void startAll() throws IOException, InterruptedException {
    for (int start = 1; start <= plan.starts(); start++) {
      boolean isLast = start == plan.starts();
      for (Server server : plan.servers()) {
        if (isLast || server.isStartCompared()) {
          ServerProcess process = start(server, start);
          if (isLast) {
            running.put(server, process);
          } else {
            process.close();
          }
        }
      }
    }
  }

  private ServerProcess start(Server server, int number) throws IOException, InterruptedException {
    ServerProcess process = ServerProcess.start(server, root, directory, token);
    StartUp startUp = process.startUp();
    measurements.add(server, startUp);
    progress.say(
        String.format(
            Locale.ROOT,
            "start %d of %d: %-18s %5.2f s, %5.2f CPU s, %4.0f MiB",
            number,
            plan.starts(),
            server,
            startUp.seconds(),
            startUp.cpuSeconds(),
            startUp.mebibytes()));
    return process;
  }

  /** A server that refuses nothing and logs nothing is not governed, and fast for no merit. */
  private void check(ServerProcess server) throws IOException, InterruptedException {
    if (!server.server().kind().isGoverned()) {
      return;
    }
    expect(server, 401, Probe.status(server.port(), null));
    expect(server, 401, Probe.status(server.port(), token + "x"));
    expect(server, 403, Probe.status(server.port(), tokens.ofOtherScope()));
    server.awaitLog(3 * SHORTEST_LINE);
    server.cutLog();
    expect(server, 200, Probe.status(server.port(), token));
    server.awaitLog(SHORTEST_LINE);
  }

  private static void expect(ServerProcess server, int expected, int status) throws IOException {
    if (status != expected) {
      throw new IOException(
          server.server() + " answered " + status + " (expected: " + expected + ")");
    }
  }

  /** With all cores: compilers have much to do. */
  private void warmUp(ServerProcess server, Loader loader)
      throws IOException, InterruptedException {
    TokenMode mode =
        plan.variants().stream()
            .filter(variant -> variant.server() == server.server())
            .findFirst()
            .orElseThrow()
            .tokens();
    progress.say(
        String.format(
            Locale.ROOT,
            "warm-up of %s, %d s",
            server.server(),
            plan.warmUp(server.server()).toSeconds()));
    loader.run(server, plan.warmUp(server.server()), mode);
    server.cutLog();
    cores.keepForServer(server.pid());
  }

  private void measure(Variant variant, int number, Loader loader)
      throws IOException, InterruptedException {
    ServerProcess server = running.get(variant.server());
    if (server == null) {
      throw new IllegalStateException(variant.server() + " does not run");
    }
    loader.run(server, Plan.LEAD_IN, variant.tokens());
    long bytes = server.allocatedBytes();
    double cpu = server.cpuSeconds();
    Loader.Result load = loader.run(server, plan.round(), variant.tokens());
    double cpuMicros = (server.cpuSeconds() - cpu) * 1e6 / load.requests();
    double heap = (server.allocatedBytes() - bytes) / (double) load.requests();
    if (server.server().kind().isGoverned()) {
      server.awaitLog(SHORTEST_LINE * load.requests());
    }
    server.cutLog();
    Round round =
        new Round(
            load.requests() / load.seconds(),
            load.medianMicros(),
            load.p99Micros(),
            cpuMicros,
            heap);
    measurements.add(variant, round);
    progress.say(
        String.format(
            Locale.ROOT,
            "round %d of %d: %-3s %,7.0f req/s, %,6.0f us p50, %,6.0f us p99, %6.1f CPU us, %,8.0f B",
            number,
            plan.rounds(),
            variant.id(),
            round.requestsPerSecond(),
            round.medianMicros(),
            round.p99Micros(),
            round.cpuMicros(),
            round.bytes()));
  }

  @Override
  public void close() {
    running.values().forEach(ServerProcess::close);
  }
}
