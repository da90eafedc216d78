// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where keys come from: discovery, an address, the settings; and when a service is ready. */
class KeyPlacesTest {

  private final LocalIssuer second =
      LocalIssuer.builder().port(0).audience("orders").algorithms(Algorithm.ES256).start();

  @TempDir Path folder;

  @AfterEach
  void close() {
    second.close();
  }

  private AuthApp app(Consumer<InProcessApp> more) {
    return AuthApp.with(a -> {
      a.property("flyball.auth.issuers.second.issuer", second.issuer());
      a.property("flyball.auth.issuers.second.audience", "orders");
      more.accept(a);
    });
  }

  private String token(AuthApp app) {
    return second
        .token()
        .issuedAt(app.time.now())
        .expiresAt(app.time.now().plusSeconds(600))
        .sign();
  }

  // ---- in the settings

  @Test
  void inlineSet_isUsedAsItIs_andNobodyIsAsked() {
    String jwks = second.keys().json();
    try (AuthApp app = app(a -> a.property("flyball.auth.issuers.second.jwks", " " + jwks))) {
      assertServed(app);
      second.keys().rotate();
      assertThat(app.call(token(app))).hasReason("kid_unknown");
      app.advance(Duration.ofDays(3));
      assertThat(app.health("auth-keys-second")).isEqualTo("UP");
      assertThat(second.requests(LocalIssuer.JWKS)).isZero();
      assertThat(second.requests(LocalIssuer.OPENID_CONFIGURATION)).isZero();
    }
  }

  @Test
  void inlineSetThatIsNotUsable_isAProblemOfTheStart_withoutItsText() {
    String secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ";
    for (String jwks :
        new String[] {
          "{\"keys\":[{\"kty\":\"oct\",\"k\":\"" + secret + "\"}]}",
          "{\"keys\":[]}",
          "{\"keys\":[{\"kty\":\"EC\",\"d\":\"" + secret + "\"}]}",
          "{ " + secret
        }) {
      assertThatThrownBy(() -> app(a -> a.property("flyball.auth.issuers.second.jwks", jwks)))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("flyball.auth.issuers.second.jwks holds no usable key set: ")
          .hasMessageNotContaining(secret);
    }
  }

  // ---- an address

  @Test
  void address_isAskedWithoutDiscovery() {
    String jwks = second.url() + LocalIssuer.JWKS;
    try (AuthApp app = app(a -> a.property("flyball.auth.issuers.second.jwks", jwks))) {
      assertServed(app);
      assertThat(second.requests(LocalIssuer.OPENID_CONFIGURATION)).isZero();
    }
  }

  // ---- row 34: discovery

  @Test
  void row34_lyingDiscovery_disablesItsIssuerAlone_untilItIsMended() {
    second.metadata("issuer", "https://other.example");
    try (AuthApp app = app(a -> {})) {
      assertThat(app.call(token(app))).hasProblem(503, "keys_unavailable");
      assertThat(app.call(app.issuer.token().sign())).as("the other issuer").isOk();
      await().untilAsserted(() -> assertThat(refusals(app)).isEqualTo(1));
      second.metadata("issuer", second.issuer());
      awaitServed(app);
      assertThat(refusals(app)).as("told once").isEqualTo(1);
    }
  }

  @Test
  void row34_discoveryThatBeginsToLie_takesNoKeysAway_andBringsNone() {
    second.cacheControl("max-age=60");
    try (AuthApp app = app(a -> {})) {
      assertServed(app);
      String old = token(app);
      second.metadata("jwks_uri", "https://attacker.example/jwks");
      second.fault(LocalIssuer.JWKS, Fault.status(500));
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(10));
            assertThat(refusals(app)).isEqualTo(1);
          });
      assertThat(app.call(old)).isOk();
      second.withoutMetadata("jwks_uri");
      second.metadata("jwks_uri", second.url() + LocalIssuer.JWKS);
      second.clearFaults();
      second.keys().rotate();
      awaitServed(app);
    }
  }

  @Test
  void discoveryThatIsDown_doesNotKeepAWorkingAddressFromServing() {
    second.cacheControl("max-age=60");
    try (AuthApp app = app(a -> {})) {
      assertServed(app);
      second.fault(LocalIssuer.OPENID_CONFIGURATION, Fault.status(500));
      second.fault(LocalIssuer.JWKS, Fault.hangUp());
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(10));
            assertThat(app.health("auth-keys-second")).isEqualTo("DEGRADED");
          });
      second.clearFault(LocalIssuer.JWKS);
      second.keys().rotate();
      awaitServed(app);
    }
  }

  /** A busy machine may need longer for the first fetch than a call waits for it. */
  private void assertServed(AuthApp app) {
    await().untilAsserted(() -> assertThat(app.call(token(app))).isOk());
  }

  private void awaitServed(AuthApp app) {
    await()
        .untilAsserted(() -> {
          app.advance(Duration.ofSeconds(10));
          assertThat(app.call(token(app))).isOk();
        });
  }

  private static long refusals(AuthApp app) {
    return app.app.events().stream()
        .filter(event -> event.name().equals("auth.keys.refused"))
        .filter(event -> event.severity() == Event.Severity.ERROR)
        .count();
  }

  // ---- row 79: settings that are wrong while the service runs

  @Test
  void row79_reloadWithABrokenIssuer_keepsWhatWasGood_andIsTold() throws IOException {
    Path file = folder.resolve("flyball.properties");
    String good =
        "flyball.auth.issuers.second.issuer="
            + second.issuer()
            + "\nflyball.auth.issuers.second.audience=orders\n";
    Files.writeString(file, good);
    try (AuthApp app = AuthApp.with(a -> a.configure(builder -> builder.directory(folder)))) {
      assertServed(app);
      Files.writeString(file, good + "flyball.auth.issuers.second.clock-skew=a year\n");
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(10));
            assertThat(app.app.events()).extracting(Event::name).contains("settings.rejected");
          });
      assertThat(app.call(token(app))).isOk();
      Files.writeString(file, good.replace(second.issuer(), "http://elsewhere.example"));
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(10));
            assertThat(app.app.events()).extracting(Event::name).contains("settings.need-restart");
          });
      assertThat(app.call(token(app))).as("the issuer of the start").isOk();
    }
  }

  // ---- readiness

  @Test
  void service_isNotReadyBeforeTheFirstKeysOfAnyIssuer_andReadyFromThenOn() {
    try (AuthApp app = alone(a -> {})) {
      assertThat(app.health("auth-keys")).isEqualTo("DOWN");
      second.up();
      await()
          .untilAsserted(() -> {
            app.advance(Duration.ofSeconds(10));
            assertThat(app.health("auth-keys")).isEqualTo("UP");
          });
      second.down();
      app.advance(Duration.ofDays(2));
      assertThat(app.health("auth-keys")).isEqualTo("UP");
    }
  }

  @Test
  void service_isReadyWithTheKeysOfOneIssuer() {
    second.down();
    try (AuthApp app = app(a -> {})) {
      assertThat(app.call(app.issuer.token().sign())).isOk();
      assertThat(app.health("auth-keys")).isEqualTo("UP");
      assertThat(app.health("auth-keys-second")).isEqualTo("DEGRADED");
    }
  }

  @Test
  void serviceThatIsToldSo_isReadyWithoutKeys() {
    try (AuthApp app = alone(a -> a.property("flyball.auth.ready-without-keys", "true"))) {
      assertThatThrownBy(() -> app.health("auth-keys")).as("no such check").isNotNull();
      assertThat(app.health("auth-keys-main")).isEqualTo("DEGRADED");
    }
  }

  @Test
  void serviceThatProtectsNothing_isReadyWithoutKeys() {
    second.down();
    try (InProcessApp open = InProcessApp.with(new AuthModule())) {
      open.property("flyball.auth.issuers.second.issuer", second.issuer())
          .property("flyball.auth.issuers.second.audience", "orders")
          .start();
      HealthCheck check = open.governor().find(HealthCheck.class, "auth-keys").orElseThrow();
      assertThat(check.check().toCompletableFuture().join().status())
          .isEqualTo(HealthCheck.Status.UP);
    }
  }

  /** A service whose only issuer is down. */
  private AuthApp alone(Consumer<InProcessApp> more) {
    second.down();
    return AuthApp.with(a -> {
      a.property("flyball.auth.issuers.main.issuer", second.issuer());
      more.accept(a);
    });
  }
}
