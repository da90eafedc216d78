// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Event;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Meters;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.Phase;
import dev.flyball.Problem;
import dev.flyball.Verdict;
import dev.flyball.annotation.Public;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that present one bad credential after another. */
class FailureThrottleTest {

  private static final String PEER = "198.51.100.7";
  private static final String OTHER = "198.51.100.8";

  private AuthApp app = start(change -> {});

  @SuppressWarnings("unused")
  private static final class Shop {

    @Public(reason = "for everybody")
    void open() {}
  }

  private static AuthApp start(Consumer<InProcessApp> change) {
    return AuthApp.with(app -> {
      app.property("flyball.auth.throttle.failures", "10");
      change.accept(app);
    });
  }

  private void restart(Consumer<InProcessApp> change) {
    app.close();
    app = start(change);
  }

  @AfterEach
  void close() {
    app.close();
  }

  private CallRecord call(String peer, String token) {
    return app.call(InProcessCarrier.get("/guarded").peer(peer).bearer(token));
  }

  private String bad() {
    return app.issuer.token().forge().tamperedSignature();
  }

  private String good() {
    return app.issuer.token().sign();
  }

  private void fail(String peer, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(call(peer, bad()).outcome().code()).as("attempt %d", i + 1).isEqualTo(401);
    }
  }

  private static void assertThrottled(CallRecord record, long retryAfter) {
    assertThat(record.outcome()).isEqualTo(new Outcome(Outcome.Kind.REFUSED, 429, null));
    Verdict refusal = Objects.requireNonNull(record.refusal());
    assertThat(refusal.stage()).isEqualTo("auth-throttle");
    assertThat(refusal.phase()).isEqualTo(Phase.PROTECT);
    assertThat(refusal.reason()).isEqualTo("throttled");
    Problem problem = Objects.requireNonNull(record.problem());
    assertThat(problem.kind()).isEqualTo(Problem.Kind.THROTTLED);
    assertThat(problem.headers())
        .anySatisfy(header -> {
          assertThat(header.name()).isEqualTo("Retry-After");
          assertThat(header.value()).isEqualTo(Long.toString(retryAfter));
        });
  }

  @Test
  void eleventhBadCredential_isRefusedBeforeItIsLookedAt() {
    fail(PEER, 10);

    CallRecord eleventh = call(PEER, bad());

    assertThrottled(eleventh, 60);
    assertThat(eleventh.verdicts()).noneMatch(verdict -> verdict.stage().equals("authenticate"));
    fail(OTHER, 1);
  }

  @Test
  void goodCredential_thatIsNew_isRefusedToo_untilTheWindowIsOver() {
    fail(PEER, 10);
    app.advance(Duration.ofSeconds(20));

    assertThrottled(call(PEER, good()), 40);
    app.advance(Duration.ofSeconds(39));
    assertThrottled(call(PEER, good()), 1);
    app.advance(Duration.ofSeconds(1));

    assertThat(call(PEER, good()).outcome().code()).isEqualTo(200);
  }

  @Test
  void knownToken_passes() {
    String known = good();
    assertThat(call(OTHER, known).outcome().code()).isEqualTo(200);
    fail(PEER, 10);

    assertThat(call(PEER, known).outcome().code()).isEqualTo(200);
    assertThrottled(call(PEER, bad()), 60);
  }

  @Test
  void knownToken_thatHasToBeVerifiedAgain_passes() {
    String known = app.issuer.token().expiresIn(Duration.ofMinutes(20)).sign();
    assertThat(call(OTHER, known).outcome().code()).isEqualTo(200);
    app.advance(Duration.ofSeconds(301));
    fail(PEER, 10);

    assertThat(call(PEER, known).outcome().code()).isEqualTo(200);
    assertThat(metric("flyball.auth.tokens.verified")).isEqualTo(2);
    assertThrottled(call(PEER, good()), 60);
  }

  @Test
  void knownToken_thatHasToBeVerifiedAgain_andHasExpired_doesNotPass() {
    String known = app.issuer.token().expiresIn(Duration.ofMinutes(6)).sign();
    assertThat(call(OTHER, known).outcome().code()).isEqualTo(200);
    app.advance(Duration.ofSeconds(400));
    fail(PEER, 10);

    assertThrottled(call(PEER, known), 60);
    assertThat(call(OTHER, known).outcome().code()).isEqualTo(401);
  }

  @Test
  void knownToken_thatHasExpired_doesNotPass() {
    String known = app.issuer.token().expiresIn(Duration.ofSeconds(30)).sign();
    assertThat(call(PEER, known).outcome().code()).isEqualTo(200);
    app.advance(Duration.ofSeconds(61));
    fail(PEER, 10);

    assertThat(call(PEER, known).outcome().code()).isEqualTo(401);
    assertThrottled(call(PEER, known), 60);
  }

  @Test
  void windowSlides_oneAttemptForEachThatGrowsOld() {
    for (int i = 0; i < 10; i++) {
      fail(PEER, 1);
      app.advance(Duration.ofSeconds(5));
    }
    assertThrottled(call(PEER, bad()), 10);
    app.advance(Duration.ofSeconds(10));
    fail(PEER, 1);
    assertThrottled(call(PEER, bad()), 5);
  }

  @Test
  void forgedForwardingHeader_doesNotHelp() {
    for (int i = 0; i < 10; i++) {
      CallRecord record =
          app.call(
              InProcessCarrier.get("/guarded")
                  .peer(PEER)
                  .header("X-Forwarded-For", "203.0.113." + i)
                  .header("Forwarded", "for=203.0.113." + i)
                  .bearer(bad()));
      assertThat(record.outcome().code()).isEqualTo(401);
    }

    assertThrottled(
        app.call(
            InProcessCarrier.get("/guarded")
                .peer(PEER)
                .header("X-Forwarded-For", "203.0.113.99")
                .bearer(bad())),
        60);
  }

  @Test
  void clientsBehindATrustedProxy_areTheirOwnPeers() {
    restart(app -> app.property("flyball.proxies.trusted", "10.0.0.0/8"));
    for (int i = 0; i < 10; i++) {
      assertThat(throughProxy(PEER, bad()).outcome().code()).isEqualTo(401);
    }

    assertThrottled(throughProxy(PEER, bad()), 60);
    assertThat(throughProxy(OTHER, good()).outcome().code()).isEqualTo(200);
    assertThrottled(call(PEER, bad()), 60);
  }

  private CallRecord throughProxy(String client, String token) {
    return app.call(
        InProcessCarrier.get("/guarded")
            .peer("10.1.1.1")
            .header("X-Forwarded-For", client)
            .bearer(token));
  }

  @Test
  void trustedProxyItself_isNeverThrottled() {
    restart(app -> app.property("flyball.proxies.trusted", "10.0.0.0/8"));

    fail("10.1.1.1", 30);
  }

  @Test
  void exemptPeer_isNeverThrottled() {
    restart(app -> app.property("flyball.auth.throttle.exempt", "198.51.100.0/29, 2001:db8::1"));

    fail(PEER, 30);
    fail(OTHER, 10);
    assertThrottled(call(OTHER, bad()), 60);
  }

  @Test
  void addressesOfOneIpv6Network_areOnePeer() {
    for (int i = 0; i < 10; i++) {
      fail("2001:db8:0:1::" + i, 1);
    }

    assertThrottled(call("2001:db8:0:1:ffff::", bad()), 60);
    fail("2001:db8:0:2::", 1);
  }

  @Test
  void missingCredentials_doNotCount() {
    for (int i = 0; i < 30; i++) {
      assertThat(app.call(InProcessCarrier.get("/guarded").peer(PEER)).outcome().code())
          .isEqualTo(401);
    }

    assertThat(call(PEER, good()).outcome().code()).isEqualTo(200);
  }

  @Test
  void keysThatAreUnavailable_doNotCount() {
    restart(app -> app.property("flyball.auth.issuers.main.jwks", "http://127.0.0.1:1/jwks"));
    for (int i = 0; i < 30; i++) {
      app.advance(Duration.ofSeconds(1)); // else calls wait for a fetch that waits for the clock
      assertThat(call(PEER, good()).outcome().code()).isEqualTo(503);
    }
  }

  @Test
  void tokensThatHaveExpired_doNotCount() {
    String old = app.issuer.token().expiresIn(Duration.ofMinutes(-5)).sign();
    for (int i = 0; i < 30; i++) {
      assertThat(call(PEER, old).outcome().code()).isEqualTo(401);
    }

    assertThat(call(PEER, good()).outcome().code()).isEqualTo(200);
  }

  @Test
  void reset_bySuccess_beginsAnew() {
    restart(app -> app.property("flyball.auth.throttle.reset", "success"));
    fail(PEER, 9);
    assertThat(call(PEER, good()).outcome().code()).isEqualTo(200);
    fail(PEER, 10);

    assertThrottled(call(PEER, good()), 60);
  }

  @Test
  void goodCredential_doesNotResetByDefault() {
    fail(PEER, 9);
    assertThat(call(PEER, good()).outcome().code()).isEqualTo(200);
    fail(PEER, 1);

    assertThrottled(call(PEER, bad()), 60);
  }

  @Test
  void peer_isToldOnceInAWindow() {
    fail(PEER, 10);
    call(PEER, bad());
    app.advance(Duration.ofSeconds(59));
    call(PEER, bad());

    assertThat(throttled()).hasSize(1);
    assertThat(throttled().get(0).fields()).containsEntry("client.address", PEER);
    assertThat(metric("flyball.auth.throttle.peers")).isEqualTo(1);
    assertThat(metric("flyball.auth.throttle.refused")).isEqualTo(2);
    app.advance(Duration.ofSeconds(2));
    fail(PEER, 10);
    assertThat(throttled()).hasSize(2);
  }

  @Test
  void manyPeers_areToldOnceASecond() {
    for (int i = 0; i < 20; i++) {
      fail("203.0.113." + i, 10);
    }
    assertThat(throttled()).hasSize(1);
    app.advance(Duration.ofSeconds(1));
    fail(PEER, 10);

    assertThat(throttled()).hasSize(2);
    assertThat(throttled().get(1).fields()).containsEntry("flyball.peers.untold", 19L);
    assertThat(metric("flyball.auth.throttle.peers")).isEqualTo(21);
  }

  @Test
  void peerThatForwards_andIsNoTrustedProxy_isPointedOut() {
    for (int i = 0; i < 10; i++) {
      app.call(
          InProcessCarrier.get("/guarded")
              .peer("10.1.1.1")
              .header("X-Forwarded-For", PEER)
              .bearer(bad()));
    }

    assertThat(throttled().get(0).fields().get("flyball.hint"))
        .asString()
        .contains("flyball.proxies.trusted");
  }

  @Test
  void observedRule_refusesNobody() {
    restart(app -> app.property("flyball.rules.auth-throttle.mode", "observe"));

    fail(PEER, 10);
    CallRecord eleventh = call(PEER, bad());
    assertThat(eleventh.outcome().code()).isEqualTo(401);
    assertThat(eleventh.verdicts())
        .anyMatch(verdict ->
            verdict.stage().equals("auth-throttle")
                && verdict.result() == Verdict.Result.WOULD_REFUSE);
  }

  @Test
  void observedAuthentication_isNotThrottled() {
    restart(app -> app.property("flyball.rules.authenticate.mode", "observe"));
    for (int i = 0; i < 30; i++) {
      assertThat(call(PEER, bad()).outcome().code()).isNotEqualTo(429);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unix"})
  void peerWithoutAddress_isNotThrottled(String address) {
    fail(address, 30);
  }

  @Test
  void childOfAnOpenCall_isThrottledToo() {
    GovernedEndpoint open = app.app.govern(Shop.class, "open", "GET /open");
    fail(PEER, 10);
    Call call = app.app.governor().begin(InProcessCarrier.get("/open").peer(PEER).bearer(bad()));
    call.enter(open, Parameters.none());
    assertThat(call.decision().proceeds()).isTrue();

    Call child = call.child(app.guarded, Parameters.none());
    child.end(Outcome.http(429));
    call.end(Outcome.http(200));

    Verdict refusal = Objects.requireNonNull(((CallRecord) child).refusal());
    assertThat(refusal.rule()).isEqualTo("auth-throttle");
  }

  @Test
  void envelope_stillTakesAnonymousCalls() {
    GovernedEndpoint envelope =
        app.app.govern(Endpoint.builder("http", "POST /graphql").kind(Endpoint.Kind.ENVELOPE));
    fail(PEER, 10);

    assertThat(
            app.app
                .call(envelope, InProcessCarrier.of("POST", "/graphql").peer(PEER))
                .outcome()
                .code())
        .isEqualTo(200);
    assertThrottled(
        app.app.call(envelope, InProcessCarrier.of("POST", "/graphql").peer(PEER).bearer(good())),
        60);
  }

  private List<Event> throttled() {
    return app.app.events().stream().filter(e -> e.name().equals("auth.throttled")).toList();
  }

  private double metric(String name) {
    return app.app.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .flatMap(snapshot -> snapshot.series().stream())
        .mapToDouble(Meters.Series::value)
        .sum();
  }
}
