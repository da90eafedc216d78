// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own. */
final class ServerProcess implements AutoCloseable {

  /** On a machine that has better things to do the peer takes more than a minute to start. */
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** A server that answers, but not as it should, has this long to change its mind. */
  private static final long OTHER_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long LOG_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int THREADS = 50;

  private final Server server;
  private final Process process;
  private final int port;
  private final Path log;
  private final StartUp startUp;
  private @Nullable HeapCounter heap;

  private ServerProcess(Server server, Process process, int port, Path log, StartUp startUp) {
    this.server = server;
    this.process = process;
    this.port = port;
    this.log = log;
    this.startUp = startUp;
  }

  static Path classPathFile(Path root, Server server) {
    return root.resolve(server.module()).resolve("target").resolve("class-path");
  }

  /** Starts a server and waits for its first answer. */
  static ServerProcess start(Server server, Path root, Path directory, String token)
      throws IOException, InterruptedException {
    int port = freePort();
    Path log = directory.resolve(name(server) + ".log");
    Files.deleteIfExists(log);
    ProcessBuilder builder = new ProcessBuilder(command(server, root, directory, log, port));
    builder.directory(directory.toFile());
    // appended to, so that it can be cut between rounds
    builder.redirectOutput(Redirect.appendTo(log.toFile()));
    builder.redirectError(directory.resolve(name(server) + ".err").toFile());
    long begin = System.nanoTime();
    Process process = builder.start();
    try {
      awaitAnswer(server, process, port, token);
      double seconds = (System.nanoTime() - begin) / 1e9;
      ProcessFiles files = new ProcessFiles(process.pid());
      StartUp startUp = new StartUp(seconds, files.cpuSeconds(), files.residentMebibytes());
      return new ServerProcess(server, process, port, log, startUp);
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static void awaitAnswer(Server server, Process process, int port, String token)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    String last = "nobody listened";
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        last = "it ended with " + process.exitValue();
        break;
      }
      try {
        int status = Probe.status(port, token);
        if (status == 200) {
          return;
        }
        last = "it answered " + status;
        end = Math.min(end, System.nanoTime() + OTHER_ANSWER_NANOS);
      } catch (IOException e) {
        // not there yet
      }
      Thread.sleep(1);
    }
    throw new IOException(
        name(server) + " does not answer with 200: " + last + "; see " + name(server) + ".err");
  }

  private static List<String> command(Server server, Path root, Path directory, Path log, int port)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of("-XX:+UseG1GC", "-Xms512m", "-Xmx512m", "-Dsun.net.httpserver.nodelay=true"));
    command.addAll(properties(server.kind(), directory, log, port));
    command.addAll(server.properties());
    command.add("-classpath");
    command.add(
        root.resolve(server.module()).resolve("target/classes")
            + File.pathSeparator
            + Files.readString(classPathFile(root, server)).strip());
    command.add(server.main());
    command.addAll(server.arguments());
    return command;
  }

  private static List<String> properties(Server.Kind kind, Path directory, Path log, int port) {
    List<String> host = List.of("-Dflyball.http.port=" + port, "-Dflyball.http.threads=" + THREADS);
    List<String> jetty = List.of("-Dwhole.port=" + port, "-Dwhole.threads=" + THREADS);
    List<String> spring = List.of("-Dserver.port=" + port);
    return switch (kind) {
      case HOST -> host;
      case OFF_HOST -> and(host, "-Dflyball.enabled=false");
      case GOVERNED_HOST -> and(host, ours(directory));
      case JETTY -> jetty;
      case GOVERNED_JETTY -> and(jetty, ours(directory));
      case SPRING -> spring;
      case GOVERNED_SPRING -> and(spring, theirs(directory, log));
    };
  }

  private static List<String> and(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  private static String[] ours(Path directory) {
    String issuer = "-Dflyball.auth.issuers.benchmark.";
    return new String[] {
      issuer + "issuer=" + Tokens.ISSUER,
      issuer + "audience=" + Tokens.AUDIENCE,
      issuer + "jwks=" + Tokens.jwks(directory),
      "-Dflyball.flags.file=" + directory.resolve("flags.json")
    };
  }

  private static String[] theirs(Path directory, Path log) {
    return new String[] {
      "-Dwhole.issuer=" + Tokens.ISSUER,
      "-Dwhole.audience=" + Tokens.AUDIENCE,
      "-Dwhole.key=" + Tokens.publicKey(directory),
      "-Dwhole.log=" + log
    };
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String name(Server server) {
    return server.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Server server() {
    return server;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  StartUp startUp() {
    return startUp;
  }

  double cpuSeconds() throws IOException {
    return new ProcessFiles(pid()).cpuSeconds();
  }

  /** Heap that was allocated since the start. */
  long allocatedBytes() throws IOException {
    HeapCounter counter = heap;
    if (counter == null) {
      counter = HeapCounter.of(pid());
      heap = counter;
    }
    return counter.bytes();
  }

  /** Waits for lines: a call may be logged a little after its answer. */
  void awaitLog(long length) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (Files.size(log) < length) {
      if (System.nanoTime() - begin > LOG_PATIENCE_NANOS) {
        throw new IOException(
            name(server)
                + " has logged "
                + Files.size(log)
                + " bytes (expected: one line for each call, at least "
                + length
                + " bytes)");
      }
      Thread.sleep(1);
    }
  }

  /** Disks are not as long as logs. */
  void cutLog() throws IOException {
    Files.newByteChannel(log, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
        .close();
  }

  @Override
  public void close() {
    HeapCounter counter = heap;
    if (counter != null) {
      counter.close();
    }
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
