// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.CallRecord;
import dev.flyball.HealthCheck;
import dev.flyball.HealthCheck.Status;
import dev.flyball.SharedStore;
import dev.flyball.auth.FlakyStore.Mode;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are taken back, on this instance and others (row 65 and section 5.2, step 10). */
class RevocationTest {

  private static final Consumer<InProcessApp> ACCEPTING =
      app -> app.property("flyball.auth.revocation.on-outage", "accept");

  private final ManualTime storeTime = ManualTime.create();
  private final FlakyStore store = new FlakyStore(storeTime);

  private AuthApp node() {
    return node(app -> {});
  }

  private AuthApp node(Consumer<InProcessApp> change) {
    return AuthApp.with(app -> {
      app.configure(builder -> builder.offer(SharedStore.class, "default", store));
      change.accept(app);
    });
  }

  private AuthApp nodeTrusting(AuthApp other) {
    return node(app ->
        app.property("flyball.auth.issuers.other.issuer", other.issuer.issuer())
            .property("flyball.auth.issuers.other.audience", "orders"));
  }

  private void advance(AuthApp app, Duration duration) {
    app.advance(duration);
    storeTime.advance(duration);
  }

  private static TokenBuilder token(AuthApp app) {
    return app.issuer.token().subject("alice");
  }

  private static Revocations revocations(AuthApp app) {
    return app.app.governor().find(Revocations.class).orElseThrow();
  }

  private static void revoke(AuthApp app, String tokenId) {
    Instant until = app.time.now().plusSeconds(300);
    revocations(app).revoke(app.issuer.issuer(), tokenId, until).toCompletableFuture().join();
  }

  private static void revokeSubject(AuthApp app, String subject, Instant issuedBefore) {
    Instant until = issuedBefore.plusSeconds(300);
    revocations(app)
        .revokeSubject(app.issuer.issuer(), subject, issuedBefore, until)
        .toCompletableFuture()
        .join();
  }

  private static void isRevoked(CallRecord record) {
    assertThat(record)
        .isRefusedBy("authenticate")
        .hasProblem(401, "invalid_token")
        .hasReason("revoked");
    assertThat(record.problem().detail()).isEqualTo("the access token is not valid");
    assertThat(record.principal()).isNull();
  }

  private static HealthCheck.Result health(AuthApp app) {
    return app.app
        .governor()
        .find(HealthCheck.class, "auth-revocation")
        .orElseThrow()
        .check()
        .toCompletableFuture()
        .join();
  }

  private static long events(AuthApp app, String name) {
    return app.app.events().stream().filter(event -> event.name().equals(name)).count();
  }

  // ---- one token

  @Test
  void row65_knownToken_isRefusedOnceItIsRevoked() {
    try (AuthApp app = AuthApp.start()) {
      String token = token(app).claim("jti", "one").sign();
      String other = token(app).claim("jti", "two").sign();
      assertThat(app.call(token)).isOk();
      revoke(app, "one");
      isRevoked(app.call(token));
      isRevoked(app.call(token(app).claim("jti", "one").sign()));
      assertThat(app.call(other)).isOk();
      assertThat(app.call(token(app).without("jti").sign())).isOk();
      assertThat(health(app).status()).isEqualTo(Status.UP);
    }
  }

  @Test
  void sameIdOfAnotherIssuer_isNotRevoked() {
    try (AuthApp app = AuthApp.start()) {
      Instant until = app.time.now().plusSeconds(300);
      revocations(app).revoke("https://other.example", "one", until).toCompletableFuture().join();
      revocations(app)
          .revokeSubject("https://other.example", "alice", until, until)
          .toCompletableFuture()
          .join();
      assertThat(app.call(token(app).claim("jti", "one").sign())).isOk();
      assertThat(app.call(token(app).claim("jti", "alice").sign())).isOk();
    }
  }

  @Test
  void subjectAndTokenOfOneName_areNotConfused() {
    try (AuthApp app = AuthApp.start()) {
      revoke(app, "alice");
      assertThat(app.call(token(app).sign())).isOk();
      revokeSubject(app, "one", app.time.now().plusSeconds(1));
      assertThat(app.call(token(app).claim("jti", "one").sign())).isOk();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "\u00e4\uD83D\uDE00", "a\nb", "T 0 1 2 x", ":", "../../x"})
  void oddNames_areRevokedAsTheyAre(String name) {
    try (AuthApp app = node();
        AuthApp late = nodeTrusting(app)) {
      revoke(app, name);
      isRevoked(app.call(token(app).claim("jti", name).sign()));
      isRevoked(late.call(token(app).claim("jti", name).sign()));
      try (AuthApp later = nodeTrusting(app)) {
        isRevoked(later.call(token(app).claim("jti", name).sign()));
        assertThat(later.call(token(app).claim("jti", name + "x").sign())).isOk();
      }
    }
  }

  // ---- a subject

  @Test
  void subject_isRefusedWithTokensThatWereIssuedBefore() {
    try (AuthApp app = AuthApp.start()) {
      Instant now = app.time.now();
      String earlier = token(app).issuedAt(now.minusSeconds(1)).sign();
      String later = token(app).issuedAt(now).sign();
      String bob = app.issuer.token().subject("bob").issuedAt(now.minusSeconds(1)).sign();
      assertThat(app.call(earlier)).isOk();
      revokeSubject(app, "alice", now);
      isRevoked(app.call(earlier));
      assertThat(app.call(later)).isOk();
      assertThat(app.call(bob)).isOk();
    }
  }

  @Test
  void subject_revokedWithinASecond_isRefusedWithTokensOfThatSecond() {
    try (AuthApp app = AuthApp.start()) {
      Instant now = app.time.now();
      revokeSubject(app, "alice", now.plusMillis(500));
      isRevoked(app.call(token(app).issuedAt(now).sign()));
      app.advance(Duration.ofSeconds(1));
      assertThat(app.call(token(app).sign())).isOk();
    }
  }

  @Test
  void tokenWithoutIat_ofARevokedSubject_isRefused() {
    try (AuthApp app = AuthApp.start()) {
      String token = token(app).without("iat").sign();
      assertThat(app.call(token)).isOk();
      revokeSubject(app, "alice", app.time.now().minusSeconds(299));
      isRevoked(app.call(token));
      assertThat(app.call(token(app).sign())).isOk();
    }
  }

  @Test
  void subject_revokedTwice_keepsTheLaterMoment() {
    try (AuthApp app = node();
        AuthApp other = nodeTrusting(app)) {
      Instant now = app.time.now();
      String token = token(app).issuedAt(now.minusSeconds(1)).sign();
      revokeSubject(app, "alice", now);
      revokeSubject(app, "alice", now.minusSeconds(100));
      isRevoked(app.call(token));
      isRevoked(other.call(token));
      try (AuthApp late = nodeTrusting(app)) {
        isRevoked(late.call(token));
      }
    }
  }

  // ---- other instances

  @Test
  void otherInstances_learnOfItAtOnceAndWhenTheyStart() {
    try (AuthApp one = node();
        AuthApp two = nodeTrusting(one)) {
      String token = token(one).claim("jti", "one").sign();
      assertThat(two.call(token)).isOk();
      revoke(one, "one");
      isRevoked(two.call(token));
      try (AuthApp three = nodeTrusting(one)) {
        isRevoked(three.call(token));
      }
    }
  }

  @Test
  void newsThatNobodyTold_comeWithTheNextReading() {
    try (AuthApp one = node();
        AuthApp two = nodeTrusting(one)) {
      String token = token(one).claim("jti", "one").sign();
      store.silent();
      revoke(one, "one");
      isRevoked(one.call(token));
      assertThat(two.call(token)).isOk();
      two.advance(Duration.ofSeconds(15));
      isRevoked(two.call(token));
    }
  }

  @Test
  void revocation_isForgottenOnceNoTokenCanBeValid() {
    try (AuthApp app = node()) {
      revoke(app, "one");
      assertThat(store.list("auth/revoked/").toCompletableFuture().join().entries()).hasSize(1);
      advance(app, Duration.ofSeconds(300));
      assertThat(health(app).detail()).isEqualTo("1 revocations");
      advance(app, Duration.ofSeconds(135));
      assertThat(health(app).detail()).isEqualTo("0 revocations");
      assertThat(store.list("auth/revoked/").toCompletableFuture().join().entries()).isEmpty();
    }
  }

  @Test
  void revocation_ofATokenThatHasEnded_isNotWritten() {
    try (AuthApp app = node()) {
      Instant past = app.time.now().minusSeconds(3_600);
      revocations(app).revoke(app.issuer.issuer(), "one", past).toCompletableFuture().join();
      assertThat(store.list("auth/revoked/").toCompletableFuture().join().entries()).isEmpty();
    }
  }

  @Test
  void somethingElseAmongTheRevocations_isPassedOver() {
    for (String value : new String[] {"", "x", "T 0 9999999999 99 x", "T a b c d", "X 0 1 0 x"}) {
      store.putIfAbsent("auth/revoked/token/" + value.hashCode(), value, Duration.ofDays(1));
    }
    try (AuthApp app = node()) {
      assertThat(app.call(token(app).sign())).isOk();
      revoke(app, "one");
      isRevoked(app.call(token(app).claim("jti", "one").sign()));
    }
  }

  // ---- outages

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"FAILS", "THROWS", "WAITS"})
  void outage_isTidedOverAndThenRefused(Mode mode) {
    try (AuthApp app = node(a -> a.property("flyball.auth.revocation.max-age", "60s"))) {
      String good = token(app).expiresIn(Duration.ofHours(1)).sign();
      String bad = token(app).claim("jti", "one").expiresIn(Duration.ofHours(1)).sign();
      revocations(app)
          .revoke(app.issuer.issuer(), "one", app.time.now().plusSeconds(3_600))
          .toCompletableFuture()
          .join();
      assertThat(app.call(good)).isOk();
      store.mode(mode);
      app.advance(Duration.ofSeconds(59));
      assertThat(app.call(good)).isOk();
      isRevoked(app.call(bad));
      app.advance(Duration.ofSeconds(15));
      CallRecord record = app.call(good);
      assertThat(record).hasProblem(503, "keys_unavailable").hasReason("revocation_unavailable");
      isRevoked(app.call(bad));
      assertThat(health(app).status()).isEqualTo(Status.DOWN);
      assertThat(events(app, "auth.revocation.read-failed")).isEqualTo(1);
      assertThat(events(app, "auth.revocation.unknown")).isEqualTo(1);
    }
  }

  @Test
  void storeThatCannotBeWatchedAtFirst_isWatchedLater() {
    store.mode(Mode.THROWS);
    try (AuthApp app = node()) {
      store.mode(Mode.WORKS);
      app.advance(Duration.ofSeconds(15));
      String token = token(app).claim("jti", "one").sign();
      assertThat(app.call(token)).isOk();
      try (AuthApp other = nodeTrusting(app)) {
        revoke(app, "two");
        String second = token(app).claim("jti", "two").sign();
        isRevoked(other.call(second));
        Instant until = app.time.now().plusSeconds(300);
        revocations(other).revoke(app.issuer.issuer(), "one", until).toCompletableFuture().join();
        isRevoked(app.call(token));
      }
    }
  }

  @Test
  void outage_isOverWhenTheStoreCanBeReadAgain() {
    try (AuthApp app = node(a -> a.property("flyball.auth.revocation.max-age", "60s"))) {
      String token = token(app).expiresIn(Duration.ofHours(1)).sign();
      store.mode(Mode.FAILS);
      app.advance(Duration.ofSeconds(15));
      assertThat(health(app).status()).isEqualTo(Status.DEGRADED);
      app.advance(Duration.ofSeconds(60));
      assertThat(app.call(token)).hasReason("revocation_unavailable");
      store.mode(Mode.WORKS);
      app.advance(Duration.ofSeconds(15));
      assertThat(app.call(token)).isOk();
      assertThat(health(app).status()).isEqualTo(Status.UP);
      assertThat(events(app, "auth.revocation.recovered")).isEqualTo(1);
    }
  }

  @Test
  void outageAtTheStart_isRefusedOrAcceptedAsIsSaid() {
    store.mode(Mode.THROWS);
    try (AuthApp closed = node();
        AuthApp open = node(ACCEPTING)) {
      assertThat(closed.call(token(closed).sign())).hasReason("revocation_unavailable");
      assertThat(health(closed).status()).isEqualTo(Status.DOWN);
      assertThat(open.call(token(open).sign())).isOk();
      assertThat(health(open).status()).isEqualTo(Status.DEGRADED);
    }
  }

  @Test
  void outage_whereAccepting_leavesKnownRevocationsInForce() {
    try (AuthApp app = node(ACCEPTING)) {
      String token = token(app).claim("jti", "one").expiresIn(Duration.ofHours(1)).sign();
      revocations(app)
          .revoke(app.issuer.issuer(), "one", app.time.now().plusSeconds(3_600))
          .toCompletableFuture()
          .join();
      store.mode(Mode.FAILS);
      app.advance(Duration.ofMinutes(10));
      isRevoked(app.call(token));
      assertThat(app.call(token(app).sign())).isOk();
      assertThat(health(app).status()).isEqualTo(Status.DEGRADED);
    }
  }

  @Test
  void withoutAStore_nothingCanFail() {
    try (AuthApp app = AuthApp.start()) {
      app.advance(Duration.ofHours(1));
      assertThat(app.call(token(app).sign())).isOk();
      revoke(app, "one");
      app.advance(Duration.ofMinutes(10));
      revoke(app, "two");
      assertThat(health(app).detail()).isEqualTo("1 revocations");
    }
  }

  @Test
  void revoke_whileTheStoreIsDown_saysSo() {
    try (AuthApp app = node()) {
      Instant until = app.time.now().plusSeconds(300);
      store.mode(Mode.FAILS);
      assertThatThrownBy(() ->
              revocations(app)
                  .revoke(app.issuer.issuer(), "one", until)
                  .toCompletableFuture()
                  .join())
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("the store is down");
    }
  }

  @Test
  void revoke_withoutAName_isRefused() {
    try (AuthApp app = AuthApp.start()) {
      Instant now = app.time.now();
      assertThatThrownBy(() -> revocations(app).revoke(" ", "one", now))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("issuer is blank");
      assertThatThrownBy(() -> revocations(app).revokeSubject("i", "", now, now))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("subject is blank");
    }
  }

  @Test
  void revokedToken_doesNotUseUpAProof() {
    try (BindingApp app = BindingApp.start()) {
      String token = app.token().boundTo(app.key).claim("jti", "one").sign();
      assertThat(app.call(token, app.proof(token).sign())).isOk();
      long before = app.proofs("accepted");
      revoke(app.auth, "one");
      isRevoked(app.call(token, app.proof(token).sign()));
      assertThat(app.proofs("accepted")).isEqualTo(before);
    }
  }

  @Test
  void calls_neverAskTheStore() {
    try (AuthApp app = node()) {
      revoke(app, "one");
      store.mode(Mode.WAITS);
      assertThat(app.call(token(app).sign())).isOk();
      isRevoked(app.call(token(app).claim("jti", "one").sign()));
      assertThat(store.waiting()).isZero();
    }
  }

  @Test
  void keysOfTheIssuer_areAskedForOnlyOnce() {
    try (AuthApp app = AuthApp.start()) {
      String token = token(app).claim("jti", "one").sign();
      assertThat(app.call(token)).isOk();
      revoke(app, "one");
      int before = app.issuer.requests(LocalIssuer.JWKS);
      isRevoked(app.call(token));
      assertThat(app.issuer.requests(LocalIssuer.JWKS)).isEqualTo(before);
    }
  }
}
