// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flyball.Event;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** When the set of an issuer is fetched, what becomes of it, and what is told. */
class JwksSourceTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  // ---- how often

  @Test
  void demands_planNoRefreshesBesideTheOneThatIsPlanned() {
    try (SourceApp app = SourceApp.start()) {
      for (int i = 0; i < 40; i++) {
        demand(app, "invented-" + i);
        app.pass(Duration.ofSeconds(15), Duration.ofSeconds(15));
      }
      int during = app.fetches();
      app.pass(Duration.ofHours(1), Duration.ofSeconds(5));
      // 50 to 80 percent of 5 minutes: 15 to 24 an hour
      assertThat(app.fetches() - during).isBetween(14, 25);
    }
  }

  @Test
  void demandsOfAnHour_areMetTwiceIn30SecondsAtMost() {
    try (SourceApp app = SourceApp.start()) {
      List<Long> fetched = new ArrayList<>();
      for (int second = 0; second < 3_600; second++) {
        int before = app.fetches();
        demand(app, "invented-" + second);
        app.pass(SECOND, SECOND);
        for (int i = before; i < app.fetches(); i++) {
          fetched.add((long) second);
        }
      }
      for (int i = 2; i < fetched.size(); i++) {
        assertThat(fetched.get(i) - fetched.get(i - 2)).isGreaterThanOrEqualTo(29);
      }
      assertThat(fetched).hasSizeGreaterThan(200);
    }
  }

  @Test
  void oneMissingId_isLookedForTwiceAMinute_notAsOftenAsTheBudgetAllows() {
    try (SourceApp app = SourceApp.start()) {
      int before = app.fetches();
      for (int second = 0; second < 120; second++) {
        demand(app, "always-the-same");
        app.pass(SECOND, SECOND);
      }
      assertThat(app.fetches() - before).isBetween(3, 5);
    }
  }

  @Test
  void idThatWasMissing_isFoundHalfAMinuteAfterItIsPublished() {
    try (SourceApp app = SourceApp.start()) {
      SigningKey next = SigningKey.generate(Algorithm.ES256);
      demand(app, next.id());
      assertThat(app.source.current().find(next.id())).isNull();
      app.issuer.keys().publish(next);
      for (int second = 0; second < 30; second++) {
        demand(app, next.id());
        app.pass(SECOND, SECOND);
      }
      demand(app, next.id());
      app.pass(SECOND, SECOND);
      assertThat(app.source.current().find(next.id())).isNotNull();
    }
  }

  @Test
  void scheduledRefresh_needsNothingOfTheBudget() {
    try (SourceApp app = SourceApp.start()) {
      app.pass(Duration.ofSeconds(145), SECOND);
      demand(app, "invented");
      int spent = app.fetches();
      app.issuer.fault(LocalIssuer.JWKS, Fault.status(503));
      app.pass(Duration.ofSeconds(240), SECOND);
      assertThat(app.fetches()).isGreaterThan(spent);
    }
  }

  /** Asks as a call does whose key is not in the set. */
  private static void demand(SourceApp app, String keyId) {
    CompletionStage<KeySet> newer = app.source.newer(keyId);
    if (newer != null) {
      newer.toCompletableFuture().join();
    }
    if (app.source.current().find(keyId) == null) {
      app.source.isUnknown(keyId);
    }
  }

  // ---- who waits

  @Test
  void slowIssuer_isWaitedForByFewCalls_andShortly() {
    try (SourceApp app = SourceApp.startInBackground()) {
      app.issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofSeconds(10)));
      List<CompletionStage<KeySet>> waiting = waiters(app);
      assertThat(waiting).hasSize(64);
      long start = System.nanoTime();
      waiting.forEach(each -> each.toCompletableFuture().join());
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_500));
      await().untilAsserted(() -> assertThat(waiters(app)).as("they have left").hasSize(64));
    }
  }

  private static List<CompletionStage<KeySet>> waiters(SourceApp app) {
    List<CompletionStage<KeySet>> waiting = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      CompletionStage<KeySet> newer = app.source.newer("invented-" + i);
      if (newer != null) {
        waiting.add(newer);
      }
    }
    return waiting;
  }

  // ---- outages

  @Test
  void outage_isAskedAboutSparingly_andEndsWithinAMinute() {
    try (SourceApp app = SourceApp.start()) {
      app.issuer.fault(LocalIssuer.JWKS, Fault.status(503));
      int before = app.fetches();
      app.pass(Duration.ofHours(1), SECOND);
      assertThat(app.fetches() - before).isBetween(30, 130);
      assertThat(app.events("auth.keys.refresh-failed")).hasSize(1);
      app.issuer.clearFaults();
      app.pass(Duration.ofSeconds(75), SECOND);
      assertThat(app.events("auth.keys.recovered")).hasSize(1);
    }
  }

  @Test
  void oneLostAnswer_isTriedOnceMore_andIsNoOutage() {
    try (SourceApp app = SourceApp.start()) {
      app.issuer.fault(LocalIssuer.JWKS, Fault.hangUp());
      int before = app.fetches();
      while (app.fetches() == before) {
        app.advance(Duration.ofMillis(100));
      }
      app.issuer.clearFaults();
      app.advance(SECOND);
      assertThat(app.counts("flyball.auth.keys.refreshes")).containsEntry("unchanged", 1.0);
      assertThat(app.events("auth.keys.refresh-failed")).isEmpty();
      assertThat(app.counts("flyball.auth.keys.refreshes")).doesNotContainKey("failed");
    }
  }

  @Test
  void issuer_isUnreachableFromTheFetchThatFailed_toTheNextThatDoesNot() {
    try (SourceApp app = SourceApp.start()) {
      assertThat(app.source.isUnreachable()).isFalse();
      app.issuer.fault(LocalIssuer.JWKS, Fault.hangUp());
      demand(app, "rotated");
      assertThat(app.source.isUnreachable()).isTrue();
      app.issuer.clearFaults();
      app.pass(Duration.ofSeconds(6), SECOND);
      assertThat(app.source.isUnreachable()).as("the first retry is after 4 to 6 s").isFalse();
    }
  }

  @Test
  void issuer_whoseScheduledAnswerGetsLostOnce_isNeverUnreachable() {
    try (SourceApp app = SourceApp.start()) {
      app.issuer.fault(LocalIssuer.JWKS, Fault.hangUp());
      int before = app.fetches();
      while (app.fetches() == before) {
        app.advance(Duration.ofMillis(100));
      }
      assertThat(app.source.isUnreachable()).as("it is tried once more").isFalse();
      app.issuer.clearFaults();
      app.advance(SECOND);
      assertThat(app.source.isUnreachable()).isFalse();
    }
  }

  @Test
  void issuer_whoseAnswerIsRefused_isNotUnreachable_untilItAnswersNoMore() {
    try (SourceApp app = SourceApp.start()) {
      SigningKey poison = app.issuer.keys().rotate(Algorithm.ES256);
      app.issuer.keys().publish(poison.publicJwk());
      demand(app, "rotated");
      assertThat(app.events("auth.keys.refused")).hasSize(1);
      assertThat(app.source.isUnreachable()).isFalse();
      app.issuer.down();
      app.pass(Duration.ofSeconds(30), SECOND);
      assertThat(app.source.isUnreachable()).isTrue();
    }
  }

  @Test
  void idThatNobodyCouldBeAskedAbout_isAskedAboutOnceTheIssuerIsBack() {
    try (SourceApp app = SourceApp.start()) {
      SigningKey next = app.issuer.keys().rotate(Algorithm.ES256);
      app.issuer.fault(LocalIssuer.JWKS, Fault.status(503));
      demand(app, next.id());
      assertThat(app.source.isUnreachable()).isTrue();
      app.issuer.clearFaults();
      app.pass(Duration.ofSeconds(15), SECOND);
      assertThat(app.source.current().find(next.id())).isNotNull();
    }
  }

  @Test
  void coldStartWithoutIssuer_asksAgainEachSecond_untilTheBreakerOpens() {
    SourceApp cold = SourceApp.create();
    cold.issuer.fault(LocalIssuer.JWKS, Fault.status(500));
    try (cold) {
      cold.app.start();
      for (int i = 0; i < 60; i++) {
        cold.source.newer("any");
        cold.pass(SECOND, SECOND);
      }
      assertThat(cold.counts("flyball.auth.keys.refreshes")).containsKeys("failed", "suppressed");
      assertThat(cold.fetches()).isBetween(4, 20);
      cold.issuer.clearFaults();
      cold.pass(Duration.ofSeconds(75), SECOND);
      assertThat(cold.source.wasRead()).isTrue();
    }
  }

  @Test
  void oldKeys_areGivenUpAtTheLimit_notAtTheNextAttemptAfterIt() {
    SourceApp app = SourceApp.create();
    try (app) {
      app.app.property("flyball.auth.keys.stale-limit", "10m");
      app.app.start();
      assertThat(app.source.wasRead()).isTrue();
      app.issuer.down();
      app.pass(Duration.ofSeconds(599), SECOND);
      assertThat(app.source.current().isEmpty()).isFalse();
      app.pass(Duration.ofSeconds(2), SECOND);
      assertThat(app.events("auth.keys.expired")).hasSize(1);
      assertThat(app.source.current().isEmpty()).isTrue();
      assertThat(app.source.wasRead()).as("it was ready, and stays so").isTrue();
      app.issuer.up();
      app.pass(Duration.ofSeconds(75), SECOND);
      assertThat(app.source.current().isEmpty()).isFalse();
    }
  }

  @Test
  void answerThatNothingIsModified_isAFailureWhereNobodyHasAsked() {
    try (SourceApp app = SourceApp.create()) {
      app.issuer.fault(LocalIssuer.JWKS, Fault.status(304));
      app.app.start();
      app.advance(SECOND);
      assertThat(app.events("auth.keys.refresh-failed")).hasSize(1);
      assertThat(app.source.wasRead()).isFalse();
    }
  }

  // ---- what is told

  @Test
  void refusedSet_staysRefused_thoughTheIssuerSaysThatItHasNotChanged() {
    try (SourceApp app = SourceApp.start()) {
      app.issuer.keys().publish(Map.of("kty", "oct", "k", "AAAA", "kid", "poison"));
      app.pass(Duration.ofMinutes(30), Duration.ofSeconds(5));
      assertThat(app.events("auth.keys.refused")).hasSize(1);
      assertThat(app.events("auth.keys.recovered")).isEmpty();
      assertThat(app.source.isInTrouble()).isTrue();
      assertThat(app.source.current().size()).isEqualTo(1);
      app.issuer.keys().unpublish("poison");
      app.pass(Duration.ofSeconds(75), SECOND);
      assertThat(app.events("auth.keys.recovered")).hasSize(1);
    }
  }

  @Test
  void refusedSet_isFetchedByAColdSourceOnceItIsMended() {
    SourceApp app = SourceApp.create();
    app.issuer.keys().publish(Map.of("kty", "oct", "k", "AAAA", "kid", "poison"));
    try (app) {
      app.app.start();
      assertThat(app.events("auth.keys.refused")).hasSize(1);
      assertThat(app.events("auth.keys.refused").get(0).severity()).isEqualTo(Event.Severity.ERROR);
      app.issuer.keys().unpublish("poison");
      app.pass(Duration.ofSeconds(15), SECOND);
      assertThat(app.source.wasRead()).isTrue();
    }
  }

  @Test
  void row12_weakKeys_areLeftOut_withAnAlarmForEachOnce() {
    try (SourceApp app = SourceApp.start()) {
      Map<String, ?> weak = SigningKey.rsa(1024).publicJwk();
      app.issuer.keys().publish(weak);
      app.issuer.keys().publish(exponentOne());
      app.issuer.keys().publish(encryption());
      app.pass(Duration.ofMinutes(30), Duration.ofSeconds(5));
      List<Event> alarms = app.events("auth.keys.weak");
      assertThat(alarms).hasSize(1);
      assertThat(alarms.get(0).severity()).isEqualTo(Event.Severity.WARN);
      assertThat(String.valueOf(alarms.get(0).fields().get("flyball.auth.keys_dropped")))
          .contains("1024 bits", "exponent 1")
          .doesNotContain("not for signatures");
      assertThat(app.counts("flyball.auth.keys.dropped")).containsEntry("main", 3.0);
      assertThat(app.source.current().size()).isEqualTo(1);
    }
  }

  private static Map<String, Object> exponentOne() {
    Map<String, Object> jwk = new LinkedHashMap<>(SigningKey.rsa(2048).publicJwk());
    jwk.put("e", "AQ");
    jwk.put("kid", "one");
    return jwk;
  }

  private static Map<String, Object> encryption() {
    Map<String, Object> jwk = new LinkedHashMap<>(SigningKey.rsa(2048).publicJwk());
    jwk.put("use", "enc");
    jwk.put("kid", "enc");
    return jwk;
  }

  @Test
  void removedKey_isToldAndCounted() {
    try (SourceApp app = SourceApp.start()) {
      String old = app.issuer.keys().current().id();
      app.issuer.keys().rotate();
      app.pass(Duration.ofMinutes(5), Duration.ofSeconds(5));
      assertThat(app.events("auth.keys.removed")).isEmpty();
      app.issuer.keys().retire(old);
      app.pass(Duration.ofMinutes(5), Duration.ofSeconds(5));
      assertThat(app.events("auth.keys.removed")).hasSize(1);
      assertThat(app.events("auth.keys.removed").get(0).fields())
          .containsEntry("flyball.auth.keys_removed", old)
          .containsEntry("flyball.issuer", "main");
      assertThat(app.counts("flyball.auth.keys.removed")).containsEntry("main", 1.0);
    }
  }

  @Test
  void refreshes_areCountedByWhatTheyCameTo() {
    try (SourceApp app = SourceApp.start()) {
      app.pass(Duration.ofMinutes(5), Duration.ofSeconds(5));
      app.issuer.keys().rotate();
      app.pass(Duration.ofMinutes(5), Duration.ofSeconds(5));
      app.issuer.fault(LocalIssuer.JWKS, Fault.status(500));
      app.pass(Duration.ofMinutes(5), Duration.ofSeconds(5));
      app.issuer.fault(LocalIssuer.JWKS, Fault.answer(200, "application/json", "{\"keys\":[]}"));
      app.pass(Duration.ofMinutes(5), Duration.ofSeconds(5));
      Map<String, Double> counts = app.counts("flyball.auth.keys.refreshes");
      assertThat(counts).containsEntry("changed", 2.0);
      assertThat(counts.get("unchanged")).isPositive();
      assertThat(counts.get("failed")).isPositive();
      assertThat(counts.get("refused")).isPositive();
    }
  }
}
