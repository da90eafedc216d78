// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flyball.CallRecord;
import dev.flyball.Event;
import dev.flyball.Header;
import dev.flyball.HealthCheck;
import dev.flyball.Outcome;
import dev.flyball.auth.internal.jose.KeySetParser;
import dev.flyball.auth.internal.keys.FileKeys;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import dev.flyball.testkit.InProcessCarrier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of an issuer while it is well, gone, slow, poisoned, rotating and under attack. */
class IssuerKeysTest {

  private static void awaitRequests(AuthApp app, int count) {
    await()
        .untilAsserted(
            () -> assertThat(app.issuer.requests(LocalIssuer.JWKS)).isGreaterThanOrEqualTo(count));
  }

  private static void awaitEvent(AuthApp app, String name) {
    await()
        .untilAsserted(() -> assertThat(app.app.events()).extracting(Event::name).contains(name));
  }

  @Test
  void keys_areFoundThroughDiscoveryAndFetchedOnce() {
    try (AuthApp app = AuthApp.start()) {
      for (int i = 0; i < 5; i++) {
        assertThat(app.call(app.issuer.token().sign())).isOk();
      }
      assertThat(app.issuer.requests(LocalIssuer.OPENID_CONFIGURATION)).isEqualTo(1);
      assertThat(app.issuer.requests(LocalIssuer.JWKS)).isEqualTo(1);
    }
  }

  @Test
  void keys_areRefreshedAheadOfTheirExpiry() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      app.advance(Duration.ofSeconds(149));
      assertThat(app.issuer.requests(LocalIssuer.JWKS)).as("before half of 5 min").isEqualTo(1);
      app.advance(Duration.ofSeconds(92));
      awaitRequests(app, 2);
    }
  }

  @Test
  void cacheControl_isHeededWithinBounds() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      app.issuer.cacheControl("public, max-age=1");
      advanceToRequest(app, 2, Duration.ofSeconds(241));
      app.advance(Duration.ofSeconds(29));
      assertThat(app.issuer.requests(LocalIssuer.JWKS)).as("a minute at least").isEqualTo(2);
      app.issuer.cacheControl("max-age=86400");
      advanceToRequest(app, 3, Duration.ofSeconds(20));
      app.advance(Duration.ofMinutes(29));
      assertThat(app.issuer.requests(LocalIssuer.JWKS)).as("an hour at most").isEqualTo(3);
      app.advance(Duration.ofMinutes(20));
      awaitRequests(app, 4);
    }
  }

  /** Lets time pass, a second at a time, until the set has been fetched and taken in. */
  private static void advanceToRequest(AuthApp app, int count, Duration atMost) {
    for (int i = 0; i < atMost.toSeconds() && app.issuer.requests(LocalIssuer.JWKS) < count; i++) {
      app.advance(Duration.ofSeconds(1));
    }
    await().untilAsserted(() -> assertThat(app.issuer.requests(LocalIssuer.JWKS)).isEqualTo(count));
    await().untilAsserted(() -> assertThat(gauge(app, "flyball.auth.keys.age")).isLessThan(20));
  }

  @Test
  void unchangedSet_isNotSentAgain() {
    try (AuthApp app = AuthApp.start()) {
      app.issuer.etags(true);
      assertThat(app.call(app.issuer.token().sign())).isOk();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofMinutes(1));
            assertThat(app.issuer.requests(LocalIssuer.JWKS)).isGreaterThanOrEqualTo(3);
          });
      assertThat(app.issuer.recorded(LocalIssuer.JWKS).get(2).headers().toString().toLowerCase())
          .contains("if-none-match");
      assertThat(app.call(app.issuer.token().sign())).isOk();
    }
  }

  // ---- row 30: the issuer is gone

  @Test
  void row30_issuerDown_knownKeysServeOn_anHourLong() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      app.issuer.down();
      for (int minute = 0; minute < 60; minute++) {
        app.advance(Duration.ofMinutes(1));
        assertThat(app.call(app.issuer.token().sign())).isOk();
      }
      awaitEvent(app, "auth.keys.refresh-failed");
      long failures =
          app.app.events().stream()
              .filter(event -> event.name().equals("auth.keys.refresh-failed"))
              .count();
      assertThat(failures).as("an outage is told once").isEqualTo(1);
      app.issuer.up();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofMinutes(1));
            assertThat(app.app.events()).extracting(Event::name).contains("auth.keys.recovered");
          });
    }
  }

  @Test
  void row30_issuerDown_unknownKeyIsUnavailable_untilItCanBeAskedFor() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      SigningKey fresh = app.issuer.keys().rotate();
      String token = app.issuer.token().expiresIn(Duration.ofHours(1)).signedBy(fresh).sign();
      app.issuer.down();
      // on a busy machine the fetch may take longer than a call waits for it
      await().untilAsserted(() -> assertThat(app.call(token)).hasReason("keys_unavailable"));
      CallRecord record = app.call(token);
      assertThat(record)
          .hasOutcome(Outcome.Kind.REFUSED)
          .hasProblem(503, "keys_unavailable")
          .hasReason("keys_unavailable");
      assertThat(record.problem().headers()).extracting(Header::name).contains("Retry-After");
      app.issuer.up();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(5));
            assertThat(app.call(token)).isOk();
          });
    }
  }

  @Test
  void row30_issuerDown_otherFaultsOfTokensAreStillTheirOwn() {
    try (AuthApp app = AuthApp.start()) {
      app.issuer.keys().rotate(); // with one key only a token would need no kid
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(15));
            assertThat(app.call(app.issuer.token().sign())).isOk();
          });
      app.issuer.down();
      String invented = app.issuer.token().header("kid", "invented").sign();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(15));
            assertThat(app.call(invented)).hasReason("keys_unavailable");
          });
      assertThat(app.call(app.issuer.token().withoutHeader("kid").sign()))
          .hasProblem(401, "invalid_token")
          .hasReason("kid_required");
      assertThat(app.call(app.issuer.token().forge().stranger()))
          .hasProblem(401, "invalid_token")
          .hasReason("signature_invalid");
      assertThat(app.call(app.issuer.token().sign())).isOk();
    }
  }

  /** What is not throttled, as it is no guess, costs the issuer nothing either. */
  @Test
  void row30_inventedKeysDuringAnOutage_areNotThrottled_andLeaveTheIssuerAlone() {
    try (AuthApp app = AuthApp.with(a -> a.property("flyball.auth.throttle.failures", "10"))) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      app.issuer.fault(LocalIssuer.JWKS, Fault.status(500));
      String first = app.issuer.token().header("kid", "invented").sign();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofMinutes(1)); // what was refused before the failure is no burden
            assertThat(app.call(first)).hasReason("keys_unavailable");
          });
      int before = app.issuer.requests(LocalIssuer.JWKS);
      for (int second = 0; second < 120; second++) {
        for (int i = 0; i < 5; i++) {
          String token = app.issuer.token().header("kid", "invented-" + second + "-" + i).sign();
          assertThat(app.call(token)).hasProblem(503, "keys_unavailable");
        }
        app.advance(Duration.ofSeconds(1));
      }
      // 8 for demands, and what is planned: at least 48 s apart, each with another attempt
      assertThat(app.issuer.requests(LocalIssuer.JWKS) - before).isBetween(1, 8 + 2 * 4);
      app.issuer.clearFaults();
      awaitRecovery(app);
      for (int i = 0; i < 10; i++) {
        assertThat(app.call(app.issuer.token().header("kid", "again-" + i).sign()))
            .hasReason("kid_unknown");
      }
      assertThat(app.call(first)).as("guesses count again").hasProblem(429, "throttled");
    }
  }

  private static void awaitRecovery(AuthApp app) {
    await()
        .untilAsserted(() -> {
          app.advance(Duration.ofSeconds(5));
          assertThat(app.app.events()).extracting(Event::name).contains("auth.keys.recovered");
        });
  }

  @Test
  void keysInAFileThatIsGone_areNotUnreachable(@TempDir Path folder) throws IOException {
    try (LocalIssuer issuer = LocalIssuer.builder().port(0).audience("orders").start()) {
      Path file = folder.resolve("keys.json");
      Files.writeString(file, issuer.keys().json());
      try (AuthApp app =
          AuthApp.with(a -> {
            a.configure(builder -> builder.directory(folder));
            a.property("flyball.auth.issuers.filed.issuer", "https://issuer.example");
            a.property("flyball.auth.issuers.filed.audience", "orders");
            a.property("flyball.auth.issuers.filed.jwks", "keys.json");
          })) {
        assertThat(app.call(filed(issuer, app).sign())).isOk();
        Files.delete(file);
        app.advance(Duration.ofSeconds(5));
        awaitEvent(app, "auth.keys.refresh-failed");
        issuer.keys().rotate();
        assertThat(app.call(filed(issuer, app).sign())).hasReason("kid_unknown");
      }
    }
  }

  @Test
  void row30_coldStartWithoutIssuer_isUnavailable_andRecovers() {
    LocalIssuer issuer = LocalIssuer.builder().port(0).audience("orders").start();
    String token = issuer.token().sign();
    issuer.down();
    try (AuthApp app =
        AuthApp.with(a -> {
          a.property("flyball.auth.issuers.gone.issuer", issuer.issuer());
          a.property("flyball.auth.issuers.gone.audience", "orders");
        })) {
      CallRecord record = app.call(token);
      assertThat(record)
          .hasOutcome(Outcome.Kind.REFUSED)
          .hasProblem(503, "keys_unavailable")
          .hasReason("keys_unavailable");
      assertThat(record.problem().headers()).extracting(Header::name).contains("Retry-After");
      assertThat(app.call(app.issuer.token().sign())).as("the other issuer").isOk();
      issuer.up();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(5));
            assertThat(
                    app.call(
                        issuer
                            .token()
                            .issuedAt(app.time.now())
                            .expiresAt(app.time.now().plusSeconds(60))
                            .sign()))
                .isOk();
          });
    } finally {
      issuer.close();
    }
  }

  @Test
  void staleSet_isGivenUpAfterADay() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      app.issuer.down();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            app.advance(Duration.ofHours(1));
            assertThat(app.call(app.issuer.token().sign())).hasProblem(503, "keys_unavailable");
          });
    }
  }

  // ---- row 31 and 32: the issuer answers badly

  @Test
  void row31_badAnswers_keepTheLastGoodSet() {
    List<Fault> faults =
        List.of(
            Fault.status(500),
            Fault.status(404),
            Fault.redirect("http://127.0.0.1:1/elsewhere"),
            Fault.body(50_000_000),
            Fault.gzipBomb(50_000_000),
            Fault.html(),
            Fault.truncated(),
            Fault.hangUp(),
            Fault.contentType("text/plain"),
            Fault.answer(200, "application/json", "{\"keys\":[]}"),
            Fault.answer(200, "application/json", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"),
            Fault.answer(200, "application/json", "[]"));
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      for (Fault fault : faults) {
        app.issuer.fault(LocalIssuer.JWKS, fault);
        int before = app.issuer.requests(LocalIssuer.JWKS);
        await()
            .untilAsserted(() -> {
              app.advance(Duration.ofMinutes(1));
              assertThat(app.issuer.requests(LocalIssuer.JWKS)).isGreaterThan(before);
            });
        assertThat(app.call(app.issuer.token().sign())).as("%s", fault).isOk();
      }
      awaitEvent(app, "auth.keys.refresh-failed");
      app.issuer.clearFaults();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofMinutes(1));
            assertThat(app.app.events()).extracting(Event::name).contains("auth.keys.recovered");
          });
    }
  }

  @Test
  void row31_slowIssuer_delaysNobodyWithAKnownKey() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      app.issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofSeconds(30)));
      app.advance(Duration.ofMinutes(5));
      for (int i = 0; i < 100; i++) {
        assertThat(app.call(app.issuer.token().sign())).isOk();
      }
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(1));
            assertThat(app.app.events())
                .extracting(Event::name)
                .contains("auth.keys.refresh-failed");
          });
    }
  }

  @Test
  void row32_poisonedSet_isRefusedWhole() {
    try (AuthApp app = AuthApp.start()) {
      String token = app.issuer.token().sign();
      assertThat(app.call(token)).isOk();
      SigningKey poison = app.issuer.keys().rotate();
      app.issuer.keys().publish(poison.publicJwk());
      app.advance(Duration.ofMinutes(5));
      awaitEvent(app, "auth.keys.refused");
      assertThat(app.app.events().toString()).contains("one kid for two keys");
      assertThat(app.call(app.issuer.token().keyId(kidOf(token)).sign())).isOk();
    }
  }

  private static String kidOf(String token) {
    String header = new String(java.util.Base64.getUrlDecoder().decode(token.split("\\.")[0]));
    return header.replaceAll(".*\"kid\":\"([^\"]+)\".*", "$1");
  }

  // ---- row 33: a key is taken back

  @Test
  void row33_removedKey_takesItsKnownTokensWithIt() {
    try (AuthApp app = AuthApp.start()) {
      String token = app.issuer.token().expiresIn(Duration.ofHours(1)).sign();
      assertThat(app.call(token)).isOk();
      assertThat(app.call(token)).isOk();
      app.issuer.keys().rotate();
      app.issuer.keys().unpublish(kidOf(token));
      app.advance(Duration.ofSeconds(241));
      await().untilAsserted(() -> assertThat(app.call(token)).isRefusedBy("authenticate"));
      assertThat(app.call(token)).hasReason("kid_unknown");
    }
  }

  // ---- row 34: discovery that lies

  @Test
  void row34_lyingDiscovery_isNotFollowed() {
    List<Consumer<LocalIssuer>> lies =
        List.of(
            issuer -> issuer.metadata("issuer", "https://other.example"),
            issuer -> issuer.metadata("jwks_uri", "https://other.example/jwks"),
            issuer -> issuer.metadata("jwks_uri", "http://other.example/jwks"),
            issuer -> issuer.metadata("jwks_uri", "file:///etc/passwd"),
            issuer -> issuer.metadata("jwks_uri", 7),
            issuer -> issuer.withoutMetadata("jwks_uri"));
    for (Consumer<LocalIssuer> lie : lies) {
      LocalIssuer issuer = LocalIssuer.builder().port(0).audience("orders").start();
      lie.accept(issuer);
      try (AuthApp app =
          AuthApp.with(a -> {
            a.property("flyball.auth.issuers.liar.issuer", issuer.issuer());
            a.property("flyball.auth.issuers.liar.audience", "orders");
          })) {
        assertThat(app.call(issuer.token().sign())).hasProblem(503, "keys_unavailable");
        assertThat(issuer.requests(LocalIssuer.JWKS)).isZero();
        awaitEvent(app, "auth.keys.refused");
      } finally {
        issuer.close();
      }
    }
  }

  // ---- rows 28 and 29: unknown keys

  @Test
  void rotation_isNoticedByTheFirstTokenOfTheNewKey() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      app.issuer.keys().rotate();
      String fresh = app.issuer.token().sign();
      // on a busy machine the fetch may take longer than a call waits for it
      await().untilAsserted(() -> assertThat(app.call(fresh)).isOk());
      assertThat(app.issuer.requests(LocalIssuer.JWKS)).isEqualTo(2);
    }
  }

  @Test
  void row28_floodOfInventedKeys_causesAtMostTwoFetchesIn30Seconds() throws Exception {
    try (AuthApp app = AuthApp.start()) {
      String good = app.issuer.token().sign();
      assertThat(app.call(good)).isOk();
      int before = app.issuer.requests(LocalIssuer.JWKS);
      ExecutorService attackers = Executors.newFixedThreadPool(4);
      String forged = app.issuer.token().header("kid", "KID").sign();
      String[] parts = forged.split("\\.");
      List<CompletableFuture<CallRecord>> calls = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        String header = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"invented-" + i + "\"}";
        String token =
            java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes())
                + "."
                + parts[1]
                + "."
                + parts[2];
        calls.add(CompletableFuture.supplyAsync(() -> app.call(token), attackers));
        if (i % 100 == 0) {
          assertThat(app.call(good)).isOk();
          assertThat(app.call(app.issuer.token().sign())).isOk();
        }
      }
      for (CompletableFuture<CallRecord> call : calls) {
        assertThat(call.get()).hasProblem(401, "invalid_token").hasReason("kid_unknown");
      }
      attackers.shutdown();
      app.advance(Duration.ofSeconds(29));
      await()
          .untilAsserted(
              () -> assertThat(app.issuer.requests(LocalIssuer.JWKS) - before).isBetween(1, 2));
    }
  }

  @Test
  void row29_rotationDuringTheFlood_isUsableWithin30Seconds() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      assertThat(app.call(app.issuer.token().header("kid", "invented").sign()))
          .hasReason("kid_unknown");
      app.issuer.keys().rotate();
      String fresh = app.issuer.token().sign();
      assertThat(app.call(fresh)).as("the budget is spent").hasReason("kid_unknown");
      app.advance(Duration.ofSeconds(15));
      await().untilAsserted(() -> assertThat(app.call(fresh)).isOk());
    }
  }

  // ---- files

  @Test
  void keysInAFile_areUsedAndFollowTheFile(@TempDir Path folder) throws IOException {
    try (LocalIssuer issuer = LocalIssuer.builder().port(0).audience("orders").start()) {
      Path file = folder.resolve("keys.json");
      Files.writeString(file, issuer.keys().json());
      try (AuthApp app =
          AuthApp.with(a -> {
            a.configure(builder -> builder.directory(folder));
            a.property("flyball.auth.issuers.filed.issuer", "https://issuer.example");
            a.property("flyball.auth.issuers.filed.audience", "orders");
            a.property("flyball.auth.issuers.filed.jwks", "keys.json");
          })) {
        assertThat(app.call(filed(issuer, app).sign())).isOk();
        issuer.keys().rotate();
        assertThat(app.call(filed(issuer, app).sign())).hasReason("kid_unknown");
        Files.writeString(file, issuer.keys().json());
        app.advance(Duration.ofSeconds(5));
        assertThat(app.call(filed(issuer, app).sign())).isOk();
        Files.writeString(file, "{ broken");
        app.advance(Duration.ofSeconds(5));
        assertThat(app.call(filed(issuer, app).sign())).as("the last good set").isOk();
        assertThat(issuer.requests(LocalIssuer.JWKS)).isZero();
      }
    }
  }

  @Test
  void fileOfKeys_isReadNoFurtherThanASetMayGo_andNothingElseIsOpened(@TempDir Path folder)
      throws IOException {
    Path file = Files.write(folder.resolve("keys.json"), new byte[KeySetParser.MAX_BYTES + 100]);
    assertThat(FileKeys.read(file)).hasSize(KeySetParser.MAX_BYTES + 1);
    assertThatThrownBy(() -> FileKeys.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage("not a file");
  }

  private static dev.flyball.issuer.TokenBuilder filed(LocalIssuer issuer, AuthApp app) {
    return issuer
        .token()
        .issuer("https://issuer.example")
        .issuedAt(app.time.now())
        .expiresAt(app.time.now().plusSeconds(60));
  }

  // ---- health

  @Test
  void ageOfTheKeys_isAMetric() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      assertThat(gauge(app, "flyball.auth.keys.age")).isZero();
      app.advance(Duration.ofSeconds(90));
      assertThat(gauge(app, "flyball.auth.keys.age")).isEqualTo(90);
    }
  }

  @Test
  void health_ofServiceThatStarts_waitsForTheFirstKeys() throws Exception {
    try (AuthApp app = AuthApp.start()) {
      HealthCheck check =
          app.app.governor().find(HealthCheck.class, "auth-keys-main").orElseThrow();
      assertThat(health(check)).isEqualTo(HealthCheck.Status.UP);
    }
  }

  @Test
  void health_isDegradedNeverDownWhileKeysCannotBeRefreshed() throws Exception {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      HealthCheck check =
          app.app.governor().find(HealthCheck.class, "auth-keys-main").orElseThrow();
      assertThat(health(check)).isEqualTo(HealthCheck.Status.UP);
      app.issuer.down();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofMinutes(4));
            assertThat(health(check)).isEqualTo(HealthCheck.Status.DEGRADED);
          });
    }
  }

  private static HealthCheck.Status health(HealthCheck check) throws Exception {
    return check.check().toCompletableFuture().get().status();
  }

  private static double gauge(AuthApp app, String name) {
    return app.app.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .mapToDouble(snapshot -> snapshot.series().get(0).value())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void principals_neverMixBetweenInterleavedCalls() throws Exception {
    try (AuthApp app = AuthApp.start()) {
      Map<String, String> tokens =
          Map.of(
              "alice", app.issuer.token().subject("alice").sign(),
              "bob", app.issuer.token().subject("bob").sign());
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<CompletableFuture<Void>> runs = new ArrayList<>();
      for (String subject : tokens.keySet()) {
        for (int i = 0; i < 2; i++) {
          runs.add(
              CompletableFuture.runAsync(
                  () -> {
                    for (int n = 0; n < 2_500; n++) {
                      CallRecord record =
                          app.call(InProcessCarrier.get("/").bearer(tokens.get(subject)));
                      assertThat(record).isOk().hasSubject(subject);
                    }
                  },
                  threads));
        }
      }
      for (CompletableFuture<Void> run : runs) {
        run.get();
      }
      threads.shutdown();
    }
  }
}
