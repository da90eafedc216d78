// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.SharedStore;
import dev.flyball.issuer.Algorithm;
import dev.flyball.testkit.contract.RawHttp.Reply;
import dev.flyball.testkit.hostile.Row.Ground;
import dev.flyball.testkit.hostile.Row.Need;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Rows 65, 66, 83 and 84: tokens that come again, and callers beside each other. */
final class CacheRows {

  /** How many tokens the service with the moving clock may keep. */
  static final int CACHE_SIZE = 64;

  private static final int INTERLEAVINGS = 10_000;
  private static final int THREADS = 8;
  private static final List<String> USERS = List.of("alice", "bob", "carol");

  private CacheRows() {}

  static List<Row> all() {
    return List.of(knownTokens(), floodOfValidTokens(), leakage(), clock());
  }

  private static Row knownTokens() {
    return Row.of(65, "known token that has become bad")
        .on(Ground.MOVING)
        .needs(Need.IN_THIS_PROCESS)
        .once(
            "after exp",
            (service, target) -> {
              String token = service.token(target).expiresIn(Duration.ofMinutes(1)).sign();
              assertThat(service.isLetIn(target, token)).isTrue();
              assertThat(service.isLetIn(target, token)).isTrue();
              service.advance(Duration.ofSeconds(89));
              assertThat(service.isLetIn(target, token)).as("a second before the end").isTrue();
              service.advance(Duration.ofSeconds(1));
              service.answers(target, Expected.invalidToken("expired"), token);
            })
        .needs(Capability.REVOCATION)
        .once("after it was taken back", CacheRows::revoked)
        .on(Ground.STILL)
        .once("after another instance has taken it back", CacheRows::revokedElsewhere)
        .needs((Capability) null)
        .needs(Need.NOTHING)
        .fitting("endpoint with scopes or roles", HostileTarget::isRestricted)
        .each(
            "at an endpoint that wants more",
            (service, target) -> {
              String token = service.stranger(target);
              for (int i = 0; i < 3; i++) {
                String error = target.scopes().isEmpty() ? null : "insufficient_scope";
                service.refuses(target, Expected.forbidden(error), Attacked.bearer(token));
              }
            });
  }

  private static void revoked(Attacked service, HostileTarget target) throws Exception {
    String id = "taken-back";
    String token = service.token(target).claim("jti", id).expiresIn(Duration.ofHours(1)).sign();
    assertThat(service.isLetIn(target, token)).isTrue();
    assertThat(service.isLetIn(target, token)).as("known by now").isTrue();
    revoke(service, id);
    service.answers(target, Expected.invalidToken("revoked"), token);
    assertThat(service.isLetIn(target, service.token(target).sign())).as("another").isTrue();
  }

  /** Instances that share a store, one of which comes late. */
  private static void revokedElsewhere(Attacked still, HostileTarget target) throws Exception {
    String id = "taken-back-elsewhere";
    String token = still.token(target).claim("jti", id).expiresIn(Duration.ofHours(1)).sign();
    SharedStore store = SharedStore.inMemory(still.setup().time());
    try (Attacked first = still.another(target, setup -> setup.store(store));
        Attacked second = still.another(target, setup -> setup.store(store))) {
      assertThat(second.isLetIn(target, token)).isTrue();
      assertThat(second.isLetIn(target, token)).as("known by now").isTrue();
      revoke(first, id);
      first.answers(target, Expected.invalidToken("revoked"), token);
      Attacked.eventually("told to the other", () -> second.status(target, token) == 401);
      second.answers(target, Expected.invalidToken("revoked"), token);
      assertThat(second.isLetIn(target, second.token(target).sign())).as("another").isTrue();
      try (Attacked late = still.another(target, setup -> setup.store(store))) {
        late.answers(target, Expected.invalidToken("revoked"), token);
      }
    }
  }

  private static void revoke(Attacked service, String id) {
    Instant until = service.now().plus(Duration.ofHours(2));
    assertThat(service.host().revoke(service.issuer().issuer(), id, until))
        .as("REVOCATION is there, so HostileHost.revoke takes tokens back")
        .isTrue();
  }

  private static Row floodOfValidTokens() {
    return Row.of(66, "flood of distinct valid tokens")
        .on(Ground.MOVING)
        .needs(Need.IN_THIS_PROCESS)
        .once(
            "four times what is kept",
            (service, target) -> {
              List<String> tokens = new ArrayList<>();
              for (int i = 0; i < 4 * CACHE_SIZE; i++) {
                tokens.add(
                    service.token(target).algorithm(Algorithm.ES256).subject("user-" + i).sign());
              }
              for (int round = 0; round < 2; round++) {
                for (int i = 0; i < tokens.size(); i++) {
                  Reply reply = service.send(target, target.path(), Attacked.bearer(tokens.get(i)));
                  assertThat(reply.status()).as("token %d", i).isLessThan(300);
                  assertThat(Attacked.subject(service.record())).isEqualTo("user-" + i);
                }
              }
            });
  }

  // ---- callers beside each other

  private static Row leakage() {
    return Row.of(83, "callers taken for each other")
        .fitting("endpoint that answers the subject", HostileTarget::answersSubject)
        .once("10,000 calls of three users, threads as the host has them", CacheRows::interleaved)
        .on(Ground.VIRTUAL)
        .needs(Need.IN_THIS_PROCESS)
        .once("10,000 calls of three users, virtual threads", CacheRows::interleaved);
  }

  private static void interleaved(Attacked service, HostileTarget target) throws Exception {
    Map<String, String> tokens = new HashMap<>();
    for (String user : USERS) {
      tokens.put(user, service.token(target).subject(user).sign());
    }
    service.settle(target);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Void>> runs = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        runs.add(threads.submit(calls(service, target, tokens, i)));
      }
      for (Future<Void> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
    requireRecords(service);
  }

  private static Callable<Void> calls(
      Attacked service, HostileTarget target, Map<String, String> tokens, int thread) {
    return () -> {
      for (int i = 0; i < INTERLEAVINGS / THREADS; i++) {
        String user = USERS.get((thread + i) % USERS.size());
        String token = Objects.requireNonNull(tokens.get(user), user);
        Reply reply = service.send(target, target.path(), Attacked.bearer(token));
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.body().strip()).isEqualTo(user);
      }
      return null;
    };
  }

  /** As many records as calls, and each user's share. */
  private static void requireRecords(Attacked service) throws InterruptedException {
    if (!service.setup().isHere()) {
      return;
    }
    Map<String, Integer> counted = new HashMap<>();
    for (int i = 0; i < INTERLEAVINGS; i++) {
      counted.merge(Attacked.subject(service.record()), 1, Integer::sum);
    }
    service.requireNoRecord();
    assertThat(counted.keySet()).containsExactlyInAnyOrderElementsOf(USERS);
    for (int i = 0; i < USERS.size(); i++) {
      int share = 0;
      for (int thread = 0; thread < THREADS; thread++) {
        for (int n = 0; n < INTERLEAVINGS / THREADS; n++) {
          share += (thread + n) % USERS.size() == i ? 1 : 0;
        }
      }
      assertThat(counted.get(USERS.get(i))).as(USERS.get(i)).isEqualTo(share);
    }
  }

  // ---- clocks

  private static Row clock() {
    return Row.of(84, "clock that jumps while tokens are kept")
        .on(Ground.MOVING)
        .needs(Need.IN_THIS_PROCESS)
        .once(
            "an hour forward, and back",
            (service, target) -> {
              String token = service.token(target).expiresIn(Duration.ofMinutes(5)).sign();
              assertThat(service.isLetIn(target, token)).isTrue();
              jump(service, Duration.ofHours(1));
              service.answers(target, Expected.invalidToken("expired"), token);
              jump(service, Duration.ofHours(-1));
              assertThat(service.isLetIn(target, token)).as("valid again by the wall").isTrue();
            })
        .once(
            "an hour back, and forward",
            (service, target) -> {
              String token = service.token(target).expiresIn(Duration.ofMinutes(5)).sign();
              assertThat(service.isLetIn(target, token)).isTrue();
              jump(service, Duration.ofHours(-1));
              service.answers(target, Expected.invalidToken("not_yet_valid"), token);
              service.advance(Duration.ofMinutes(10));
              jump(service, Duration.ofHours(1));
              service.answers(target, Expected.invalidToken("expired"), token);
            });
  }

  private static void jump(Attacked service, Duration duration) {
    service.setup().time().jump(duration);
  }
}
