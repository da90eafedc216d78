// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests over kept connections, each as soon as the answer to the one before is there. Runs
 * in a process of its own, on one thread; told what to do line by line.
 */
final class Load {

  private static final int CONNECTIONS = 16;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final List<String> tokens;
  private final Latencies latencies = new Latencies();

  private Load(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * Answers lines of {@code port milliseconds mode} until there are no more.
   *
   * @param args the file with the tokens
   */
  public static void main(String[] args) throws IOException {
    Load load = new Load(Files.readAllLines(Path.of(args[0])));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      System.out.println(load.answer(order.split(" ", -1)));
      System.out.flush();
    }
  }

  private String answer(String[] order) {
    try {
      int port = Integer.parseInt(order[0]);
      long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(order[1]));
      return run(port, nanos, TokenMode.valueOf(order[2]));
    } catch (IOException | RuntimeException e) {
      return "failed " + e;
    }
  }

  private String run(int port, long nanos, TokenMode mode) throws IOException {
    latencies.clear();
    Requests requests = new Requests(port, mode == TokenMode.NEW ? tokens : tokens.subList(0, 1));
    long begin = System.nanoTime();
    drive(port, requests, begin + nanos);
    return String.format(
        Locale.ROOT,
        "done %d %d %d %d",
        latencies.count(),
        System.nanoTime() - begin,
        latencies.micros(0.5),
        latencies.micros(0.99));
  }

  private void drive(int port, Requests requests, long end) throws IOException {
    List<Connection> connections = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      for (int i = 0; i < CONNECTIONS; i++) {
        Connection connection = Connection.open(server, selector);
        connections.add(connection);
        connection.send(requests.next());
      }
      int open = CONNECTIONS;
      while (open > 0) {
        open -= turn(selector, requests, end);
      }
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  /** Takes the answers that are there; the number of connections that are done. */
  private int turn(Selector selector, Requests requests, long end) throws IOException {
    if (selector.select(1_000) == 0 && System.nanoTime() > end + PATIENCE_NANOS) {
      throw new IOException("answers are missing 10 s after the last request");
    }
    int done = 0;
    for (SelectionKey key : selector.selectedKeys()) {
      Connection connection = (Connection) key.attachment();
      if (connection.isAnswered()) {
        long now = System.nanoTime();
        latencies.add(now - connection.sentAt());
        if (now < end) {
          connection.send(requests.next());
        } else {
          done++;
        }
      }
    }
    selector.selectedKeys().clear();
    return done;
  }

  /** The requests in turn, made beforehand. */
  private static final class Requests {

    private final byte[][] all;
    private int next;

    Requests(int port, List<String> tokens) {
      this.all =
          tokens.stream().map(token -> Probe.request(port, token, false)).toArray(byte[][]::new);
    }

    byte[] next() {
      byte[] request = all[next];
      next = next + 1 == all.length ? 0 : next + 1;
      return request;
    }
  }
}
