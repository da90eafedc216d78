// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalIssuerTest {

  @Test
  void start_onAnyPort_saysWhereItIs() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start(0)) {
      assertThat(issuer.url()).matches("http://127\\.0\\.0\\.1:[1-9]\\d*");
      assertThat(issuer.issuer()).isEqualTo(issuer.url());
      assertThat(new Client(issuer).get(LocalIssuer.JWKS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void start_onAPortThatIsTaken_saysSo() {
    try (LocalIssuer first = LocalIssuer.start(0)) {
      int port = URI.create(first.url()).getPort();

      assertThatThrownBy(() -> LocalIssuer.start(port))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port)
          .hasMessageContaining("expected: a free port, or 0 for any");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void start_beyondLoopback_isRefused(String host) {
    LocalIssuerBuilder builder = LocalIssuer.builder().host(host);

    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("host " + host + " (expected: an address of loopback, for example 127.0.0.1)");
  }

  @Test
  void builder_withValuesThatCannotBe_refuses() {
    LocalIssuerBuilder builder = LocalIssuer.builder();

    assertThatThrownBy(() -> builder.port(65536))
        .hasMessage("port 65536 (expected: from 0 to 65535)");
    assertThatThrownBy(() -> builder.lifetime(Duration.ofMillis(999)))
        .hasMessageContaining("expected: one second or more");
    assertThatThrownBy(builder::audience).hasMessage("no audience (expected: one or more)");
    assertThatThrownBy(() -> builder.host("no such host").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such host");
  }

  @Test
  void lifetime_holdsForTokensOfBothWays() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.builder().lifetime(Duration.ofSeconds(30)).start()) {
      String form = "grant_type=client_credentials&client_id=me";
      HttpResponse<String> response = new Client(issuer).post(form);

      assertThat(Client.parse(response.body())).containsEntry("expires_in", 30L);
      assertThat(seconds((String) Client.parse(response.body()).get("access_token"))).isEqualTo(30);
      assertThat(seconds(issuer.token().sign())).isEqualTo(30);
    }
  }

  @Test
  void down_refusesConnections_untilUpOnTheSamePort() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start(0)) {
      Client client = new Client(issuer);
      String token = issuer.token().sign();
      for (int round = 0; round < 3; round++) {
        assertThat(client.get(LocalIssuer.JWKS).statusCode()).isEqualTo(200);

        issuer.down();
        assertThatThrownBy(() -> client.get(LocalIssuer.JWKS)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> client.get(LocalIssuer.TOKEN))
            .isInstanceOf(ConnectException.class);

        issuer.up();
      }
      assertThat(client.verifies(token)).isTrue();
    }
  }

  @Test
  void down_breaksOpenConnections() {
    try (LocalIssuer issuer = LocalIssuer.start(0)) {
      issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofMinutes(10)));
      CompletableFuture<?> waiting = new Client(issuer).getLater(LocalIssuer.JWKS);
      await().until(() -> issuer.requests(LocalIssuer.JWKS) == 1);

      issuer.down();

      assertThat(waiting).failsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void down_keepsThePortFromOthers() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start(0);
        ServerSocket other = new ServerSocket()) {
      issuer.down();
      InetSocketAddress address =
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), URI.create(issuer.url()).getPort());
      other.setReuseAddress(false);

      assertThatThrownBy(() -> other.bind(address)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void downAndUp_twice_areLikeOnce() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start(0)) {
      issuer.up();
      issuer.down();
      issuer.down();
      issuer.up();
      issuer.up();

      assertThat(new Client(issuer).get(LocalIssuer.JWKS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void close_thePortIsFree_andNothingWorksOn() {
    LocalIssuer issuer = LocalIssuer.start(0);
    int port = URI.create(issuer.url()).getPort();
    issuer.close();
    issuer.close();

    assertThatThrownBy(() -> new Client(issuer).get(LocalIssuer.JWKS))
        .isInstanceOf(ConnectException.class);
    assertThatThrownBy(issuer::up).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(issuer::down).isInstanceOf(IllegalStateException.class);
    try (LocalIssuer next = LocalIssuer.start(port)) {
      assertThat(next.url()).isEqualTo(issuer.url());
    }
  }

  @Test
  void close_whileDown_freesThePort() {
    LocalIssuer issuer = LocalIssuer.start(0);
    issuer.down();
    issuer.close();

    try (LocalIssuer next = LocalIssuer.start(URI.create(issuer.url()).getPort())) {
      assertThat(next.url()).isEqualTo(issuer.url());
    }
  }

  @Test
  void requests_areCountedAndRecorded() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start(0)) {
      Client client = new Client(issuer);
      client.get(LocalIssuer.JWKS + "?x=1");
      client.get(LocalIssuer.JWKS);
      client.post("grant_type=client_credentials&client_id=me");

      assertThat(issuer.requests(LocalIssuer.JWKS)).isEqualTo(2);
      assertThat(issuer.requests("/never")).isZero();
      assertThat(issuer.recorded(LocalIssuer.JWKS)).hasSize(2);
      assertThat(issuer.recorded(LocalIssuer.JWKS).get(0).query()).isEqualTo("x=1");
      RecordedRequest post = issuer.recorded(LocalIssuer.TOKEN).get(0);
      assertThat(post.method()).isEqualTo("POST");
      assertThat(post.header("content-TYPE")).isEqualTo(Client.FORM);
      assertThat(post.header("Authorization")).isNull();
      assertThat(post.body()).isEqualTo("grant_type=client_credentials&client_id=me");

      issuer.clearRequests();
      assertThat(issuer.requests(LocalIssuer.JWKS)).isZero();
      assertThat(issuer.recorded(LocalIssuer.TOKEN)).isEmpty();
    }
  }

  @Test
  void recordedRequest_asText_keepsSecretsToItself() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start(0)) {
      new Client(issuer).post("grant_type=client_credentials&client_id=me&client_secret=hush");

      assertThat(issuer.recorded(LocalIssuer.TOKEN).get(0)).hasToString("POST /token");
      assertThat(new TokenRequest("me", "hush", List.of("a"), List.of(), null))
          .hasToString("me asks for [a]");
    }
  }

  @Test
  void issuer_usedByMany_servesAll() {
    try (LocalIssuer issuer = LocalIssuer.start(0)) {
      Client client = new Client(issuer);
      List<CompletableFuture<Boolean>> answers =
          IntStream.range(0, 64)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> use(issuer, client, i)))
              .toList();

      assertThat(answers).allSatisfy(a -> assertThat(a.join()).isTrue());
    }
  }

  private static boolean use(LocalIssuer issuer, Client client, int i) {
    try {
      if (i % 16 == 0) {
        issuer.keys().rotate(Algorithm.ES256);
      }
      Algorithm algorithm = i % 2 == 0 ? Algorithm.ES256 : Algorithm.EDDSA;
      return client.verifies(issuer.token().algorithm(algorithm).sign());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static long seconds(String token) {
    long issued = (Long) Client.claims(token).get("iat");
    return (Long) Client.claims(token).get("exp") - issued;
  }
}
