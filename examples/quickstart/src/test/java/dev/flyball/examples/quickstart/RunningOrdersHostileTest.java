// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.LocalIssuerBuilder;
import dev.flyball.testkit.hostile.HostileHost;
import dev.flyball.testkit.hostile.HostileSetup;
import dev.flyball.testkit.hostile.HostileSuite;
import dev.flyball.testkit.hostile.HostileTarget;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The attack list against this service as it runs elsewhere: in a process of its own, on its own
 * properties, with the keys of an issuer that was there before that of the suite.
 */
class RunningOrdersHostileTest extends HostileSuite {

  private static final String AUDIENCE = "orders";

  private static int issuerPort;
  private static OrdersProcess service;

  @BeforeAll
  @Timeout(60)
  static void startService(@TempDir Path folder) throws Exception {
    try (LocalIssuer earlier = LocalIssuer.builder().port(0).audience(AUDIENCE).start()) {
      issuerPort = URI.create(earlier.url()).getPort();
      String properties =
          Files.readString(Path.of("flyball.properties")).replace(":9000", ":" + issuerPort)
              + "flyball.auth.throttle.exempt=127.0.0.1\n";
      Files.writeString(folder.resolve("flyball.properties"), properties);
      Files.copy(Path.of("flags.json"), folder.resolve("flags.json"));
      service = OrdersProcess.start(folder);
      assertThat(statusWith(earlier.token().scopes("orders:read").sign())).isEqualTo(200);
    }
  }

  private static int statusWith(String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(service.uri().resolve("/orders/7"))
            .header("Authorization", "Bearer " + token)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  @AfterAll
  static void endService() throws Exception {
    if (service != null) {
      service.close();
      assertThat(service.log()).isNotEmpty().doesNotContainPattern("eyJ[\\w-]{16}");
    }
  }

  @Override
  protected LocalIssuer issuer(LocalIssuerBuilder issuer) {
    return issuer.port(issuerPort).audience(AUDIENCE).start();
  }

  @Override
  protected HostileHost start(HostileSetup setup) {
    return HostileHost.running(service.uri());
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
