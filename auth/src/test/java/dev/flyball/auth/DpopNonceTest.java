// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.CallRecord;
import dev.flyball.Header;
import dev.flyball.SharedStore;
import dev.flyball.auth.FlakyStore.Mode;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Nonces that this service gives out (row 58; RFC 9449, section 9). */
class DpopNonceTest {

  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final Consumer<InProcessApp> REQUIRED =
      app -> app.property("flyball.auth.dpop.nonce", "required");

  private static BindingApp keyed(String key) {
    return BindingApp.with(REQUIRED.andThen(a -> a.property("flyball.auth.dpop.nonce-key", key)));
  }

  /** The nonce that a refusal brings; fails where there is not exactly one. */
  static String nonce(CallRecord record) {
    List<String> nonces =
        record.problem().headers().stream()
            .filter(header -> header.name().equals("DPoP-Nonce"))
            .map(Header::value)
            .toList();
    assertThat(nonces).hasSize(1);
    return nonces.get(0);
  }

  private static String ask(BindingApp app) {
    return nonce(app.callProving(proof -> proof));
  }

  private static CallRecord callWith(BindingApp app, String nonce) {
    return app.callProving(proof -> proof.nonce(nonce));
  }

  private static void isAskedFor(CallRecord record) {
    assertThat(record)
        .isRefusedBy("authenticate")
        .hasProblem(401, "use_dpop_nonce")
        .hasReason("use_dpop_nonce");
    assertThat(nonce(record)).matches("[A-Za-z0-9_-]{22}");
    assertThat(record.problem().headers())
        .anySatisfy(header ->
            assertThat(header.value())
                .startsWith("DPoP realm=\"flyball\", error=\"use_dpop_nonce\", algs="));
    assertThat(record.principal()).isNull();
  }

  @Test
  void row58_nonceThatIsMissing_isAskedForAndThenGood() {
    try (BindingApp app = BindingApp.with(REQUIRED)) {
      CallRecord first = app.callProving(proof -> proof);
      isAskedFor(first);
      assertThat(callWith(app, nonce(first))).isOk();
      assertThat(callWith(app, nonce(first))).as("again, in another proof").isOk();
    }
  }

  @Test
  void row58_forgedNonce_isRefused() {
    try (BindingApp app = BindingApp.with(REQUIRED);
        BindingApp other = keyed("another key of at least 32 characters")) {
      String good = ask(app);
      isAskedFor(callWith(app, ""));
      isAskedFor(callWith(app, "AAAAAAAAAAAAAAAAAAAAAA"));
      isAskedFor(callWith(app, good + "="));
      isAskedFor(callWith(app, good.substring(1)));
      isAskedFor(callWith(app, ask(other)));
      isAskedFor(app.callProving(proof -> proof.claim("nonce", 7)));
      isAskedFor(app.callProving(proof -> proof.claim("nonce", List.of(good))));
      assertThat(callWith(app, good)).isOk();
    }
  }

  @Test
  void row58_expiredNonce_isRefusedWithAFreshOne() {
    try (BindingApp app = BindingApp.with(REQUIRED)) {
      String nonce = ask(app); // the clock stands at a full minute
      app.auth.advance(Duration.ofSeconds(119));
      assertThat(callWith(app, nonce)).isOk();
      app.auth.advance(Duration.ofSeconds(1));
      CallRecord late = callWith(app, nonce);
      isAskedFor(late);
      assertThat(nonce(late)).isNotEqualTo(nonce);
      assertThat(callWith(app, nonce(late))).isOk();
    }
  }

  @Test
  void nonceOfTheSlotBefore_bringsTheNextOneWithTheAnswer() {
    try (BindingApp app = BindingApp.with(REQUIRED)) {
      String nonce = ask(app);
      assertThat(answered(app, nonce)).isEmpty();
      app.auth.advance(Duration.ofSeconds(60));
      List<String> next = answered(app, nonce);
      assertThat(next).hasSize(1).doesNotContain(nonce);
      app.auth.advance(Duration.ofSeconds(60));
      assertThat(callWith(app, next.get(0))).isOk();
    }
  }

  private static List<String> answered(BindingApp app, String nonce) {
    String token = app.boundToken();
    dev.flyball.Call call =
        app.auth
            .app
            .governor()
            .begin(BindingApp.request(token, app.proof(token).nonce(nonce).sign()));
    call.enter(app.auth.guarded, dev.flyball.Parameters.none());
    assertThat(call.await().proceeds()).isTrue();
    List<String> nonces =
        call.responseHeaders().stream()
            .filter(header -> header.name().equals("DPoP-Nonce"))
            .map(Header::value)
            .toList();
    assertThat(call.responseHeaders())
        .as("nobody keeps an answer with a nonce")
        .filteredOn(header -> header.name().equals("Cache-Control"))
        .extracting(Header::value)
        .isEqualTo(nonces.isEmpty() ? List.of() : List.of("no-store"));
    call.end(dev.flyball.Outcome.http(200));
    return nonces;
  }

  @Test
  void wrongProof_isNotToldWhichNonceIsGood() {
    try (BindingApp app = BindingApp.with(REQUIRED)) {
      CallRecord record = app.callProving(proof -> proof.claim("ath", "x"));
      assertThat(record).hasReason("invalid_dpop_proof");
      assertThat(record.problem().headers())
          .noneMatch(header -> header.name().equals("DPoP-Nonce"));
    }
  }

  // ---- one key for all instances

  @Test
  void instances_withOneConfiguredKey_takeEachOthersNonces() {
    try (BindingApp one = keyed(KEY);
        BindingApp two = keyed(KEY)) {
      assertThat(callWith(two, ask(one))).isOk();
    }
  }

  @Test
  void instances_onOneStore_takeEachOthersNonces() {
    SharedStore store = SharedStore.inMemory(ManualTime.create());
    try (BindingApp one = BindingApp.on(store, REQUIRED);
        BindingApp two = BindingApp.on(store, REQUIRED)) {
      assertThat(callWith(two, ask(one))).isOk();
    }
  }

  @Test
  void instances_withoutAStore_doNot() {
    try (BindingApp one = BindingApp.with(REQUIRED);
        BindingApp two = BindingApp.with(REQUIRED)) {
      isAskedFor(callWith(two, ask(one)));
    }
  }

  @Test
  void instance_whoseStoreIsDownAtFirst_takesTheCommonKeyLater() {
    FlakyStore store = new FlakyStore(ManualTime.create());
    try (BindingApp one = BindingApp.on(store, REQUIRED)) {
      store.mode(Mode.THROWS);
      Consumer<InProcessApp> alone =
          app ->
              app.property("flyball.auth.revocation.on-outage", "accept")
                  .property("flyball.auth.dpop.replay", "nonce");
      try (BindingApp two = BindingApp.on(store, REQUIRED.andThen(alone))) {
        assertThat(two.auth.app.events())
            .anyMatch(event -> event.name().equals("auth.dpop.nonce-key-unavailable"));
        assertThat(callWith(two, ask(two))).as("its own key meanwhile").isOk();
        store.mode(Mode.WORKS);
        two.auth.advance(Duration.ofSeconds(5));
        one.auth.advance(Duration.ofSeconds(5));
        assertThat(callWith(two, ask(one))).isOk();
      }
    }
  }

  @Test
  void shortKey_isAStartupProblemThatDoesNotShowIt() {
    assertThatThrownBy(() -> keyed("too-short-a-key").close())
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.dpop.nonce-key")
        .hasMessageContaining("at least 32 characters")
        .hasMessageNotContaining("too-short-a-key");
  }
}
