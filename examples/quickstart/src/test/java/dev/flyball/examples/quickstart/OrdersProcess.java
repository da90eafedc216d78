// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import dev.flyball.jdkhttp.JdkHttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** This service in a process of its own, which ends with the one that started it. */
final class OrdersProcess implements AutoCloseable {

  private final Process process;
  private final Path log;
  private final URI uri;

  private OrdersProcess(Process process, Path log, URI uri) {
    this.process = process;
    this.log = log;
    this.uri = uri;
  }

  /**
   * Runs until standard input ends. Where it listens goes to standard error: standard output is the
   * log.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException {
    try (JdkHttpServer server =
        JdkHttpServer.builder().port(0).adminPort(0).routes(new Orders()).start()) {
      System.err.println(server.uri());
      while (System.in.read() >= 0) {
        // nobody says anything: the end is what is waited for
      }
    }
  }

  /** Starts it beside its properties, and waits until it listens. */
  static OrdersProcess start(Path directory) throws IOException {
    Path log = directory.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OrdersProcess.class.getName())
            .directory(directory.toFile())
            .redirectOutput(log.toFile())
            .start();
    try {
      return new OrdersProcess(process, log, listening(process.errorReader()));
    } catch (Throwable t) {
      process.destroyForcibly();
      throw t;
    }
  }

  private static URI listening(BufferedReader errors) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      if (line.startsWith("http://")) {
        return URI.create(line);
      }
      said.append(line).append('\n');
    }
    throw new IOException("the service has ended before it listened: " + said);
  }

  URI uri() {
    return uri;
  }

  /** What it has written to standard output. */
  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("process " + process.pid() + " does not end");
    }
  }
}
