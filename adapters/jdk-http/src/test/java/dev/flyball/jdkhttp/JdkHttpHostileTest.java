// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import dev.flyball.Call;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.testkit.hostile.Capability;
import dev.flyball.testkit.hostile.HostileHost;
import dev.flyball.testkit.hostile.HostileSetup;
import dev.flyball.testkit.hostile.HostileSuite;
import dev.flyball.testkit.hostile.HostileTarget;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The attack list against the server of the JDK. */
class JdkHttpHostileTest extends HostileSuite {

  @Override
  protected HostileHost start(HostileSetup setup) {
    LogCapture log = new LogCapture();
    JdkHttpServer server =
        JdkHttpServer.builder()
            .governor(setup.governor().build())
            .port(0)
            .adminPort(0)
            .routes(new Operations())
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
        HostileTarget.get("/hostile/clerks").roles("Clerk"));
  }

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.complementOf(EnumSet.of(Capability.AUTHZEN, Capability.OUTGOING));
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

    private static String subject() {
      return Objects.requireNonNull(Objects.requireNonNull(Call.current()).principal()).subject();
    }
  }
}
