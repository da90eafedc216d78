// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.InProcessCarrier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with API keys, good and hostile. The rows are those of the attack list. */
class ApiKeyTest {

  @TempDir static Path folder;

  private static ApiKeyApp app;
  private static ApiKeyRegistry.Issued issued;

  @BeforeAll
  static void start() {
    app = ApiKeyApp.with(folder.resolve("keys.json"), a -> {});
    issued = app.issue("team-billing", "orders:read");
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  private static ApiKeyApp other(String name) {
    return ApiKeyApp.with(folder.resolve(name), a -> {});
  }

  // ---- what is accepted

  @Test
  void key_isAcceptedInItsHeaderOrAsAScheme() {
    assertThat(app.call(issued.text())).isOk().hasSubject("team-billing");
    for (String scheme : List.of("ApiKey ", "apikey ", "APIKEY ")) {
      assertThat(app.call(ApiKeyApp.carrier().header("Authorization", scheme + issued.text())))
          .isOk()
          .hasSubject("team-billing");
    }
    assertThat(app.callScoped(issued.text())).isOk();
    assertThat(app.callScoped(app.issue("team-stock", "stock:read").text()))
        .hasProblem(403, "insufficient_scope");
  }

  @Test
  void principal_isWhatTheKeySays() {
    ApiKeyRegistry.Issued full =
        app.issue(
            new ApiKeyRegistry.Request(
                "team-a",
                "nightly-job",
                Set.of("a", "b"),
                Set.of("orders", "stock"),
                List.of("192.0.2.0/24"),
                Duration.ofDays(10)));
    Principal principal = Objects.requireNonNull(app.call(full.text()).principal());
    assertThat(principal.subject()).isEqualTo("team-a");
    assertThat(principal.issuer()).isEqualTo("api-keys");
    assertThat(principal.client()).isEqualTo("nightly-job");
    assertThat(principal.scopes()).containsExactlyInAnyOrder("a", "b");
    assertThat(principal.method()).isEqualTo("api-key");
    assertThat(principal.credentialId()).isEqualTo(full.key().id());
    assertThat(principal.expiresAt())
        .isEqualTo(full.key().newest().expires().getEpochSecond())
        .isEqualTo(app.time.now().getEpochSecond() - 5 + Duration.ofDays(10).toSeconds());
  }

  @Test
  void headerPrefixEnvironmentAndIssuer_areSettings() {
    try (ApiKeyApp own =
        ApiKeyApp.with(
            folder.resolve("own.json"),
            a -> {
              a.property("flyball.auth.api-keys.header", "X-Shop-Key");
              a.property("flyball.auth.api-keys.prefix", "shop");
              a.property("flyball.auth.api-keys.environment", "staging");
              a.property("flyball.auth.api-keys.issuer", "shop-keys");
              a.property("flyball.auth.api-keys.audience", "payments,ledger");
            })) {
      ApiKeyRegistry.Issued key =
          own.issue(new ApiKeyRegistry.Request("a", Set.of("ledger", "x"), Duration.ofDays(1)));
      assertThat(key.text()).startsWith("shop_staging_");
      CallRecord record = own.call(ApiKeyApp.carrier().header("x-shop-key", key.text()));
      assertThat(record).isOk();
      assertThat(record.principal().issuer()).isEqualTo("shop-keys");
      assertThat(own.call(key.text())).hasProblem(401, "credentials_missing");
      assertThat(own.call(ApiKeyApp.carrier().header("X-Shop-Key", own.issue("b").text())))
          .hasReason("audience");
    }
  }

  // ---- row 67

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(
            "wrong secret with right id", key -> withSecret(key, "0".repeat(32)), "secret_invalid"),
        refused("unknown id", ApiKeyTest::withUnknownId, "key_unknown"),
        refused("bad checksum", key -> key.substring(0, key.length() - 1) + next(key), "checksum"),
        refused(
            "typing error",
            key -> key.replace(key.charAt(30), key.charAt(30) == '0' ? '1' : '0'),
            "checksum"),
        refused("another environment", ApiKeyTest::ofTests, "environment"),
        refused("too short", key -> key.substring(1), "malformed"),
        refused("too long", key -> key + "0", "malformed"),
        refused("64 KB", key -> key + "0".repeat(64 * 1024), "malformed"),
        refused("nothing known", key -> "secret", "malformed"),
        refused("only underscores", key -> "_".repeat(key.length()), "malformed"),
        refused("control characters", key -> "\r\n\u001b[31m" + key.substring(6), "malformed"),
        refused("not ASCII", key -> "\u00e9" + key.substring(1), "checksum"),
        refused("space in front", key -> " " + key, "malformed"),
        refused("in capitals", key -> key.toUpperCase(java.util.Locale.ROOT), "checksum"));
  }

  private static Arguments refused(String name, UnaryOperator<String> change, String reason) {
    return arguments(name, change, reason);
  }

  @ParameterizedTest(name = "row 67: {0}")
  @MethodSource("refused")
  void row67_keyThatIsNone_isRefused(String name, UnaryOperator<String> change, String reason) {
    String text = change.apply(issued.text());
    assertThat(text).isNotEqualTo(issued.text());
    requireRefused(app.call(text), reason);
    requireRefused(app.call(ApiKeyApp.carrier().header("Authorization", "ApiKey " + text)), reason);
  }

  /** One answer for every reason, byte for byte; the reason is for operators. */
  private static void requireRefused(CallRecord record, String reason) {
    assertThat(record)
        .isRefusedBy("authenticate")
        .hasProblem(401, "invalid_token")
        .hasReason(reason);
    assertThat(record.principal()).isNull();
    Problem problem = Objects.requireNonNull(record.problem());
    assertThat(new String(problem.toJson(null), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                + "\"code\":\"invalid_token\",\"detail\":\"the API key is not valid\"}");
    assertThat(ApiKeyApp.headers(record, "WWW-Authenticate"))
        .containsExactly("ApiKey realm=\"flyball\", error=\"invalid_token\"");
    assertThat(problem.headers()).hasSize(1);
    assertThat(((Call) record).responseHeaders()).isEmpty();
  }

  @Test
  void row67_expiredKey_isRefusedToTheSecond() {
    try (ApiKeyApp clock = other("expired.json")) {
      ApiKeyRegistry.Issued key =
          clock.issue(new ApiKeyRegistry.Request("a", Set.of("orders"), Duration.ofSeconds(100)));
      clock.time.advance(Duration.ofSeconds(94));
      assertThat(clock.call(key.text())).isOk();
      clock.time.advance(Duration.ofSeconds(1));
      requireRefused(clock.call(key.text()), "expired");
      clock.time.jump(Duration.ofHours(-1));
      assertThat(clock.call(key.text()))
          .as("row 84: a clock that is an hour back knows no better")
          .hasReason("not_yet_valid");
      clock.time.jump(Duration.ofHours(2));
      requireRefused(clock.call(key.text()), "expired");
    }
  }

  @Test
  void row67_revokedKey_isRefused() {
    ApiKeyRegistry.Issued key = app.issue("team-x");
    assertThat(app.call(key.text())).isOk();
    ApiKeyApp.done(app.registry().revoke(key.key().id()));
    app.refresh();
    requireRefused(app.call(key.text()), "revoked");
    requireRefused(app.call(withSecret(key.text(), "1".repeat(32))), "secret_invalid");
  }

  @Test
  void row67_keyOfAnotherService_isRefused() {
    for (String service : List.of("payments", "order", "orders2", "ORDERS", "*")) {
      ApiKeyRegistry.Issued key =
          app.issue(new ApiKeyRegistry.Request("a", Set.of(service), Duration.ofDays(1)));
      requireRefused(app.call(key.text()), "audience");
    }
  }

  @Test
  void row67_callFromAnotherNetwork_isRefused() {
    ApiKeyRegistry.Issued key = issueFor("198.51.100.0/25", "2001:db8::/32", "203.0.113.7");
    for (String good :
        List.of("198.51.100.127", "::ffff:198.51.100.1", "2001:db8::1", "203.0.113.7")) {
      assertThat(app.call(from(good, key.text()))).isOk();
    }
    for (String bad : List.of("198.51.100.128", "2001:db9::1", "203.0.113.8", "", "unknown")) {
      requireRefused(app.call(from(bad, key.text())), "cidr");
    }
    requireRefused(
        app.call(from("192.0.2.1", key.text()).header("X-Forwarded-For", "203.0.113.7")), "cidr");
  }

  @Test
  void networkOfTheClient_isSeenPastTrustedProxiesOnly() {
    try (ApiKeyApp behind =
        ApiKeyApp.with(
            folder.resolve("behind.json"),
            a -> a.property("flyball.proxies.trusted", "10.0.0.0/8"))) {
      ApiKeyRegistry.Issued key =
          behind.issue(
              new ApiKeyRegistry.Request(
                  "a",
                  null,
                  Set.of(),
                  Set.of("orders"),
                  List.of("203.0.113.0/24"),
                  Duration.ofDays(1)));
      assertThat(behind.call(from("10.0.0.1", key.text()).header("X-Forwarded-For", "203.0.113.7")))
          .isOk();
      requireRefused(
          behind.call(
              from("10.0.0.1", key.text()).header("X-Forwarded-For", "203.0.113.7, 192.0.2.1")),
          "cidr");
      requireRefused(
          behind.call(from("192.0.2.1", key.text()).header("X-Forwarded-For", "203.0.113.7")),
          "cidr");
    }
  }

  @Test
  void row67_secretOfGrace_worksWithAWarningUntilItsEnd() {
    try (ApiKeyApp clock = other("grace.json")) {
      ApiKeyRegistry.Issued old = clock.issue("team-a", "orders:read");
      assertThat(((Call) clock.call(old.text())).responseHeaders()).isEmpty();
      long rotatedAt = clock.time.now().getEpochSecond();
      ApiKeyRegistry.Issued fresh = clock.rotate(old, Duration.ofSeconds(600));
      assertThat(fresh.key().id()).isEqualTo(old.key().id());
      assertThat(fresh.text()).isNotEqualTo(old.text());

      CallRecord withOld = clock.call(old.text());
      assertThat(withOld).isOk().hasSubject("team-a");
      assertThat(withOld.principal().expiresAt()).isEqualTo(rotatedAt + 600);
      assertThat(((Call) withOld).responseHeaders())
          .singleElement()
          .satisfies(header -> {
            assertThat(header.name()).isEqualTo("API-Key-Deprecation");
            assertThat(header.value()).isEqualTo("@" + rotatedAt + ";until=@" + (rotatedAt + 600));
          });
      CallRecord withNew = clock.call(fresh.text());
      assertThat(withNew).isOk().hasSubject("team-a");
      assertThat(((Call) withNew).responseHeaders()).isEmpty();
      assertThat(clock.counter("flyball.auth.api-keys.accepted", "grace")).isEqualTo(1);
      assertThat(clock.counter("flyball.auth.api-keys.accepted", "active")).isEqualTo(2);

      clock.time.advance(Duration.ofSeconds(594));
      assertThat(clock.call(old.text())).isOk();
      clock.time.advance(Duration.ofSeconds(1));
      requireRefused(clock.call(old.text()), "expired");
      assertThat(clock.call(fresh.text())).isOk();
    }
  }

  @Test
  void graceThatIsRevoked_endsAtOnce() {
    ApiKeyRegistry.Issued old = app.issue("team-g");
    ApiKeyRegistry.Issued fresh = app.rotate(old, Duration.ofDays(1));
    ApiKeyApp.done(app.registry().revokePrevious(old.key().id()));
    app.refresh();
    requireRefused(app.call(old.text()), "revoked");
    assertThat(app.call(fresh.text())).isOk();
  }

  @Test
  void secondRotation_leavesTwoSecrets() {
    ApiKeyRegistry.Issued first = app.issue("team-r");
    ApiKeyRegistry.Issued second = app.rotate(first, Duration.ofDays(1));
    ApiKeyRegistry.Issued third = app.rotate(second, Duration.ofDays(1));
    requireRefused(app.call(first.text()), "secret_invalid");
    assertThat(app.call(second.text())).isOk();
    assertThat(app.call(third.text())).isOk();
  }

  @Test
  void secretThatLivesLongerThanThePlatformAllows_endsEarlier() {
    Path file = folder.resolve("long.json");
    ApiKeyRegistry.Issued key;
    try (ApiKeyApp before = ApiKeyApp.with(file, a -> {})) {
      key = before.issue("team-a");
    }
    try (ApiKeyApp strict =
        ApiKeyApp.with(file, a -> a.property("flyball.auth.api-keys.max-lifetime", "1h"))) {
      strict.time.advance(Duration.ofMinutes(59));
      assertThat(strict.call(key.text())).isOk();
      strict.time.advance(Duration.ofMinutes(1));
      requireRefused(strict.call(key.text()), "expired");
    }
  }

  @Test
  void refusals_areCountedByReason() {
    try (ApiKeyApp counted = other("counted.json")) {
      ApiKeyRegistry.Issued key = counted.issue("team-a");
      counted.call("x");
      counted.call(withUnknownId(key.text()));
      counted.call(withUnknownId(key.text()));
      counted.call(withSecret(key.text(), "0".repeat(32)));
      assertThat(counted.counter("flyball.auth.api-keys.rejected", "malformed")).isEqualTo(1);
      assertThat(counted.counter("flyball.auth.api-keys.rejected", "key_unknown")).isEqualTo(2);
      assertThat(counted.counter("flyball.auth.api-keys.rejected", "secret_invalid")).isEqualTo(1);
    }
  }

  /** What a call allocates is a measure of its work that does not depend on the machine. */
  @Test
  void unknownKeyAndWrongSecret_costTheSameWork() {
    ApiKeyRegistry.Issued once = app.issue("team-once");
    ApiKeyRegistry.Issued twice = app.rotate(app.issue("team-twice"), Duration.ofDays(1));
    String wrong = "0".repeat(32);
    long unknown = bytes(withUnknownId(once.text()));
    assertThat(unknown).isPositive();
    assertThat(bytes(withSecret(once.text(), wrong))).isBetween(unknown - 64, unknown + 64);
    assertThat(bytes(withSecret(twice.text(), wrong))).isBetween(unknown - 64, unknown + 64);
    assertThat(unknown).isGreaterThan(bytes("malformed") + 200);
  }

  /** The least of many calls: others are disturbed by compilers and by what is made only once. */
  private static long bytes(String key) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      InProcessCarrier carrier = ApiKeyApp.carrier().header("X-API-Key", key);
      long before = threads.getCurrentThreadAllocatedBytes();
      app.call(carrier);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    app.app.records().clear();
    return least;
  }

  // ---- rows 48, 50, 68

  @Test
  void row68_keyBesideAnotherCredential_isRefused() {
    String key = issued.text();
    for (InProcessCarrier carrier :
        List.of(
            ApiKeyApp.carrier().header("X-API-Key", key).bearer("a.b.c"),
            ApiKeyApp.carrier().header("X-API-Key", key).header("Authorization", "Basic eDp5"),
            ApiKeyApp.carrier().header("X-API-Key", key).header("Authorization", "ApiKey " + key),
            ApiKeyApp.carrier().header("X-API-Key", key).header("x-api-key", key),
            ApiKeyApp.carrier().header("X-API-Key", key + ", " + key),
            ApiKeyApp.carrier().header("Authorization", "ApiKey " + key).bearer("a.b.c"),
            ApiKeyApp.carrier().bearer("a.b.c").header("Authorization", "apikey " + key),
            ApiKeyApp.carrier().header("Authorization", "ApiKey " + key + ", Bearer a.b.c"),
            ApiKeyApp.carrier().header("Authorization", "Bearer a.b.c, ApiKey " + key),
            InProcessCarrier.get("/guarded?access_token=a.b.c").header("X-API-Key", key))) {
      CallRecord record = app.call(carrier);
      assertThat(record).hasProblem(400, "invalid_request").hasReason("two_credentials");
      assertThat(record.principal()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ApiKey", "ApiKey ", "apikey"})
  void schemeWithoutKey_isRefused(String header) {
    assertThat(app.call(ApiKeyApp.carrier().header("Authorization", header)))
        .hasProblem(400, "invalid_request")
        .hasReason("no_key");
  }

  @Test
  void emptyHeader_isRefused() {
    assertThat(app.call("")).hasProblem(400, "invalid_request").hasReason("no_key");
  }

  @Test
  void row50_keyInQueryOrCookie_isIgnored() {
    for (InProcessCarrier carrier :
        List.of(
            InProcessCarrier.get("/guarded?api_key=" + issued.text()),
            InProcessCarrier.get("/guarded?X-API-Key=" + issued.text()),
            ApiKeyApp.carrier().header("Cookie", "X-API-Key=" + issued.text()))) {
      assertThat(app.call(carrier)).hasProblem(401, "credentials_missing");
    }
    assertThat(app.call(ApiKeyApp.carrier().bearer(issued.text())))
        .as("a key is no token")
        .hasProblem(401, "invalid_token");
  }

  @Test
  void callWithoutCredential_isToldOfKeys() {
    CallRecord record = app.call(ApiKeyApp.carrier());
    assertThat(record).hasProblem(401, "credentials_missing").hasReason("credentials_missing");
    assertThat(ApiKeyApp.headers(record, "WWW-Authenticate"))
        .containsExactly("ApiKey realm=\"flyball\"");
    assertThat(app.call(ApiKeyApp.carrier().header("Authorization", "Basic eDp5")))
        .hasProblem(401, "credentials_missing")
        .hasReason("other_scheme");
  }

  @Test
  void keysAndTokens_workBesideEachOther() {
    try (LocalIssuer issuer =
            LocalIssuer.builder().port(0).audience("orders").clock(app.time::now).start();
        ApiKeyApp both =
            ApiKeyApp.with(
                folder.resolve("both.json"),
                a -> {
                  a.property("flyball.auth.issuers.main.issuer", issuer.issuer());
                  a.property("flyball.auth.issuers.main.audience", "orders");
                })) {
      String token =
          issuer
              .token()
              .subject("alice")
              .issuedAt(both.time.now())
              .expiresIn(Duration.ofMinutes(5))
              .sign();
      ApiKeyRegistry.Issued key = both.issue("team-a");
      assertThat(both.call(ApiKeyApp.carrier().bearer(token))).isOk().hasSubject("alice");
      assertThat(both.call(key.text())).isOk().hasSubject("team-a");
      assertThat(both.call(ApiKeyApp.carrier().bearer(token).header("X-API-Key", key.text())))
          .as("row 68: also when the token is known")
          .hasProblem(400, "invalid_request");
      assertThat(ApiKeyApp.headers(both.call(ApiKeyApp.carrier()), "WWW-Authenticate"))
          .containsExactly("Bearer realm=\"flyball\"", "ApiKey realm=\"flyball\"");
    }
  }

  @Test
  void withoutTheSetting_keysAreNotLookedAt() {
    try (AuthApp tokens = AuthApp.start()) {
      assertThat(tokens.call(ApiKeyApp.carrier().header("X-API-Key", issued.text())))
          .hasProblem(401, "credentials_missing");
      assertThat(
              tokens.call(
                  ApiKeyApp.carrier()
                      .header("X-API-Key", issued.text())
                      .bearer(tokens.issuer.token().subject("alice").sign())))
          .isOk()
          .hasSubject("alice");
      assertThat(tokens.app.governor().find(ApiKeyRegistry.class)).isEmpty();
    }
  }

  // ---- pepper

  @Test
  void pepper_makesTheStoreWorthlessByItself() {
    Path file = folder.resolve("pepper.json");
    String pepper = "a pepper of thirty-two characters";
    ApiKeyRegistry.Issued plain;
    try (ApiKeyApp before = ApiKeyApp.with(file, a -> {})) {
      plain = before.issue("team-a");
    }
    ApiKeyRegistry.Issued peppered;
    try (ApiKeyApp with =
        ApiKeyApp.with(file, a -> a.property("flyball.auth.api-keys.pepper", pepper))) {
      with.refresh();
      peppered = with.issue("team-b");
      assertThat(peppered.key().newest().hash()).startsWith("hmac-sha256:");
      assertThat(with.call(peppered.text())).isOk().hasSubject("team-b");
      assertThat(with.call(plain.text())).as("from before the pepper").isOk();
      requireRefused(with.call(withSecret(plain.text(), "0".repeat(32))), "secret_invalid");
    }
    try (ApiKeyApp without = ApiKeyApp.with(file, a -> {})) {
      requireRefused(without.call(peppered.text()), "secret_invalid");
      assertThat(without.call(plain.text())).isOk();
      assertThat(without.events("auth.api-keys.pepper-missing")).isEqualTo(1);
    }
  }

  // ---- rows 81, 82

  @Test
  void secret_isNowhereButInTheTextThatIsReturned() {
    String secret = issued.text().substring(issued.text().lastIndexOf('_') + 1);
    CallRecord good = app.call(issued.text());
    CallRecord bad = app.call(withUnknownId(issued.text()));
    assertThat(issued.toString()).contains(issued.key().id()).doesNotContain(secret);
    assertThat(issued.key().toString()).doesNotContain(secret, issued.key().newest().hash());
    for (CallRecord record : List.of(good, bad)) {
      assertThat(record.toString()).doesNotContain(secret);
      assertThat(record.verdicts().toString()).doesNotContain(secret);
    }
    assertThat(app.app.events().toString()).doesNotContain(secret);
    assertThat(folder.resolve("keys.json"))
        .content()
        .contains(issued.key().id())
        .doesNotContain(secret, secret.substring(0, 32));
  }

  @Test
  void row81_ownerWithLineBreaks_isNotAccepted() {
    for (String owner : List.of("a\r\nb", "a\u001b[31m", "", " ", "x".repeat(300))) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() ->
              app.registry()
                  .issue(new ApiKeyRegistry.Request(owner, Set.of("orders"), Duration.ofDays(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("owner is")
          .hasMessageNotContainingAny("\r", "\n", "\u001b");
    }
  }

  // ---- short words

  private static ApiKeyRegistry.Issued issueFor(String... networks) {
    return app.issue(
        new ApiKeyRegistry.Request(
            "a", null, Set.of(), Set.of("orders"), List.of(networks), Duration.ofDays(1)));
  }

  private static InProcessCarrier from(String peer, String key) {
    return ApiKeyApp.carrier().peer(peer).header("X-API-Key", key);
  }

  private static final dev.flyball.auth.internal.apikey.KeyFormat FORMAT =
      new dev.flyball.auth.internal.apikey.KeyFormat("fbk", "live");

  private static String withSecret(String key, String secret) {
    return FORMAT.text(FORMAT.id(key, 0), secret);
  }

  private static String withUnknownId(String key) {
    return FORMAT.text("000000000000", FORMAT.secret(key, 0));
  }

  private static String ofTests(String key) {
    return new dev.flyball.auth.internal.apikey.KeyFormat("fbk", "test")
        .text(FORMAT.id(key, 0), FORMAT.secret(key, 0));
  }

  private static char next(String key) {
    char last = key.charAt(key.length() - 1);
    return last == 'z' ? 'a' : 'z';
  }
}
