// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultTest {

  private LocalIssuer issuer;
  private Client client;

  @BeforeEach
  void start() {
    issuer = LocalIssuer.builder().algorithms(Algorithm.ES256).start();
    client = new Client(issuer);
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LocalIssuer.JWKS,
        LocalIssuer.OPENID_CONFIGURATION,
        LocalIssuer.AUTHORIZATION_SERVER,
        LocalIssuer.TOKEN
      })
  void fault_ofAnEndpoint_holdsUntilCleared(String path) throws Exception {
    int usual = client.get(path).statusCode();
    issuer.fault(path, Fault.status(503));

    assertThat(client.get(path).statusCode()).isEqualTo(503);
    assertThat(client.get(path).statusCode()).isEqualTo(503);
    assertThat(client.get("/elsewhere").statusCode()).isEqualTo(404);

    issuer.clearFault(path);

    assertThat(client.get(path).statusCode()).isEqualTo(usual);
    assertThat(issuer.requests(path)).isEqualTo(4);
  }

  @Test
  void fault_second_takesThePlaceOfTheFirst() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.status(503));
    issuer.fault(LocalIssuer.JWKS, Fault.status(500));
    assertThat(client.get(LocalIssuer.JWKS).statusCode()).isEqualTo(500);

    issuer.clearFaults();
    assertThat(client.get(LocalIssuer.JWKS).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 304, 401, 404, 429, 500, 502, 599})
  void status_isTheStatus(int status) throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.status(status).header("Retry-After", "7"));
    HttpResponse<String> response = client.get(LocalIssuer.JWKS);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
  }

  @Test
  void status_thatIsNone_isRefused() {
    assertThatThrownBy(() -> Fault.status(99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("status 99 (expected: from 200 to 599)");
    assertThatThrownBy(() -> Fault.redirect(600, "/")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Fault.body(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Fault.slow(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> issuer.fault("jwks", Fault.html()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path jwks (expected: a slash first)");
  }

  @Test
  void redirect_saysWhereTo() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.redirect("http://127.0.0.1:1/keys"));
    issuer.fault(LocalIssuer.TOKEN, Fault.redirect(307, "/other"));

    HttpResponse<String> keys = client.get(LocalIssuer.JWKS);
    HttpResponse<String> token = client.post("grant_type=client_credentials");

    assertThat(keys.statusCode()).isEqualTo(302);
    assertThat(keys.headers().firstValue("Location")).hasValue("http://127.0.0.1:1/keys");
    assertThat(token.statusCode()).isEqualTo(307);
    assertThat(token.headers().firstValue("Location")).hasValue("/other");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 10, 5000, 3_000_000})
  void body_hasThatManyBytes(long bytes) throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.body(bytes));
    HttpResponse<byte[]> response = client.getBytes(LocalIssuer.JWKS);

    assertThat(response.body()).hasSize((int) bytes);
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(bytes);
  }

  @Test
  void body_longerThanTheRealOne_isTheRealOneAndBlanks() throws Exception {
    String real = client.get(LocalIssuer.JWKS).body();
    issuer.fault(LocalIssuer.JWKS, Fault.body(20_000));

    assertThat(client.get(LocalIssuer.JWKS).body().stripTrailing()).isEqualTo(real);
    assertThat(client.keys().getKeys()).hasSize(1);
  }

  @Test
  void chunked_tellsNoLength() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.body(100_000).chunked());
    HttpResponse<byte[]> response = client.getBytes(LocalIssuer.JWKS);

    assertThat(response.headers().firstValue("Content-Length")).isEmpty();
    assertThat(response.body()).hasSize(100_000);
  }

  @Test
  void html_is200() throws Exception {
    issuer.fault(LocalIssuer.OPENID_CONFIGURATION, Fault.html());
    HttpResponse<String> response = client.get(LocalIssuer.OPENID_CONFIGURATION);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(response.body()).startsWith("<!doctype html>");
  }

  @Test
  void gzipBomb_isSmallOnTheWireAndLargeInside() throws Exception {
    String real = client.get(LocalIssuer.JWKS).body();
    issuer.fault(LocalIssuer.JWKS, Fault.gzipBomb(20_000_000));
    HttpResponse<byte[]> response = client.getBytes(LocalIssuer.JWKS);

    assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(response.body()).hasSizeLessThan(40_000);
    try (InputStream inflated = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertThat(new String(inflated.readNBytes(real.length()), StandardCharsets.UTF_8))
          .isEqualTo(real);
      assertThat(inflated.transferTo(OutputStream.nullOutputStream()))
          .isEqualTo(20_000_000 - real.length());
    }
  }

  @Test
  void truncated_breaksOffInTheMiddle() throws Exception {
    String whole = client.get(LocalIssuer.JWKS).body();
    issuer.fault(LocalIssuer.JWKS, Fault.truncated());

    String answer = client.raw("GET /jwks HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer).containsIgnoringCase("\r\nContent-Length: " + whole.length() + "\r\n");
    assertThat(answer).endsWith("\r\n\r\n" + whole.substring(0, whole.length() / 2));
    assertThatThrownBy(() -> client.get(LocalIssuer.JWKS)).isInstanceOf(IOException.class);
  }

  @Test
  void hangUp_answersNothing() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.hangUp());

    assertThat(client.raw("GET /jwks HTTP/1.1\r\nHost: x\r\n\r\n")).isEmpty();
    assertThat(issuer.requests(LocalIssuer.JWKS)).isEqualTo(1);
  }

  @Test
  void contentType_isWrongAndTheRestIsReal() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.contentType("text/plain"));
    HttpResponse<String> response = client.get(LocalIssuer.JWKS);

    assertThat(response.headers().allValues("Content-Type")).containsExactly("text/plain");
    assertThat(client.keys().getKeys()).hasSize(1);
  }

  @Test
  void header_canBeLeftOut() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ZERO).header("etag", null));

    assertThat(client.get(LocalIssuer.JWKS).headers().firstValue("ETag")).isEmpty();
  }

  @Test
  void slow_answersAfterTheDelay() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofMillis(150)));
    long start = System.nanoTime();
    HttpResponse<String> response = client.get(LocalIssuer.JWKS);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
  }

  @Test
  void slow_cleared_answersAtOnce() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.status(503).after(Duration.ofMinutes(10)));
    CompletableFuture<HttpResponse<String>> waiting = client.getLater(LocalIssuer.JWKS);
    await().until(() -> issuer.requests(LocalIssuer.JWKS) == 1);
    assertThat(waiting).isNotDone();

    issuer.clearFault(LocalIssuer.JWKS);

    assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    assertThat(client.get(LocalIssuer.JWKS).statusCode()).isEqualTo(200);
  }

  @Test
  void slow_waitingRequests_holdNoThread() {
    issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofMinutes(10)));
    List<CompletableFuture<HttpResponse<String>>> waiting =
        Stream.generate(() -> client.getLater(LocalIssuer.JWKS)).limit(40).toList();

    await().until(() -> issuer.requests(LocalIssuer.JWKS) == 40);
    await().until(() -> threadsInside("dev.flyball.issuer.Endpoints") == 0);

    issuer.clearFaults();
    assertThat(waiting).allSatisfy(r -> assertThat(r).succeedsWithin(Duration.ofSeconds(10)));
  }

  @Test
  void close_withWaitingRequests_breaksThemAndLeavesNoThread() {
    issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofMinutes(10)));
    CompletableFuture<HttpResponse<String>> waiting = client.getLater(LocalIssuer.JWKS);
    await().until(() -> issuer.requests(LocalIssuer.JWKS) == 1);

    issuer.close();

    assertThat(waiting).failsWithin(Duration.ofSeconds(10));
    // a pool has ended a moment before the last of its threads is gone
    await().until(() -> threads("flyball-issuer-") == 0 && threads("HTTP-Dispatcher") == 0);
  }

  @Test
  void client_thatHasGone_disturbsNobody() throws Exception {
    issuer.fault(LocalIssuer.JWKS, Fault.body(200_000_000).after(Duration.ofMinutes(10)));
    CompletableFuture<HttpResponse<String>> impatient = client.getLater(LocalIssuer.JWKS);
    await().until(() -> issuer.requests(LocalIssuer.JWKS) == 1);
    impatient.cancel(true);
    issuer.clearFaults();

    assertThat(client.get(LocalIssuer.JWKS).statusCode()).isEqualTo(200);
    await().until(() -> threadsInside("dev.flyball.issuer.Answer") == 0);
  }

  private static long threadsInside(String type) {
    return Thread.getAllStackTraces().values().stream()
        .filter(stack -> Arrays.stream(stack).anyMatch(f -> f.getClassName().equals(type)))
        .count();
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }
}
