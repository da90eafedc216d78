// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process that makes load. */
final class Loader implements AutoCloseable {

  /**
   * What came of some load.
   *
   * @param requests that were answered with 200: all of them
   * @param seconds it took
   * @param medianMicros half of the answers came within it
   * @param p99Micros 99 of 100 answers came within it
   */
  record Result(long requests, double seconds, double medianMicros, double p99Micros) {}

  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;

  private Loader(Process process) {
    this.process = process;
    this.answers = process.inputReader();
    this.orders = process.outputWriter();
  }

  static Loader start(Path directory, Cores cores) throws IOException {
    List<String> command =
        List.of(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-Xms256m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-classpath",
            System.getProperty("java.class.path"),
            Load.class.getName(),
            Tokens.tokens(directory).toString());
    return new Loader(
        new ProcessBuilder(cores.forLoad(command)).redirectError(Redirect.INHERIT).start());
  }

  /** Makes load until the time is over. An answer that is not the expected one is an error. */
  Result run(ServerProcess server, Duration duration, TokenMode mode) throws IOException {
    orders.write(server.port() + " " + duration.toMillis() + " " + mode + "\n");
    orders.flush();
    String answer = answers.readLine();
    if (answer == null || !answer.startsWith("done ")) {
      throw new IOException(server.server() + " under load: " + answer);
    }
    String[] parts = answer.split(" ", -1);
    return new Result(
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]) / 1e9,
        Double.parseDouble(parts[3]),
        Double.parseDouble(parts[4]));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
