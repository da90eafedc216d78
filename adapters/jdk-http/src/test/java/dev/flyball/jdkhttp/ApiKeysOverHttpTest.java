// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.annotation.RequiresScope;
import dev.flyball.auth.ApiKeyRegistry;
import dev.flyball.auth.AuthModule;
import dev.flyball.testkit.contract.RawHttp;
import dev.flyball.testkit.contract.RawHttp.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers with API keys see of a real server: rows 67, 68 and 82 of the attack list. */
class ApiKeysOverHttpTest {

  @TempDir static Path folder;

  private static JdkHttpServer server;
  private static String former;
  private static String present;
  private static String revoked;
  private static String elsewhere;
  private static String distant;

  /** What is called. */
  static final class Shop {

    @Route("GET /orders")
    @RequiresScope("orders:read")
    String orders() {
      return "none";
    }
  }

  @BeforeAll
  static void start() throws IOException {
    Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
    try (JdkHttpServer issuing = server()) {
      ApiKeyRegistry keys = issuing.governor().find(ApiKeyRegistry.class).orElseThrow();
      ApiKeyRegistry.Issued first = issue(keys, "orders", List.of());
      former = first.text();
      present =
          keys.rotate(first.key().id(), Duration.ofHours(1), Duration.ofDays(1))
              .toCompletableFuture()
              .join()
              .text();
      ApiKeyRegistry.Issued bad = issue(keys, "orders", List.of());
      keys.revoke(bad.key().id()).toCompletableFuture().join();
      revoked = bad.text();
      elsewhere = issue(keys, "payments", List.of()).text();
      distant = issue(keys, "orders", List.of("192.0.2.0/24")).text();
    }
    server = server();
  }

  private static JdkHttpServer server() {
    return JdkHttpServer.builder()
        .port(0)
        .adminPort(0)
        .configure(governor ->
            governor
                .modules(List.of(new JdkHttpModule(), new AuthModule()))
                .directory(folder)
                .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
                .property("flyball.service.name", "orders")
                .property("flyball.auth.api-keys.file", "keys.json"))
        .routes(new Shop())
        .start();
  }

  private static ApiKeyRegistry.Issued issue(
      ApiKeyRegistry keys, String service, List<String> networks) {
    return keys.issue(
            new ApiKeyRegistry.Request(
                "team-a",
                null,
                Set.of("orders:read"),
                Set.of(service),
                networks,
                Duration.ofDays(1)))
        .toCompletableFuture()
        .join();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply get(String... headers) throws IOException {
    return RawHttp.exchange(server.uri(), "GET", "/orders", headers);
  }

  @Test
  void row67_presentSecretIsAccepted_andTheFormerOneWithAWarning() throws IOException {
    Reply good = get("X-API-Key: " + present);
    assertThat(good.status()).isEqualTo(200);
    assertThat(good.header("API-Key-Deprecation")).isNull();
    Reply grace = get("Authorization: ApiKey " + former);
    assertThat(grace.status()).isEqualTo(200);
    assertThat(grace.header("API-Key-Deprecation")).matches("@\\d{10};until=@\\d{10}");
  }

  @Test
  void row67_refusalsAreOneAnswer() throws IOException {
    String id = present.split("_")[2];
    for (String key :
        List.of(
            revoked,
            elsewhere,
            distant,
            present.replace(id, "000000000000"),
            present.substring(0, present.length() - 1) + (present.endsWith("0") ? "1" : "0"),
            "secret")) {
      Reply reply = get("X-API-Key: " + key);
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(reply.header("WWW-Authenticate"))
          .isEqualTo("ApiKey realm=\"flyball\", error=\"invalid_token\"");
      assertThat(reply.header("API-Key-Deprecation")).isNull();
      assertThat(reply.body().replaceAll(",\"traceId\":\"[0-9a-f]+\"", ""))
          .isEqualTo(
              "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                  + "\"code\":\"invalid_token\",\"detail\":\"the API key is not valid\"}");
    }
  }

  @Test
  void row68_keyBesideATokenOrAnotherKey_isABadRequest() throws IOException {
    for (String other :
        List.of(
            "Authorization: Bearer a.b.c", "x-api-key: " + present, "Authorization: ApiKey x")) {
      Reply reply = get("X-API-Key: " + present, other);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.body()).contains("\"code\":\"invalid_request\"").doesNotContain(present);
    }
  }
}
