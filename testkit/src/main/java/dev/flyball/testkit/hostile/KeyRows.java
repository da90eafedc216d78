// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import dev.flyball.testkit.hostile.Row.Ground;
import dev.flyball.testkit.hostile.Row.Need;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Rows 28 to 34: issuers that fail, are flooded, or lie. */
final class KeyRows {

  private static final int FLOOD = 10_000;
  private static final int ATTACKERS = 8;
  private static final int VALID_EVERY = 100;

  private KeyRows() {}

  static List<Row> all() {
    return List.of(flood(), rotation(), outage(), badAnswers(), poison(), removal(), discovery());
  }

  private static Row moving(int number, String title) {
    return Row.of(number, title).on(Ground.MOVING).needs(Need.IN_THIS_PROCESS);
  }

  // ---- unknown keys

  private static Row flood() {
    return moving(28, "10,000 invented kids in a second").once("flood", KeyRows::flooded);
  }

  private static void flooded(Attacked service, HostileTarget target) throws Exception {
    LocalIssuer issuer = service.issuer("flood");
    String known = service.token(issuer, target).sign();
    assertThat(service.isLetIn(target, known)).isTrue();
    int before = issuer.requests(LocalIssuer.JWKS);
    ExecutorService attackers = Executors.newFixedThreadPool(ATTACKERS);
    try {
      List<Future<Integer>> runs = new ArrayList<>();
      for (int i = 0; i < ATTACKERS; i++) {
        int first = i * (FLOOD / ATTACKERS);
        runs.add(attackers.submit(attack(service, target, issuer, known, first)));
      }
      for (Future<Integer> run : runs) {
        assertThat(run.get()).as("refused with 401").isEqualTo(FLOOD / ATTACKERS);
      }
    } finally {
      attackers.shutdownNow();
    }
    for (int i = 0; i < FLOOD + 2 * FLOOD / VALID_EVERY; i++) {
      service.record(); // whosever it is: attackers that wait for theirs take those of others
    }
    service.requireNoRecord();
    service.advance(Duration.ofSeconds(29));
    assertThat(issuer.requests(LocalIssuer.JWKS) - before).as("fetches").isBetween(0, 2);
    service.settle(target);
  }

  private static Callable<Integer> attack(
      Attacked service, HostileTarget target, LocalIssuer issuer, String known, int first) {
    return () -> {
      int refused = 0;
      for (int i = first; i < first + FLOOD / ATTACKERS; i++) {
        String header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"invented-" + i + "\"}";
        String forged = Segments.with(known, 0, Segments.encode(header));
        refused += answer(service, target, forged) == 401 ? 1 : 0;
        if (i % VALID_EVERY == 0) {
          assertThat(answer(service, target, known)).as("a known token").isLessThan(300);
          String fresh = service.token(issuer, target).sign();
          assertThat(answer(service, target, fresh)).as("a new token").isLessThan(300);
        }
      }
      return refused;
    };
  }

  private static int answer(Attacked service, HostileTarget target, String token)
      throws IOException {
    return service.send(target, target.path(), Attacked.bearer(token)).status();
  }

  private static Row rotation() {
    return moving(29, "rotation after an attacker has spent the budget")
        .once(
            "usable within 30 s",
            (service, target) -> {
              LocalIssuer issuer = service.issuer("rotating");
              String known = service.token(issuer, target).sign();
              assertThat(service.isLetIn(target, known)).isTrue();
              for (int i = 0; i < 5; i++) {
                String forged = service.token(issuer, target).header("kid", "invented-" + i).sign();
                service.answers(target, Expected.invalidToken("kid_unknown"), forged);
              }
              issuer.keys().rotate();
              String fresh = service.token(issuer, target).sign();
              for (int i = 0; i < 30 && !service.isLetIn(target, fresh); i++) {
                service.advance(Duration.ofSeconds(1));
              }
              Attacked.eventually("the new key", () -> service.isLetIn(target, fresh));
              assertThat(service.isLetIn(target, known)).as("the old key").isTrue();
            });
  }

  // ---- issuers that fail

  private static Row outage() {
    return moving(30, "keys cannot be fetched")
        .once(
            "known kid, for an hour",
            (service, target) -> {
              LocalIssuer issuer = service.issuer("outage");
              assertThat(service.isLetIn(target, service.token(issuer, target).sign())).isTrue();
              issuer.down();
              for (int minute = 0; minute < 60; minute++) {
                service.advance(Duration.ofMinutes(1));
                String token = service.token(issuer, target).sign();
                assertThat(service.status(target, token)).as("minute %d", minute).isEqualTo(200);
              }
              issuer.up();
            })
        .once(
            "unknown kid: to be tried again",
            (service, target) -> {
              LocalIssuer issuer = service.issuer("outage");
              issuer.down();
              String token = service.token(issuer, target).header("kid", "invented").sign();
              Attacked.eventually(
                  "a fetch that fails",
                  () -> {
                    service.advance(Duration.ofSeconds(15));
                    return service.status(target, token) == 503;
                  });
              service.answers(target, Expected.unavailable("keys_unavailable"), token);
              issuer.up();
            })
        .once(
            "cold start, and recovery",
            (service, target) -> {
              LocalIssuer issuer = service.issuer("cold");
              String token = service.token(issuer, target).sign();
              service.answers(target, Expected.unavailable("keys_unavailable"), token);
              issuer.up();
              Attacked.eventually(
                  "keys after the outage",
                  () -> {
                    service.advance(Duration.ofSeconds(5));
                    return service.isLetIn(target, service.token(issuer, target).sign());
                  });
            });
  }

  private static Row badAnswers() {
    Row row = moving(31, "keys that come slowly, or not as keys");
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put("500", Fault.status(500));
    faults.put("404", Fault.status(404));
    faults.put("50 MB", Fault.body(50_000_000));
    faults.put("50 MB in chunks", Fault.body(50_000_000).chunked());
    faults.put("gzip bomb", Fault.gzipBomb(50_000_000));
    faults.put("HTML", Fault.html());
    faults.put("truncated", Fault.truncated());
    faults.put("hang up", Fault.hangUp());
    faults.put("text/plain", Fault.contentType("text/plain"));
    faults.put("no keys", Fault.answer(200, "application/json", "{\"keys\":[]}"));
    faults.put("an array", Fault.answer(200, "application/json", "[]"));
    faults.put("nothing", Fault.answer(200, "application/json", ""));
    faults.forEach((name, fault) -> row.once(name, (s, t) -> keepsLastGoodSet(s, t, fault)));
    return row.once(
            "redirect to another host",
            (service, target) -> {
              keepsLastGoodSet(service, target, Fault.redirect(service.canary().url("/jwks")));
              assertThat(service.canary().visits()).as("redirects followed").isEmpty();
            })
        .once(
            "10 s late",
            (service, target) -> {
              LocalIssuer issuer = service.issuer("faulty");
              assertThat(service.isLetIn(target, service.token(issuer, target).sign())).isTrue();
              issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofSeconds(10)));
              service.advance(Duration.ofMinutes(5));
              long start = System.nanoTime();
              for (int i = 0; i < 50; i++) {
                String token = service.token(issuer, target).sign();
                assertThat(service.status(target, token)).isEqualTo(200);
              }
              Duration taken = Duration.ofNanos(System.nanoTime() - start);
              assertThat(taken).as("50 calls").isLessThan(Duration.ofSeconds(5));
              issuer.clearFaults();
            });
  }

  private static void keepsLastGoodSet(Attacked service, HostileTarget target, Fault fault) {
    LocalIssuer issuer = service.issuer("faulty");
    Attacked.eventually(
        "keys before the fault",
        () -> {
          service.advance(Duration.ofSeconds(5));
          return service.isLetIn(target, service.token(issuer, target).sign());
        });
    issuer.fault(LocalIssuer.JWKS, fault);
    refetch(service, issuer);
    String token = service.token(issuer, target).sign();
    assertThat(service.status(target, token)).as("a new token").isEqualTo(200);
    issuer.clearFaults();
  }

  /** Lets time pass until the keys have been asked for, and what came was looked at. */
  private static void refetch(Attacked service, LocalIssuer issuer) {
    int before = issuer.requests(LocalIssuer.JWKS);
    int discoveries = issuer.requests(LocalIssuer.OPENID_CONFIGURATION);
    Attacked.eventually(
        "two fetches of keys",
        () -> {
          service.advance(Duration.ofMinutes(1));
          return issuer.requests(LocalIssuer.JWKS) > before + 1
              || issuer.requests(LocalIssuer.OPENID_CONFIGURATION) > discoveries + 1;
        });
  }

  private static Row poison() {
    return moving(32, "key sets that are poisoned")
        .once("one kid for two keys", poisoned("twice", 2))
        .once("a private key", poisoned("private", 1))
        .once("a symmetric key", poisoned("oct", 1));
  }

  private static Row.Body poisoned(String kind, int keys) {
    return (service, target) -> {
      LocalIssuer issuer = service.issuer("poisoned");
      String known = service.token(issuer, target).sign();
      assertThat(service.isLetIn(target, known)).isTrue();
      SigningKey attacker = SigningKey.generate(Algorithm.ES256).withId("attacker-" + kind);
      for (int i = 0; i < keys; i++) {
        issuer.keys().publish(poison(kind, attacker));
      }
      refetch(service, issuer);
      String forged = service.token(issuer, target).signedBy(attacker).sign();
      service.answers(target, Expected.invalidToken("kid_unknown", "signature_invalid"), forged);
      String fresh = service.token(issuer, target).sign();
      assertThat(service.status(target, fresh)).as("the last good set").isEqualTo(200);
      issuer.keys().unpublish(attacker.id());
      refetch(service, issuer);
    };
  }

  private static Map<String, Object> poison(String kind, SigningKey key) {
    return switch (kind) {
      case "private" -> key.privateJwk();
      case "oct" -> Map.of("kty", "oct", "kid", key.id(), "k", "c2VjcmV0", "alg", "HS256");
      default -> key.publicJwk();
    };
  }

  private static Row removal() {
    return moving(33, "key taken back")
        .once(
            "its cached tokens go with it",
            (service, target) -> {
              LocalIssuer issuer = service.issuer("removed");
              String old = issuer.keys().current().id();
              String token = service.token(issuer, target).expiresIn(Duration.ofHours(12)).sign();
              assertThat(service.isLetIn(target, token)).isTrue();
              assertThat(service.isLetIn(target, token)).as("known by now").isTrue();
              issuer.keys().rotate();
              issuer.keys().unpublish(old);
              refetch(service, issuer);
              Attacked.eventually("key removed", () -> service.status(target, token) == 401);
              service.answers(target, Expected.invalidToken("kid_unknown", "key_removed"), token);
            });
  }

  private static Row discovery() {
    Row row = moving(34, "discovery that lies");
    for (String lie : FaultyIssuers.LIES) {
      row.once(
          lie,
          (service, target) -> {
            LocalIssuer issuer = service.issuer(lie);
            service.answers(
                target,
                Expected.unavailable("keys_unavailable"),
                service.token(issuer, target).sign());
            assertThat(issuer.requests(LocalIssuer.JWKS)).as("keys fetched all the same").isZero();
            assertThat(service.canary().visits()).as("requests to the liar's address").isEmpty();
          });
    }
    return row;
  }
}
