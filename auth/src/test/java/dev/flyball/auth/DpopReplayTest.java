// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.SharedStore;
import dev.flyball.auth.FlakyStore.Mode;
import dev.flyball.issuer.DpopKey;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.ManualTime;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proofs that come again, on this instance and others, and the store that tells (rows 56 to 59).
 */
class DpopReplayTest {

  private final ManualTime storeTime = ManualTime.create();
  private final FlakyStore store = new FlakyStore(storeTime);

  private static final Consumer<InProcessApp> PLAIN = app -> {};

  private BindingApp node() {
    return BindingApp.on(store, PLAIN);
  }

  private BindingApp node(String replay) {
    return BindingApp.on(
        store,
        app ->
            app.property("flyball.auth.dpop.replay", replay)
                .property("flyball.auth.revocation.on-outage", "accept"));
  }

  /** Lets time pass for a node and for its store. */
  private void advance(BindingApp node, Duration duration) {
    node.auth.advance(duration);
    storeTime.advance(duration);
  }

  private static void isReplayed(CallRecord record) {
    assertThat(record).hasProblem(401, "invalid_dpop_proof").hasReason("dpop_replayed");
    assertThat(record.principal()).isNull();
  }

  private static long events(BindingApp node, String name) {
    return node.auth.app.events().stream().filter(event -> event.name().equals(name)).count();
  }

  @Test
  void row56_sameProofTwice_isRefused() {
    try (BindingApp app = BindingApp.start()) {
      String token = app.boundToken();
      String proof = app.proof(token).sign();
      assertThat(app.call(token, proof)).isOk();
      isReplayed(app.call(token, proof));
      assertThat(app.proofs("replayed")).isEqualTo(1);
      assertThat(app.proofs("accepted")).isEqualTo(1);
    }
  }

  @Test
  void row56_sameIdInAnotherProof_isRefused() {
    try (BindingApp app = BindingApp.start()) {
      String token = app.boundToken();
      assertThat(app.call(token, app.proof(token).id("one").sign())).isOk();
      isReplayed(app.call(token, app.proof(token).id("one").sign()));
    }
  }

  @Test
  void row56_sameIdOfAnotherKey_isAccepted() {
    try (BindingApp app = BindingApp.start()) {
      String token = app.boundToken();
      assertThat(app.call(token, app.proof(token).id("one").sign())).isOk();
      DpopKey other = app.auth.issuer.dpopKey();
      String theirs = app.token().subject("bob").boundTo(other).sign();
      String proof = other.proof("GET", BindingApp.URI).accessToken(theirs).id("one").sign();
      assertThat(app.call(theirs, proof)).isOk().hasSubject("bob");
    }
  }

  @Test
  void proofsBeyondTheLimit_areRefused_untilOthersAreForgotten() {
    try (BindingApp app = BindingApp.with(a -> a.property("flyball.auth.dpop.replay-limit", "3"))) {
      String token = app.boundToken();
      String first = app.proof(token).sign();
      assertThat(app.call(token, first)).isOk();
      for (int i = 0; i < 5; i++) {
        isReplayed(app.call(token, first)); // which takes no room
      }
      app.auth.advance(Duration.ofSeconds(10));
      assertThat(app.call(token, app.proof(token).sign())).isOk();
      assertThat(app.call(token, app.proof(token).sign())).isOk();
      for (int i = 0; i < 5; i++) {
        assertThat(app.call(token, app.proof(token).sign()))
            .hasProblem(503, "keys_unavailable")
            .hasReason("replay_unavailable");
      }
      assertThat(events(app, "auth.dpop.replay-full")).isEqualTo(1);
      assertThat(events(app, "auth.dpop.replay-unavailable")).isZero();
      app.auth.advance(Duration.ofSeconds(109)); // the first counts for 90 s, and 30 s on others
      assertThat(app.call(token, app.proof(token).sign())).hasReason("replay_unavailable");
      assertThat(events(app, "auth.dpop.replay-full")).isEqualTo(2);
      app.auth.advance(Duration.ofSeconds(1));
      assertThat(app.call(token, app.proof(token).sign())).isOk();
      assertThat(app.call(token, app.proof(token).sign())).hasReason("replay_unavailable");
    }
  }

  @Test
  void storeThatIsOffered_hasNoLimitOfOurs() {
    try (BindingApp app =
        BindingApp.on(store, a -> a.property("flyball.auth.dpop.replay-limit", "1"))) {
      String token = app.boundToken();
      for (int i = 0; i < 5; i++) {
        assertThat(app.call(token, app.proof(token).sign())).isOk();
      }
    }
  }

  @Test
  void row56_replayOnASecondNode_isRefused() {
    try (BindingApp one = node();
        BindingApp two =
            BindingApp.on(
                store,
                app ->
                    app.property("flyball.auth.issuers.one.issuer", one.auth.issuer.issuer())
                        .property("flyball.auth.issuers.one.audience", "orders"))) {
      String token = one.boundToken();
      String proof = one.proof(token).sign();
      assertThat(one.call(token, proof)).isOk();
      isReplayed(two.call(token, proof));
      assertThat(two.call(token, one.proof(token).sign())).isOk();
    }
  }

  @Test
  void row56_replayRightAtTheEndOfTheWindow_isRefused() {
    try (BindingApp app = node()) {
      String token = app.boundToken();
      String proof = app.proof(token).sign();
      assertThat(app.call(token, proof)).isOk();
      advance(app, Duration.ofSeconds(89));
      isReplayed(app.call(token, proof));
      advance(app, Duration.ofMillis(999));
      isReplayed(app.call(token, proof));
      advance(app, Duration.ofMillis(1));
      assertThat(app.call(token, proof)).hasReason("invalid_dpop_proof");
      assertThat(app.proofs("iat")).isEqualTo(1);
    }
  }

  @Test
  void row56_proofOfAClockThatIsAhead_isRememberedForItsWholeWindow() {
    try (BindingApp app = node()) {
      String token = app.boundToken();
      String proof = app.proof(token).issuedAt(app.auth.time.now().plusSeconds(30)).sign();
      assertThat(app.call(token, proof)).isOk();
      advance(app, Duration.ofSeconds(119));
      isReplayed(app.call(token, proof));
    }
  }

  @Test
  void row56_nodeWhoseClockIsBehind_stillSeesTheFirstUse() {
    try (BindingApp app = node()) {
      String token = app.boundToken();
      String proof = app.proof(token).sign();
      assertThat(app.call(token, proof)).isOk();
      advance(app, Duration.ofSeconds(110)); // over here, and not yet where the clock is behind
      app.auth.time.jump(Duration.ofSeconds(-29));
      isReplayed(app.call(token, proof));
    }
  }

  // ---- the store is down

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"FAILS", "THROWS"})
  void row57_storeDown_failsClosed(Mode mode) {
    try (BindingApp app = node()) {
      String token = app.boundToken();
      store.mode(mode);
      for (int i = 0; i < 2; i++) {
        CallRecord record = app.call(token, app.proof(token).sign());
        assertThat(record)
            .isRefusedBy("authenticate")
            .hasProblem(503, "keys_unavailable")
            .hasReason("replay_unavailable");
        assertThat(record.problem().headers())
            .anyMatch(header -> header.name().equals("Retry-After"));
        assertThat(record.principal()).isNull();
      }
      assertThat(events(app, "auth.dpop.replay-unavailable")).isEqualTo(1);
      store.mode(Mode.WORKS);
      assertThat(app.call(token, app.proof(token).sign())).isOk();
      assertThat(events(app, "auth.dpop.replay-recovered")).isEqualTo(1);
      assertThat(app.call(BindingApp.request().bearer(app.token().sign())))
          .as("what is not bound")
          .isOk();
    }
  }

  @Test
  void row57_storeThatNeverAnswers_failsClosed() {
    try (BindingApp app = node()) {
      String token = app.boundToken();
      store.mode(Mode.WAITS);
      assertThat(app.call(token, app.proof(token).sign()))
          .hasProblem(503, "keys_unavailable")
          .hasReason("replay_unavailable");
    }
  }

  @Test
  void row57_storeDown_asksForANonceWhereThatIsSaid() {
    try (BindingApp app = node("store-or-nonce")) {
      String token = app.boundToken();
      assertThat(app.call(token, app.proof(token).sign())).as("store is up").isOk();
      store.mode(Mode.FAILS);
      CallRecord record = app.call(token, app.proof(token).sign());
      assertThat(record).hasProblem(401, "use_dpop_nonce").hasReason("use_dpop_nonce");
      String nonce = DpopNonceTest.nonce(record);
      assertThat(app.call(token, app.proof(token).nonce(nonce).sign())).isOk();
      assertThat(app.call(token, app.proof(token).nonce("other").sign()))
          .hasReason("use_dpop_nonce");
    }
  }

  @Test
  void row57_withNoncesAlone_theStoreIsNotAsked() {
    store.mode(Mode.FAILS);
    try (BindingApp app = node("nonce")) {
      String token = app.boundToken();
      CallRecord record = app.call(token, app.proof(token).sign());
      assertThat(record).hasReason("use_dpop_nonce");
      String nonce = DpopNonceTest.nonce(record);
      assertThat(app.call(token, app.proof(token).nonce(nonce).sign())).isOk();
    }
  }

  // ---- pending

  @Test
  void slowStore_keepsTheCallPendingAndThenLetsItIn() {
    try (BindingApp app = node()) {
      String token = app.boundToken();
      assertThat(app.call(token, app.proof(token).sign())).isOk();
      store.mode(Mode.WAITS);
      Call call = app.auth.app.governor().begin(BindingApp.request(token, app.proof(token).sign()));
      call.enter(app.auth.guarded, Parameters.none());
      assertThat(call.decision()).isInstanceOf(Decision.Pending.class);
      assertThat(call.principal()).isNull();
      assertThat(store.waiting()).isEqualTo(1);
      store.answer();
      assertThat(call.await().proceeds()).isTrue();
      assertThat(call.principal().subject()).isEqualTo("alice");
      call.end(Outcome.http(200));
    }
  }

  @Test
  void callThatEndsWhileTheStoreIsAsked_staysEnded() {
    try (BindingApp app = node()) {
      String token = app.boundToken();
      assertThat(app.call(token, app.proof(token).sign())).isOk();
      store.mode(Mode.WAITS);
      Call call = app.auth.app.governor().begin(BindingApp.request(token, app.proof(token).sign()));
      call.enter(app.auth.guarded, Parameters.none());
      call.end(Outcome.cancelled(null));
      store.answer();
      assertThat(((CallRecord) call).principal()).isNull();
      assertThat(call.decision().proceeds()).isFalse();
    }
  }

  // ---- what uses a proof up, and what does not

  @ParameterizedTest
  @ValueSource(strings = {"ath", "htu", "htm"})
  void row59_failedProof_doesNotUseUpItsId(String claim) {
    try (BindingApp app = BindingApp.start()) {
      String token = app.boundToken();
      assertThat(app.call(token, app.proof(token).id("one").claim(claim, "wrong").sign()))
          .hasReason("invalid_dpop_proof");
      assertThat(app.call(token, app.proof(token).id("one").signedBy(other(app)).sign()))
          .hasReason("invalid_dpop_proof");
      assertThat(app.call(BindingApp.request().bearer(token).header("DPoP", "x")))
          .hasReason("dpop_required");
      assertThat(app.call(token, app.proof(token).id("one").sign())).isOk();
    }
  }

  @Test
  void row59_missingNonce_doesNotUseUpTheId() {
    try (BindingApp app = BindingApp.with(a -> a.property("flyball.auth.dpop.nonce", "required"))) {
      String token = app.boundToken();
      CallRecord record = app.call(token, app.proof(token).id("one").sign());
      assertThat(record).hasReason("use_dpop_nonce");
      String nonce = DpopNonceTest.nonce(record);
      assertThat(app.call(token, app.proof(token).id("one").nonce(nonce).sign())).isOk();
      isReplayed(app.call(token, app.proof(token).id("one").nonce(nonce).sign()));
    }
  }

  private static DpopKey other(BindingApp app) {
    return app.auth.issuer.dpopKey();
  }

  @Test
  void manyProofs_leaveNothingBehindOnceTheirTimeIsOver() {
    ManualTime time = ManualTime.create();
    SharedStore counted = SharedStore.inMemory(time);
    try (BindingApp app = BindingApp.on(counted, PLAIN)) {
      String token = app.boundToken();
      for (int i = 0; i < 50; i++) {
        assertThat(app.call(token, app.proof(token).sign())).isOk();
      }
      assertThat(used(counted)).isEqualTo(50);
      time.advance(Duration.ofSeconds(121));
      assertThat(used(counted)).isZero();
    }
  }

  private static int used(SharedStore store) {
    return store.list("auth/dpop/used/").toCompletableFuture().join().entries().size();
  }
}
