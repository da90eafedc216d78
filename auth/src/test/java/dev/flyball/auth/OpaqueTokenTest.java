// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Event;
import dev.flyball.Header;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.RecordedRequest;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are no JWT, at an issuer that says what they mean. */
class OpaqueTokenTest {

  private static final String PREFIX = "flyball.auth.issuers.opaque.";

  private static LocalIssuer other;
  private static AuthApp usual;
  private static AuthApp app;

  @BeforeAll
  static void startAll() {
    other =
        LocalIssuer.builder()
            .port(0)
            .audience("orders")
            .algorithms(Algorithm.ES256)
            .clock(() -> app.time.now())
            .start();
    usual = start();
    app = usual;
  }

  @AfterAll
  static void stopAll() {
    usual.close();
    other.close();
  }

  @BeforeEach
  void begin() {
    other.clearFaults();
    other.clearRequests();
    app.app.events().clear();
  }

  @AfterEach
  void end() {
    if (app != usual) {
      app.close();
      app = usual;
    }
  }

  private static AuthApp start(String... more) {
    return AuthApp.with(a -> {
      configure(a, other);
      for (int i = 0; i < more.length; i += 2) {
        a.property(PREFIX + more[i], more[i + 1]);
      }
    });
  }

  private static void configure(InProcessApp app, LocalIssuer issuer) {
    app.property(PREFIX + "issuer", issuer.issuer())
        .property(PREFIX + "audience", "orders")
        .property(PREFIX + "introspection.url", issuer.url() + LocalIssuer.INTROSPECTION)
        .property(PREFIX + "introspection.client-id", "svc:1")
        .property(PREFIX + "introspection.client-secret", "p%ss wörd");
  }

  private static void restart(String... more) {
    app = start(more);
  }

  private TokenBuilder token() {
    return other.token().subject("olga").scopes("orders:read");
  }

  private int questions() {
    return other.requests(LocalIssuer.INTROSPECTION);
  }

  private void answer(String json) {
    other.fault(LocalIssuer.INTROSPECTION, Fault.answer(200, "application/json", json));
  }

  private String active(String more) {
    long now = app.time.now().getEpochSecond();
    return "{\"active\":true,\"sub\":\"olga\",\"aud\":\"orders\",\"exp\":%d%s}"
        .formatted(now + 300, more);
  }

  // ---- what is accepted

  @Test
  void activeToken_isThePrincipalThatItsIssuerNames() {
    String token = token().clientId("shop-app").opaque();
    CallRecord record = app.call(token);
    assertThat(record).isOk().hasSubject("olga");
    assertThat(record.principal().issuer()).isEqualTo(other.issuer());
    assertThat(record.principal().client()).isEqualTo("shop-app");
    assertThat(record.principal().scopes()).containsExactly("orders:read");
    assertThat(record.principal().method()).isEqualTo("opaque");
    assertThat(app.callScoped(token)).isOk();
    assertThat(app.callScoped(other.token().scopes("x").opaque()))
        .hasProblem(403, "insufficient_scope");
  }

  @Test
  void activeTokens_areCounted() {
    restart();
    String token = token().opaque();
    assertThat(app.call(token)).isOk();
    assertThat(app.call(token)).isOk();
    assertThat(app.call(token + "x")).hasReason("inactive");
    assertThat(app.counter("flyball.auth.tokens.introspected")).isEqualTo(1);
    assertThat(app.counter("flyball.auth.tokens.recognised")).isEqualTo(1);
    assertThat(app.counter("flyball.auth.tokens.rejected")).isEqualTo(1);
  }

  @Test
  void question_isAFormWithTheNameOfTheService() {
    String token = token().opaque();
    assertThat(app.call(token)).isOk();
    List<RecordedRequest> asked = other.recorded(LocalIssuer.INTROSPECTION);
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).method()).isEqualTo("POST");
    assertThat(asked.get(0).query()).isNull();
    assertThat(asked.get(0).header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(asked.get(0).body()).isEqualTo("token=" + token + "&token_type_hint=access_token");
    String basic = asked.get(0).header("Authorization").substring("Basic ".length());
    assertThat(new String(Base64.getDecoder().decode(basic), StandardCharsets.US_ASCII))
        .isEqualTo("svc%3A1:p%25ss+w%C3%B6rd");
  }

  @Test
  void jwtOfTheSameIssuer_isCheckedWithoutAQuestion() {
    assertThat(app.call(token().sign())).isOk().hasSubject("olga");
    assertThat(questions()).isZero();
  }

  @Test
  void issuerWithoutJwts_hasNoKeysFetchedAndItsJwtsRefused() {
    restart("introspection.only", "true");
    other.clearRequests();
    assertThat(app.call(token().opaque())).isOk().hasSubject("olga");
    assertThat(app.call(token().sign())).hasReason("issuer_unknown");
    assertThat(other.requests(LocalIssuer.JWKS)).isZero();
    assertThat(other.requests(LocalIssuer.OPENID_CONFIGURATION)).isZero();
  }

  // ---- row 42

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.b.c",
        "a..b",
        "..",
        "e30.e30.e30.e30.e30",
        "a b",
        "tok\u00e9n",
        "tok,en",
        "tok\"en",
        "=",
        "tok=en"
      })
  void row42_whatIsNoOpaqueToken_isNotAskedAbout(String token) {
    assertThat(app.call(token)).isRefusedBy("authenticate");
    assertThat(questions()).isZero();
  }

  @Test
  void row42_serviceThatTakesJwtsOnly_asksNobody() {
    try (AuthApp jwtOnly = AuthApp.start()) {
      jwtOnly.issuer.clearRequests();
      assertThat(jwtOnly.call(jwtOnly.issuer.token().opaque())).hasReason("malformed");
      assertThat(jwtOnly.issuer.requests(LocalIssuer.INTROSPECTION)).isZero();
    }
  }

  @Test
  void tokenOverTheLimit_isNotAskedAbout() {
    assertThat(app.call("x".repeat(9 * 1024))).hasReason("too_large");
    assertThat(questions()).isZero();
  }

  // ---- row 63

  @Test
  void row63_tokenThatIsNotActive_isRefused() {
    assertThat(app.call("2YotnFZFEjr1zCsicMWpAA"))
        .hasProblem(401, "invalid_token")
        .hasReason("inactive");
    for (String answer :
        List.of(
            "{\"active\":\"true\"}",
            "{\"active\":1}",
            "{\"active\":null}",
            "{\"active\":[true]}",
            "{\"sub\":\"olga\",\"aud\":\"orders\",\"exp\":99999999999}",
            "{}")) {
      answer(answer);
      assertThat(app.call("2YotnFZFEjr1zCsicMWpAA"))
          .as(answer)
          .hasProblem(401, "invalid_token")
          .hasReason("inactive");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "exp past;exp;1;lifetime",
        "exp text;exp;\"99999999999\";claim_type",
        "nbf in the future;nbf;99999999999;not_yet_valid",
        "nbf text;nbf;\"1\";claim_type",
        "aud of another;aud;\"payments\";audience",
        "no aud;aud;[];audience",
        "iss of another;iss;\"https://other.example\";issuer_unknown",
        "iss no text;iss;7;claim_type",
        "sub empty;sub;\"\";claim_type",
        "sub a number;sub;7;claim_type",
        "refresh token;token_type;\"refresh_token\";token_type",
        "used as refresh token;token_use;\"refresh_token\";token_type",
        "used as ID token;token_use;\"id\";token_type",
        "use in another case;token_use;\"Access_Token\";token_type",
        "use no text;token_use;true;claim_type",
        "DPoP without its key;token_type;\"DPoP\";dpop_required",
        "bound to a key;cnf;{\"jkt\":\"abc\"};dpop_required",
        "bound to a certificate;cnf;{\"x5t#S256\":\"abc\"};cert_binding"
      })
  void row63_answerIsCheckedLikeAToken(String name, String claim, String value, String reason) {
    long now = app.time.now().getEpochSecond();
    Map<String, String> members = new java.util.LinkedHashMap<>();
    members.put("active", "true");
    members.put("sub", "\"olga\"");
    members.put("aud", "\"orders\"");
    members.put("iat", String.valueOf(now));
    members.put("exp", String.valueOf(now + 300));
    members.put(claim, value);
    StringBuilder json = new StringBuilder();
    members.forEach((key, each) -> json.append(",\"" + key + "\":" + each));
    answer("{" + json.substring(1) + "}");
    assertThat(app.call("2YotnFZFEjr1zCsic" + Integer.toHexString(name.hashCode())))
        .hasProblem(401, "invalid_token")
        .hasReason(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "access"})
  void answerThatSaysItIsAnAccessToken_isAccepted(String use) {
    answer(active(",\"token_use\":\"" + use + "\""));
    assertThat(app.call("2YotnFZFEjr1zCsicMWpAA-" + use)).isOk();
  }

  @Test
  void row63_answerOfPastEnd_isExpired() {
    long now = app.time.now().getEpochSecond();
    answer(active("").replace(String.valueOf(now + 300), String.valueOf(now - 30)));
    assertThat(app.call("2YotnFZFEjr1zCsicMWpAA")).hasReason("expired");
    answer("{\"active\":true,\"sub\":\"olga\",\"aud\":\"orders\"}");
    assertThat(app.call("2YotnFZFEjr1zCsicMWpAA")).as("no end").hasReason("claim_type");
  }

  @Test
  void row63_noAnswer_refusesWithoutBlamingTheToken() {
    restart();
    String token = token().opaque();
    for (Fault fault :
        List.of(
            Fault.status(401),
            Fault.status(403),
            Fault.status(500),
            Fault.redirect("https://attacker.example/"),
            Fault.html(),
            Fault.body(10 * 1024 * 1024),
            Fault.body(10 * 1024 * 1024).chunked(),
            Fault.truncated(),
            Fault.hangUp(),
            Fault.answer(200, "application/json", "{\"active\":true,\"active\":false}"),
            Fault.answer(200, "application/json", "true"),
            Fault.answer(200, "text/plain", active("")))) {
      other.fault(LocalIssuer.INTROSPECTION, fault);
      CallRecord record = app.call(token);
      assertThat(record).hasProblem(503, "keys_unavailable").hasReason("introspection_unavailable");
      assertThat(record.problem().headers()).contains(new Header("Retry-After", "5"));
      assertThat(record.principal()).isNull();
    }
    assertThat(events("auth.introspection.failed")).as("told once").isEqualTo(1);
    other.clearFaults();
    assertThat(app.call(token)).as("row 64: no failure was kept").isOk();
    assertThat(events("auth.introspection.recovered")).isEqualTo(1);
  }

  @Test
  void row63_lateAnswer_isNone() {
    restart("introspection.timeout", "50ms");
    other.fault(LocalIssuer.INTROSPECTION, Fault.slow(Duration.ofSeconds(20)));
    assertThat(app.call(token().opaque()))
        .hasProblem(503, "keys_unavailable")
        .hasReason("introspection_unavailable");
    other.clearFaults();
    assertThat(app.call(token().opaque())).isOk();
  }

  @Test
  void row63_issuerThatIsDown_closesTheDoor() {
    String token = token().opaque();
    other.down();
    assertThat(app.call(token)).hasProblem(503, "keys_unavailable");
    other.up();
    assertThat(app.call(token)).isOk();
  }

  // ---- many at once

  @Test
  void tokenThatManyBringAtOnce_isAskedAboutOnce() {
    restart("introspection.timeout", "4s", "cache", "false");
    String token = token().opaque();
    other.fault(LocalIssuer.INTROSPECTION, Fault.slow(Duration.ofSeconds(20)));
    List<Call> calls = Stream.generate(() -> begin(token)).limit(8).toList();
    await().until(() -> questions() == 1);
    other.clearFaults();
    for (Call call : calls) {
      assertThat(call.await().proceeds()).isTrue();
      assertThat(call.principal().subject()).isEqualTo("olga");
      call.end(Outcome.http(200));
    }
    assertThat(questions()).isEqualTo(1);
    assertThat(app.call(token)).isOk();
    assertThat(questions()).as("the answer is for those who waited").isEqualTo(2);
  }

  @Test
  void questionsBeyondTheLimit_areRefused_andTheIssuerIsNotBlamed() {
    restart("introspection.timeout", "4s");
    other.fault(LocalIssuer.INTROSPECTION, Fault.slow(Duration.ofSeconds(20)));
    List<Call> calls = IntStream.range(0, 64).mapToObj(each -> begin("stranger-" + each)).toList();
    assertThat(app.call("one-more"))
        .hasProblem(503, "keys_unavailable")
        .hasReason("introspection_busy");
    Call same = begin("stranger-0");
    assertThat(same.decision()).isInstanceOf(Decision.Pending.class);
    assertThat(app.health("auth-introspection-opaque")).isEqualTo("UP");
    assertThat(events("auth.introspection.failed")).isZero();
    other.clearFaults();
    for (Call call : Stream.concat(calls.stream(), Stream.of(same)).toList()) {
      assertThat(call.await().proceeds()).isFalse();
      call.end(Outcome.http(401));
    }
    assertThat(app.call(token().opaque())).isOk();
  }

  @Test
  void issuerThatFailsNowAndThen_isToldNowAndThen() {
    restart();
    for (int i = 0; i < 5; i++) {
      other.fault(LocalIssuer.INTROSPECTION, Fault.status(500));
      assertThat(app.call("2YotnFZFEjr1zCsicMWpAA")).hasReason("introspection_unavailable");
      assertThat(app.health("auth-introspection-opaque")).isEqualTo("DEGRADED");
      other.clearFaults();
      assertThat(app.call(token().opaque())).isOk();
      assertThat(app.health("auth-introspection-opaque")).isEqualTo("UP");
    }
    assertThat(events("auth.introspection.failed")).isEqualTo(1);
    assertThat(events("auth.introspection.recovered")).isEqualTo(1);
    app.advance(Duration.ofSeconds(10));
    other.fault(LocalIssuer.INTROSPECTION, Fault.status(500));
    assertThat(app.call("2YotnFZFEjr1zCsicMWpAA")).hasReason("introspection_unavailable");
    assertThat(events("auth.introspection.failed")).isEqualTo(2);
  }

  private static Call begin(String token) {
    Call call = app.app.governor().begin(InProcessCarrier.get("/guarded").bearer(token));
    assertThat(call.await().proceeds()).isTrue();
    call.enter(app.guarded, Parameters.none());
    return call;
  }

  // ---- row 64

  @Test
  void row64_revokedToken_isRefusedWithinTheTimeToLive() {
    String token = token().opaque();
    assertThat(app.call(token)).isOk();
    other.revoke(token);
    app.advance(Duration.ofSeconds(59));
    assertThat(app.call(token)).isOk();
    assertThat(questions()).isEqualTo(1);
    app.advance(Duration.ofSeconds(1));
    assertThat(app.call(token)).hasReason("inactive");
    assertThat(questions()).isEqualTo(2);
  }

  @Test
  void row64_answer_isNotBelievedBeyondTheEndOfTheToken() {
    String token = token().expiresIn(Duration.ofSeconds(20)).opaque();
    assertThat(app.call(token)).isOk();
    app.advance(Duration.ofSeconds(19));
    assertThat(app.call(token)).isOk();
    assertThat(questions()).isEqualTo(1);
    app.advance(Duration.ofSeconds(1));
    assertThat(app.call(token)).hasReason("inactive");
    assertThat(questions()).isEqualTo(2);
  }

  @Test
  void row64_no_isNeverKept() {
    assertThat(app.call("2YotnFZFEjr1zCsicMWpAA")).hasReason("inactive");
    assertThat(app.call("2YotnFZFEjr1zCsicMWpAA")).hasReason("inactive");
    assertThat(questions()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"introspection.ttl,0s", "cache,false"})
  void cacheSwitchedOff_asksEachTime(String key, String value) {
    restart(key, value);
    String token = token().opaque();
    assertThat(app.call(token)).isOk();
    assertThat(app.call(token)).isOk();
    assertThat(questions()).isEqualTo(2);
  }

  @Test
  void knownToken_isBoundToItsWholeHeader() {
    String token = token().opaque();
    assertThat(app.call(token)).isOk();
    String changed = (token.startsWith("x") ? "y" : "x") + token.substring(1);
    assertThat(app.call(changed)).hasReason("inactive");
    assertThat(app.call(InProcessCarrier.get("/guarded?access_token=" + token).bearer(token)))
        .hasProblem(400, "invalid_request");
  }

  @Test
  void knownToken_thatIsToBeAskedAboutAgain_isNoGuess_untilTheAnswerIsNo() {
    app =
        AuthApp.with(a -> {
          configure(a, other);
          a.property("flyball.auth.throttle.failures", "10");
        });
    String token = token().expiresIn(Duration.ofMinutes(20)).opaque();
    assertThat(app.call(token)).isOk();
    app.advance(Duration.ofSeconds(61));
    failTenTimes();
    assertThat(app.call(token)).isOk();
    assertThat(app.call(token().opaque())).hasReason("throttled");

    other.revoke(token);
    app.advance(Duration.ofSeconds(61));
    failTenTimes();
    assertThat(app.call(token)).hasReason("inactive");
    assertThat(app.call(token)).hasReason("throttled");
  }

  private void failTenTimes() {
    for (int i = 0; i < 10; i++) {
      assertThat(app.call("a.b.c")).hasReason("malformed");
    }
  }

  // ---- settings

  @Test
  void settingsThatCannotWork_stopTheStart() {
    assertThat(problem("introspection.url", "http://issuer.example/x"))
        .contains("introspection.url is http://issuer.example/x (expected: an https:// address)");
    InProcessApp without =
        InProcessApp.with(new AuthModule())
            .property(PREFIX + "issuer", "https://issuer.example")
            .property(PREFIX + "audience", "orders")
            .property(PREFIX + "introspection.url", "https://issuer.example/x");
    assertThat(catchThrowableOfType(StartupException.class, without::start))
        .hasMessageContaining("introspection.url is there without client-id and client-secret");
  }

  @Test
  void secondIssuerToAsk_stopsTheStart() {
    InProcessApp two = InProcessApp.with(new AuthModule());
    configure(two, other);
    String second = "flyball.auth.issuers.second.";
    two.property(second + "issuer", "https://issuer.example")
        .property(second + "audience", "orders")
        .property(second + "introspection.url", "https://issuer.example/x")
        .property(second + "introspection.client-id", "a")
        .property(second + "introspection.client-secret", "b");
    assertThat(catchThrowableOfType(StartupException.class, two::start))
        .hasMessageContaining("would be asked about tokens (expected: one)");
  }

  private String problem(String key, String value) {
    InProcessApp wrong = InProcessApp.with(new AuthModule());
    configure(wrong, other);
    wrong.property(PREFIX + key, value);
    String message = catchThrowableOfType(StartupException.class, wrong::start).getMessage();
    assertThat(message).doesNotContain("p%ss");
    return message;
  }

  private long events(String code) {
    return app.app.events().stream().map(Event::name).filter(code::equals).count();
  }
}
