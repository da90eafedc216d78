// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {

  @TempDir Path directory;

  @Test
  void processorTime_isFoundWhateverTheProgramIsCalled() {
    String stat = "42 (a ) 7 (b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 30";

    assertThat(ProcessFiles.cpuSeconds(stat)).isEqualTo(3.0);
  }

  @Test
  void latencies_knowTheirQuantiles() {
    Latencies latencies = new Latencies();
    for (int micros = 1; micros <= 100; micros++) {
      latencies.add(micros * 1_000L);
    }

    assertThat(latencies.count()).isEqualTo(100);
    assertThat(latencies.micros(0.5)).isEqualTo(50);
    assertThat(latencies.micros(0.99)).isEqualTo(99);
  }

  @Test
  void spread_takesTheMeanOfTheMiddleTwo() {
    assertThat(Spread.of(4, 1, 3, 2)).isEqualTo(new Spread(1, 2.5, 4));
    assertThatThrownBy(Spread::of).hasMessageContaining("expected: at least one");
  }

  @Test
  void quickPlan_isShorter() {
    List<Variant> all = List.of(Variant.values());

    assertThat(Plan.of(true, all).duration()).isLessThan(Duration.ofMinutes(5));
    assertThat(Plan.of(false, all).duration())
        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(25));
  }

  @Test
  void plan_leavesOutWhatWasNotBuilt() throws IOException {
    Path target = Files.createDirectories(directory.resolve("flyball/target"));
    Files.writeString(target.resolve("class-path"), "");

    assertThat(Plan.variants(directory, ""))
        .containsExactly(Variant.B0, Variant.B1, Variant.B1N, Variant.B2, Variant.B2R);
    assertThat(Plan.variants(directory, "b0, b1")).containsExactly(Variant.B0, Variant.B1);
  }

  @Test
  void answerOtherThanTheExpected_fails() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hello/7",
        exchange -> {
          byte[] body = "hello 7".getBytes(StandardCharsets.US_ASCII);
          boolean isWelcome = exchange.getRequestHeaders().containsKey("Authorization");
          exchange.sendResponseHeaders(isWelcome ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    int port = server.getAddress().getPort();
    try (Selector selector = Selector.open()) {
      Connection connection = Connection.open(server.getAddress(), selector);

      connection.send(Probe.request(port, "token", false));
      assertThat(isAnswered(connection, selector)).isTrue();
      connection.send(Probe.request(port, null, false));
      assertThatThrownBy(() -> isAnswered(connection, selector))
          .hasMessageContaining("not a 200: http/1.1 401");
      connection.close();
      assertThat(Probe.status(port, null)).isEqualTo(401);
    } finally {
      server.stop(0);
    }
  }

  private static boolean isAnswered(Connection connection, Selector selector) throws IOException {
    while (selector.select(5_000) > 0) {
      selector.selectedKeys().clear();
      if (connection.isAnswered()) {
        return true;
      }
    }
    return false;
  }
}
