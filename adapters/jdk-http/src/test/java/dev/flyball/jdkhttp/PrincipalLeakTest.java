// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.AccessPolicy;
import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.annotation.Policy;
import dev.flyball.auth.AuthModule;
import dev.flyball.issuer.LocalIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Row 83 over real HTTP: 10,000 requests of two users on connections and threads that both use,
 * each inside of its handler while one of the other user is. The threads are virtual where the JDK
 * has them, else those of a pool.
 */
@Timeout(180)
class PrincipalLeakTest {

  private static final int PAIRS = 5_000;
  private static final int PAIRS_AT_ONCE = 12;

  /** Says who is calling, once both users are here. */
  public static final class Desk {

    private final Map<String, CyclicBarrier> meetings = new ConcurrentHashMap<>();

    @Route("GET /desks/{user}/{meeting}")
    @Policy("mine")
    public String mine(String user, String meeting) throws Exception {
      String before = subject();
      meetings.computeIfAbsent(meeting, unused -> new CyclicBarrier(2)).await(60, TimeUnit.SECONDS);
      meetings.remove(meeting);
      String here = subject();
      Thread.yield();
      return before + " " + here + " " + subject();
    }

    private static String subject() {
      return Call.current().principal().subject();
    }
  }

  private final Queue<CallRecord> records = new ConcurrentLinkedQueue<>();

  @Test
  void row83_principals_neverLeakBetweenRequests() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.builder().port(0).audience("desk").start();
        JdkHttpServer server = start(issuer)) {
      String ann = issuer.token().subject("ann").sign();
      String bob = issuer.token().subject("bob").sign();
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      Semaphore room = new Semaphore(2 * PAIRS_AT_ONCE);
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < PAIRS; i++) {
        room.acquire(2);
        answers.add(ask(client, server.uri(), "ann", i, ann, room));
        answers.add(ask(client, server.uri(), "bob", i, bob, room));
      }
      for (int i = 0; i < answers.size(); i++) {
        String user = i % 2 == 0 ? "ann" : "bob";
        HttpResponse<String> answer = answers.get(i).get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains(user + " " + user + " " + user);
      }
      Awaitility.await().until(() -> records.size() == 2 * PAIRS);
      assertThat(records)
          .allSatisfy(record ->
              assertThat(record.path()).startsWith("/desks/" + record.principal().subject() + "/"));
      assertThat(status(client, server.uri(), "bob", ann)).isEqualTo(403);
    }
  }

  private JdkHttpServer start(LocalIssuer issuer) {
    return JdkHttpServer.builder()
        .port(0)
        .adminPort(0)
        .routes(new Desk())
        .configure(governor ->
            governor
                .modules(List.of(new JdkHttpModule(), new AuthModule()))
                .directory(Path.of("target", "no-such-folder"))
                .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
                .property("flyball.auth.issuers.main.issuer", issuer.issuer())
                .property("flyball.auth.issuers.main.audience", "desk")
                .offer(AccessPolicy.class, "mine", AccessPolicy.owner("user"))
                .callListener(records::add))
        .start();
  }

  private static CompletableFuture<HttpResponse<String>> ask(
      HttpClient client, URI server, String user, int meeting, String token, Semaphore room) {
    return client
        .sendAsync(
            request(server, "/desks/" + user + "/" + meeting, token), BodyHandlers.ofString())
        .whenComplete((response, failure) -> room.release());
  }

  private static int status(HttpClient client, URI server, String user, String token)
      throws Exception {
    return client
        .send(request(server, "/desks/" + user + "/last", token), BodyHandlers.ofString())
        .statusCode();
  }

  private static HttpRequest request(URI server, String path, String token) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + token)
        .build();
  }
}
