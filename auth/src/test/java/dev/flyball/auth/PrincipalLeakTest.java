// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flyball.Access;
import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.annotation.Policy;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Row 83: two users, 10,000 calls, each of which is inside of its handler while one of the other
 * user is. Wherever a call is asked who is calling, it never names the other.
 */
@Timeout(120)
class PrincipalLeakTest {

  private static final int PAIRS = 5_000;

  private static InProcessApp app;
  private static LocalIssuer issuer;
  private static GovernedEndpoint mine;
  private static ExecutorService others;
  private static Map<String, String> tokens;

  @SuppressWarnings("unused")
  private static final class Desk {

    @Policy("mine")
    void mine() {}
  }

  @BeforeAll
  static void start() {
    others = Executors.newFixedThreadPool(2);
    app = InProcessApp.with(new AuthModule());
    issuer = LocalIssuer.builder().port(0).audience("desk").clock(app.time()::now).start();
    AccessPolicy later =
        question ->
            Decision.pending(
                CompletableFuture.supplyAsync(
                    () -> AccessPolicy.owner("user").decide(question), others));
    app.property("flyball.auth.issuers.main.issuer", issuer.issuer())
        .property("flyball.auth.issuers.main.audience", "desk")
        .property("flyball.pending-timeout", "1m")
        .configure(b -> b.offer(AccessPolicy.class, "mine", later));
    mine = app.govern(Desk.class, "mine", "GET /desks/{user}");
    app.start();
    tokens =
        Map.of(
            "ann", issuer.token().subject("ann").sign(),
            "bob", issuer.token().subject("bob").sign());
  }

  @AfterAll
  static void stop() {
    others.shutdownNow();
    app.close();
    issuer.close();
  }

  @Test
  void row83_platformThreadsOfAPool_neverSeeTheOtherPrincipal() throws Exception {
    run(Executors.newFixedThreadPool(8), PrincipalLeakTest::blocking);
  }

  @Test
  void row83_virtualThreads_neverSeeTheOtherPrincipal() throws Exception {
    run(virtual(), PrincipalLeakTest::blocking);
  }

  @Test
  void row83_callsThatChangeThreads_neverSeeTheOtherPrincipal() throws Exception {
    run(Executors.newFixedThreadPool(8), PrincipalLeakTest::changingThreads);
  }

  private interface Way {
    CallRecord call(String user, CyclicBarrier meeting) throws Exception;
  }

  private static ExecutorService virtual() throws ReflectiveOperationException {
    assumeTrue(Runtime.version().feature() >= 21, "this JDK has no virtual threads");
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private static void run(ExecutorService threads, Way way) throws Exception {
    try {
      List<Future<CallRecord>> records = new ArrayList<>();
      for (int i = 0; i < PAIRS; i++) {
        CyclicBarrier meeting = new CyclicBarrier(2);
        for (String user : List.of("ann", "bob")) {
          records.add(
              threads.submit(() -> {
                CallRecord record = way.call(user, meeting);
                assertThat(Call.current()).as("left on the thread").isNull();
                return record;
              }));
        }
      }
      for (int i = 0; i < records.size(); i++) {
        CallRecord record = records.get(i).get();
        assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
        assertThat(record.principal().subject()).isEqualTo(i % 2 == 0 ? "ann" : "bob");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static CallRecord blocking(String user, CyclicBarrier meeting) {
    return app.call(
        mine,
        InProcessCarrier.get("/desks/" + user).bearer(tokens.get(user)),
        Parameters.of(Map.of("user", user)),
        () -> handle(user, meeting));
  }

  /** As an event loop does it: stages after a pending one, handler and end on other threads. */
  private static CallRecord changingThreads(String user, CyclicBarrier meeting) throws Exception {
    Call call =
        app.governor().begin(InProcessCarrier.get("/desks/" + user).bearer(tokens.get(user)));
    CompletableFuture<Decision> decided = new CompletableFuture<>();
    call.enter(mine, Parameters.of(Map.of("user", user)));
    call.whenDecided(others, decided::complete);
    assertThat(decided.get(30, TimeUnit.SECONDS).proceeds()).isTrue();
    try (var scope = call.openScope()) {
      handle(user, meeting);
    }
    call.end(Outcome.http(200));
    return (CallRecord) call;
  }

  private static Object handle(String user, CyclicBarrier meeting) throws Exception {
    sees(user);
    meeting.await(30, TimeUnit.SECONDS); // the other user's handler is here, too
    sees(user);
    CompletableFuture.runAsync(Context.current().wrap(() -> sees(user)), others)
        .get(30, TimeUnit.SECONDS);
    Thread.yield();
    Access.require("mine", null);
    sees(user);
    return user;
  }

  private static void sees(String user) {
    Call call = Call.current();
    assertThat(call.principal().subject()).isEqualTo(user);
    assertThat(call.unit()).isEqualTo(user);
    assertThat(call.parameters().get("user")).isEqualTo(user);
  }
}
