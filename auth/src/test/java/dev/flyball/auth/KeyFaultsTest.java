// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flyball.CallRecord;
import dev.flyball.Event;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an issuer that fails, lies, rotates or is used as a weapon does to the calls of a service:
 * key sets come over real HTTP, calls come on many threads, and only the clock is by hand.
 */
class KeyFaultsTest {

  private static final int FLOOD = 10_000;
  private static final int ATTACKERS = 4;

  /** Calls whose tokens are signed with keys that nobody has. */
  private static final class Flood {

    private final AuthApp app;
    private final String[] parts;
    private final AtomicInteger sent = new AtomicInteger();

    Flood(AuthApp app) {
      this.app = app;
      this.parts = app.issuer.token().algorithm(Algorithm.ES256).sign().split("\\.");
    }

    CallRecord next() {
      String header = "{\"alg\":\"ES256\",\"kid\":\"invented-" + sent.incrementAndGet() + "\"}";
      byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
      String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      return app.call(encoded + "." + parts[1] + "." + parts[2]);
    }

    /** Sends until so many have been sent by all, and checks that each was turned away. */
    Callable<Integer> until(int most) {
      return () -> {
        int mine = 0;
        while (sent.get() < most) {
          assertThat(next()).hasProblem(401, "invalid_token").hasReason("kid_unknown");
          mine++;
        }
        return mine;
      };
    }
  }

  // ---- row 28

  @Test
  void row28_floodOfInventedKeys_onPlatformThreads() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      floodBesideValidCalls(threads);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void row28_floodOfInventedKeys_onVirtualThreads() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "this JDK has no virtual threads");
    ExecutorService threads =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try {
      floodBesideValidCalls(threads);
    } finally {
      threads.shutdownNow();
    }
  }

  /** The clock stands still: all of it comes within a second. */
  private static void floodBesideValidCalls(ExecutorService threads) throws Exception {
    try (AuthApp app = AuthApp.start()) {
      String known = app.issuer.token().algorithm(Algorithm.ES256).sign();
      assertThat(app.call(known)).isOk();
      int before = app.issuer.requests(LocalIssuer.JWKS);
      Flood flood = new Flood(app);
      List<Future<Integer>> attackers = new ArrayList<>();
      for (int i = 0; i < ATTACKERS; i++) {
        attackers.add(threads.submit(flood.until(FLOOD)));
      }
      AtomicBoolean over = new AtomicBoolean();
      Future<Integer> recognised = threads.submit(valid(over, () -> app.call(known)));
      Future<Integer> verified =
          threads.submit(
              valid(over, () -> app.call(app.issuer.token().algorithm(Algorithm.ES256).sign())));
      int refused = 0;
      for (Future<Integer> attacker : attackers) {
        refused += attacker.get();
      }
      over.set(true);
      assertThat(refused).isGreaterThanOrEqualTo(FLOOD);
      assertThat(recognised.get()).as("calls with a known token").isPositive();
      assertThat(verified.get()).as("calls with a new token").isPositive();
      for (int second = 0; second < 29; second++) {
        app.advance(Duration.ofSeconds(1));
        flood.next();
      }
      await()
          .during(Duration.ofMillis(200))
          .untilAsserted(
              () -> assertThat(app.issuer.requests(LocalIssuer.JWKS) - before).isBetween(1, 2));
    }
  }

  /** Calls again and again until it is over; not one may fail. */
  private static Callable<Integer> valid(AtomicBoolean over, Callable<CallRecord> call) {
    return () -> {
      int count = 0;
      do {
        assertThat(call.call()).isOk();
        count++;
      } while (!over.get());
      return count;
    };
  }

  @Test
  void row28_flood_whileTheIssuerHangs_holdsFewThreads_andNoValidCall() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (AuthApp app = AuthApp.start()) {
      String known = app.issuer.token().algorithm(Algorithm.ES256).sign();
      assertThat(app.call(known)).isOk();
      app.issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofSeconds(10)));
      Flood flood = new Flood(app);
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      List<Future<CallRecord>> attackers = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        attackers.add(
            threads.submit(() -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              try {
                return flood.next();
              } finally {
                inside.decrementAndGet();
              }
            }));
        assertThat(app.call(known)).isOk();
      }
      for (Future<CallRecord> attacker : attackers) {
        // the latter for those that come after the fetch was given up
        assertThat(reason(attacker.get())).isIn("kid_unknown", "keys_unavailable");
      }
      assertThat(most.get()).as("held at once, and those on their way").isLessThan(200);
      await().untilAsserted(() -> assertThat(flood.next()).hasProblem(503, "keys_unavailable"));
      assertThat(app.call(known)).isOk();
    } finally {
      threads.shutdownNow();
    }
  }

  private static String reason(CallRecord record) {
    return String.valueOf(Objects.requireNonNull(record.refusal()).reason());
  }

  // ---- row 29

  @Test
  void row29_rotationDuringAFlood_isUsableWithin30Seconds() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    AtomicBoolean over = new AtomicBoolean();
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().algorithm(Algorithm.ES256).sign())).isOk();
      Flood flood = new Flood(app);
      flood.next();
      List<Future<Integer>> attackers = new ArrayList<>();
      for (int i = 0; i < ATTACKERS; i++) {
        attackers.add(threads.submit(untilOver(over, flood)));
      }
      app.advance(Duration.ofSeconds(1));
      app.issuer.keys().rotate(Algorithm.ES256);
      assertThat(secondsUntilUsable(app)).isLessThanOrEqualTo(30);
      over.set(true);
      for (Future<Integer> attacker : attackers) {
        attacker.get();
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  private static Callable<Integer> untilOver(AtomicBoolean over, Flood flood) {
    return () -> {
      while (!over.get()) {
        assertThat(flood.next()).hasProblem(401, "invalid_token");
      }
      return flood.sent.get();
    };
  }

  /** Of the service's clock; the fetch that is due then may take as long as it takes. */
  private static int secondsUntilUsable(AuthApp app) {
    for (int second = 0; ; second++) {
      int asked = app.issuer.requests(LocalIssuer.JWKS);
      CallRecord record = app.call(app.issuer.token().algorithm(Algorithm.ES256).sign());
      if (record.problem() == null || second > 60) {
        return second;
      }
      app.advance(Duration.ofSeconds(1));
      if (second >= 14) {
        await().until(() -> app.issuer.requests(LocalIssuer.JWKS) > asked || isUsable(app));
      }
    }
  }

  private static boolean isUsable(AuthApp app) {
    return app.call(app.issuer.token().algorithm(Algorithm.ES256).sign()).problem() == null;
  }

  @Test
  void row29_rotationToAGuessedKey_isUsableWithin30Seconds() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().algorithm(Algorithm.ES256).sign())).isOk();
      SigningKey next = SigningKey.generate(Algorithm.ES256);
      String guessed = app.issuer.token().signedBy(next).sign();
      await().untilAsserted(() -> assertThat(app.call(guessed)).hasReason("kid_unknown"));
      app.issuer.keys().publish(next);
      for (int second = 0; second < 30; second++) {
        app.call(guessed);
        app.advance(Duration.ofSeconds(1));
      }
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ZERO);
            assertThat(app.call(guessed)).isOk();
          });
    }
  }

  // ---- row 30

  @Test
  void row30_outageOfAnHour_losesNoCallWithAKnownKey() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    AtomicBoolean over = new AtomicBoolean();
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(app.issuer.token().algorithm(Algorithm.ES256).sign())).isOk();
      app.issuer.down();
      AtomicInteger calls = new AtomicInteger();
      Callable<CallRecord> counted =
          () -> {
            calls.incrementAndGet();
            return app.call(fresh(app));
          };
      Future<Integer> one = threads.submit(valid(over, counted));
      Future<Integer> another = threads.submit(valid(over, counted));
      for (int minute = 0; minute < 60; minute++) {
        int before = calls.get();
        for (int second = 0; second < 60; second++) {
          app.advance(Duration.ofSeconds(1));
        }
        await().until(() -> calls.get() > before + 1);
      }
      over.set(true);
      assertThat(one.get() + another.get()).isGreaterThanOrEqualTo(60);
      assertThat(app.call(fresh(app))).isOk();
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  private static String fresh(AuthApp app) {
    return app.issuer.token().algorithm(Algorithm.ES256).sign();
  }

  @Test
  void row30_keysTooOld_refuseKnownTokensAsUnavailable_notAsInvalid() {
    try (AuthApp app = AuthApp.with(a -> a.property("flyball.auth.keys.stale-limit", "2m"))) {
      String known =
          app.issuer.token().algorithm(Algorithm.ES256).expiresIn(Duration.ofHours(1)).sign();
      assertThat(app.call(known)).isOk();
      assertThat(app.call(known)).isOk();
      app.issuer.down();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(10));
            assertThat(app.app.events()).extracting(Event::name).contains("auth.keys.expired");
          });
      assertThat(app.call(known)).hasProblem(503, "keys_unavailable");
      assertThat(app.call(known)).hasProblem(503, "keys_unavailable");
    }
  }

  // ---- rows 31 and 32

  /** A way to spoil what an issuer answers. */
  record Spoiled(String what, Consumer<LocalIssuer> how) {

    @Override
    public String toString() {
      return what;
    }
  }

  static List<Spoiled> spoiledSets() {
    List<Spoiled> all = new ArrayList<>();
    all.add(fault("slow", Fault.slow(Duration.ofSeconds(10))));
    all.add(fault("server error", Fault.status(500)));
    all.add(fault("not found", Fault.status(404)));
    all.add(fault("redirected", Fault.redirect("http://127.0.0.1:1/elsewhere")));
    all.add(fault("moved for good", Fault.redirect(308, "https://other.example/jwks")));
    all.add(fault("huge", Fault.body(50_000_000)));
    all.add(fault("huge, in chunks", Fault.body(50_000_000).chunked()));
    all.add(fault("a bomb", Fault.gzipBomb(50_000_000)));
    all.add(fault("a page", Fault.html()));
    all.add(fault("a page that says it is JSON", json("<!doctype html>")));
    all.add(fault("cut off", Fault.truncated()));
    all.add(fault("hung up", Fault.hangUp()));
    all.add(fault("another type", Fault.contentType("text/plain")));
    all.add(fault("no keys", json("{\"keys\":[]}")));
    all.add(fault("no set", json("[]")));
    all.add(fault("too many keys", json("{\"keys\":[" + "{},".repeat(100) + "{}]}")));
    all.add(new Spoiled("an id twice", issuer -> issuer.keys().publish(again(issuer))));
    all.add(new Spoiled("a private key", issuer -> issuer.keys().publish(secret("d"))));
    all.add(new Spoiled("a symmetric key", issuer -> issuer.keys().publish(symmetric())));
    return all;
  }

  private static Spoiled fault(String what, Fault fault) {
    return new Spoiled(what, issuer -> issuer.fault(LocalIssuer.JWKS, fault));
  }

  private static Fault json(String body) {
    return Fault.answer(200, "application/json", body);
  }

  private static Map<String, Object> again(LocalIssuer issuer) {
    Map<String, Object> jwk = secret("x-extra");
    jwk.put("kid", issuer.keys().current(Algorithm.ES256).id());
    return jwk;
  }

  private static Map<String, Object> secret(String member) {
    Map<String, Object> jwk =
        new java.util.LinkedHashMap<>(SigningKey.generate(Algorithm.ES256).publicJwk());
    jwk.put(member, "AAAA");
    return jwk;
  }

  private static Map<String, Object> symmetric() {
    return Map.of("kty", "oct", "k", "A".repeat(43), "kid", "shared", "alg", "HS256");
  }

  @ParameterizedTest
  @MethodSource("spoiledSets")
  void rows31And32_spoiledSet_keepsTheLastGoodOne(Spoiled spoiled) {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(fresh(app))).isOk();
      String known = app.issuer.keys().current(Algorithm.ES256).id();
      app.issuer.keys().rotate(Algorithm.ES256);
      spoiled.how().accept(app.issuer);
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofMinutes(1));
            assertThat(app.call(known(app, known))).isOk();
            assertThat(app.app.events())
                .extracting(Event::name)
                .containsAnyOf("auth.keys.refresh-failed", "auth.keys.refused");
          });
      assertThat(app.call(fresh(app)))
          .as("a key of the spoiled set")
          .hasReason(isAnswer(app) ? "kid_unknown" : "keys_unavailable");
      assertThat(app.health("auth-keys-main")).isEqualTo("DEGRADED");
    }
  }

  /** Whether what the issuer sent was looked at: an issuer that sends nothing knows the key. */
  private static boolean isAnswer(AuthApp app) {
    return app.app.events().stream().anyMatch(event -> event.name().equals("auth.keys.refused"));
  }

  private static String known(AuthApp app, String keyId) {
    return app.issuer.token().algorithm(Algorithm.ES256).keyId(keyId).sign();
  }

  @Test
  void row31_slowSets_pileUpNoThreads() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(fresh(app))).isOk();
      app.issuer.fault(LocalIssuer.JWKS, Fault.slow(Duration.ofSeconds(10)));
      int before = ManagementFactory.getThreadMXBean().getThreadCount();
      Flood flood = new Flood(app);
      for (int minute = 0; minute < 30; minute++) {
        app.advance(Duration.ofMinutes(1));
        flood.next();
        assertThat(app.call(fresh(app))).isOk();
      }
      assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - before).isLessThan(12);
    }
  }

  // ---- row 12

  @Test
  void row12_tokenOfAWeakKey_isRefused() {
    try (AuthApp app = AuthApp.start()) {
      assertThat(app.call(fresh(app))).isOk();
      SigningKey weak = SigningKey.rsa(1024);
      app.issuer.keys().publish(weak);
      String token = app.issuer.token().signedBy(weak).sign();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(15));
            assertThat(app.call(token)).hasProblem(401, "invalid_token").hasReason("kid_unknown");
            assertThat(app.app.events()).extracting(Event::name).contains("auth.keys.weak");
          });
      assertThat(app.call(fresh(app))).isOk();
    }
  }
}
