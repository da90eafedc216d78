// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import dev.flyball.Call;
import dev.flyball.Governor;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.auth.Revocations;
import dev.flyball.httpclient.GovernedHttpClient;
import dev.flyball.testkit.hostile.Capability;
import dev.flyball.testkit.hostile.HostileHost;
import dev.flyball.testkit.hostile.HostileSetup;
import dev.flyball.testkit.hostile.HostileSuite;
import dev.flyball.testkit.hostile.HostileTarget;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The attack list against the server of the JDK. */
class JdkHttpHostileTest extends HostileSuite {

  @Override
  protected HostileHost start(HostileSetup setup) {
    LogCapture log = new LogCapture();
    Governor governor = setup.governor().build();
    JdkHttpServer server =
        JdkHttpServer.builder()
            .governor(governor)
            .port(0)
            .adminPort(0)
            .routes(new Operations(), new Relay(governor))
            .start();
    return new Host(server, log);
  }

  @Override
  protected List<HostileTarget> targets() {
    return List.of(
        HostileTarget.get("/hostile/orders/7").scopes("hostile:read").answeringSubject(),
        HostileTarget.of("POST", "/hostile/orders")
            .scopes("hostile:write", "hostile:read")
            .body("application/json", "{\"item\":\"7\"}"),
        HostileTarget.get("/hostile/clerks").roles("Clerk"),
        HostileTarget.get("/hostile/ledger").decidingRemotely());
  }

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  protected boolean triesEveryRow() {
    return true;
  }

  @Override
  protected Map<Integer, String> impossible() {
    return Map.of(72, "the server of the JDK leads nobody on");
  }

  record Host(JdkHttpServer server, LogCapture capture) implements HostileHost {

    @Override
    public URI uri() {
      return server.uri();
    }

    @Override
    public List<String> log() {
      return capture.lines();
    }

    @Override
    public String relay() {
      return "/hostile/relay";
    }

    @Override
    public boolean revoke(String issuer, String tokenId, Instant until) {
      Revocations revocations = server.governor().find(Revocations.class).orElseThrow();
      revocations.revoke(issuer, tokenId, until).toCompletableFuture().join();
      return true;
    }

    @Override
    public void close() {
      server.close();
      capture.close();
    }
  }

  @Authenticated
  static final class Operations {

    @Route("GET /hostile/orders/{id}")
    @RequiresScope("hostile:read")
    String order(String id) {
      return subject();
    }

    @Route("POST /hostile/orders")
    @RequiresScope({"hostile:write", "hostile:read"})
    String order(Map<String, String> order) {
      return subject();
    }

    @Route("GET /hostile/clerks")
    @RequiresRole("Clerk")
    String clerks() {
      return subject();
    }

    @Route("GET /hostile/ledger")
    @Policy("authzen")
    String ledger() {
      return subject();
    }

    private static String subject() {
      return Objects.requireNonNull(Objects.requireNonNull(Call.current()).principal()).subject();
    }
  }

  /** Calls another service for its caller. */
  @Authenticated
  static final class Relay {

    private final HttpClient client;

    Relay(Governor governor) {
      this.client = GovernedHttpClient.of(governor, HttpClient.newHttpClient(), "hostile");
    }

    @Route("GET /hostile/relay")
    Response call(
        @Query String to,
        @Query Optional<Boolean> blindly,
        @Query Optional<String> into,
        HttpExchange exchange)
        throws InterruptedException {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(to));
      if (blindly.orElse(false)) {
        request.header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"));
      }
      into.ifPresent(header -> request.header(header, credential(exchange)));
      try {
        int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
        return Response.of(200, String.valueOf(status));
      } catch (IOException e) {
        return Response.of(502, "no answer");
      }
    }

    private static String credential(HttpExchange exchange) {
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      return token != null ? token : exchange.getRequestHeaders().getFirst("X-API-Key");
    }
  }
}
