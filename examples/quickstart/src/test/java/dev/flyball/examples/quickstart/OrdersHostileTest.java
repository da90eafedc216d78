// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import dev.flyball.jdkhttp.JdkHttpServer;
import dev.flyball.testkit.hostile.Capability;
import dev.flyball.testkit.hostile.HostileHost;
import dev.flyball.testkit.hostile.HostileSetup;
import dev.flyball.testkit.hostile.HostileSuite;
import dev.flyball.testkit.hostile.HostileTarget;
import java.util.List;
import java.util.Set;

/** The attack list against the endpoints of this service. */
class OrdersHostileTest extends HostileSuite {

  @Override
  protected HostileHost start(HostileSetup setup) {
    JdkHttpServer server =
        JdkHttpServer.builder()
            .governor(setup.governor().build())
            .port(0)
            .adminPort(0)
            .routes(new Orders())
            .start();
    return HostileHost.of(server.uri(), server);
  }

  @Override
  protected Set<Capability> capabilities() {
    return Set.of(Capability.THROTTLING);
  }

  @Override
  protected List<HostileTarget> targets() {
    return List.of(
        HostileTarget.get("/orders/7").scopes("orders:read"),
        HostileTarget.of("POST", "/orders")
            .scopes("orders:write")
            .body("application/json", "{\"item\":\"governor\"}"));
  }
}
