// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flyball.AdminRoute;
import dev.flyball.Event;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found in the settings of auth. */
class AuthFindingsTest {

  private static final String MAIN = "flyball.auth.issuers.main.";

  private static List<Object> found(InProcessApp app) {
    return app.events().stream()
        .filter(event -> event.name().equals("finding.reported"))
        .map(event -> event.fields().get("flyball.finding"))
        .toList();
  }

  private static List<Object> found(Consumer<InProcessApp> change) {
    try (AuthApp app = AuthApp.with(change)) {
      return found(app.app);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "clock-skew, 61s, AUTH-SKEW-LARGE",
    "max-lifetime, 25h, AUTH-LIFETIME-LARGE",
    "audience, ',', AUTH-NO-AUDIENCE",
    "jwks, http://127.0.0.1:1/jwks, AUTH-JWKS-HTTP"
  })
  void oddSetting_isFoundOnce(String key, String value, String id) {
    assertThat(found(app -> app.property(MAIN + key, value))).containsOnlyOnce(id);
  }

  @Test
  void apiKeys_thatStandAsCallersOfAnIssuer_areFound() {
    Consumer<InProcessApp> shared =
        app ->
            app.property(MAIN + "issuer", "https://login.example")
                .property(MAIN + "jwks", "http://127.0.0.1:1/jwks")
                .property("flyball.auth.api-keys.issuer", "https://login.example");
    try (InProcessApp app = InProcessApp.with(new AuthModule())) {
      app.property(MAIN + "audience", "orders");
      shared.accept(app);
      app.start();
      assertThat(found(app)).containsOnlyOnce("AUTH-ISSUER-SHARED");
    }
    try (InProcessApp app = InProcessApp.with(new AuthModule())) {
      app.property(MAIN + "audience", "orders");
      shared.accept(app);
      app.property("flyball.findings.auth-issuer-shared", "fatal");
      assertThatThrownBy(app::start)
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("AUTH-ISSUER-SHARED: callers with API keys")
          .hasMessageContaining("flyball.auth.api-keys.issuer");
    }
  }

  @Test
  void usualSettings_giveNoFindings_butThatTheIssuerIsLocalAndTheThrottleOff() {
    assertThat(found(app -> {})).containsExactly("AUTH-THROTTLE-OFF", "AUTH-JWKS-HTTP");
  }

  @ParameterizedTest
  @CsvSource({
    "flyball.auth.dpop.nonce, required",
    "flyball.auth.dpop.max-age, 30s",
    "flyball.auth.issuers.main.required-claims, 'tenant,cnf'"
  })
  void dpop_thatIsSetUp_withoutTheHostsOfTheService_isFound(String key, String value) {
    assertThat(found(app -> app.property(key, value))).containsOnlyOnce("AUTH-DPOP-ANY-HOST");
    assertThat(
            found(
                app -> app.property(key, value).property("flyball.auth.dpop.hosts", "api.example")))
        .doesNotContain("AUTH-DPOP-ANY-HOST");
    assertThat(
            found(app -> app.property(key, value).property("flyball.proxies.trusted", "10.0.0.1")))
        .doesNotContain("AUTH-DPOP-ANY-HOST");
  }

  @Test
  void throttle_thatIsOn_isNoFinding() {
    assertThat(found(app -> app.property("flyball.auth.throttle.failures", "10")))
        .doesNotContain("AUTH-THROTTLE-OFF");
  }

  @Test
  void findings_thatAreFatal_areReportedTogetherWithOtherProblems() {
    assertThatThrownBy(() ->
            AuthApp.with(app ->
                app.property(MAIN + "clock-skew", "2m")
                    .property(MAIN + "max-lifetime", "30d")
                    .property("flyball.findings.auth-skew-large", "fatal")
                    .property("flyball.findings.auth-lifetime-large", "fatal")
                    .property("flyball.auth.token-limit", "7")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("AUTH-SKEW-LARGE: tokens of the issuer main")
        .hasMessageContaining("AUTH-LIFETIME-LARGE: tokens of the issuer main")
        .hasMessageContaining("flyball.auth.token-limit");
  }

  @Test
  void finding_thatIsAccepted_isSilent() {
    assertThat(
            found(app ->
                app.property(MAIN + "clock-skew", "2m")
                    .property("flyball.findings.auth-skew-large", "off")))
        .doesNotContain("AUTH-SKEW-LARGE");
  }

  /** Row 34: the issuer's own document is of somebody else. */
  @Test
  void issuer_whoseDiscoveryLies_isFoundWhileServing() {
    try (AuthApp app = AuthApp.start()) {
      app.issuer.metadata("issuer", "https://other.example");
      app.issuer.clearRequests();
      InProcessApp lied = InProcessApp.with(new AuthModule());
      lied.property(MAIN + "issuer", app.issuer.issuer()).property(MAIN + "audience", "orders");
      try (lied) {
        lied.start();

        await().untilAsserted(() -> assertThat(found(lied)).contains("AUTH-ISSUER-DISABLED"));
        Event event =
            lied.events().stream()
                .filter(each -> "AUTH-ISSUER-DISABLED".equals(each.fields().get("flyball.finding")))
                .findFirst()
                .orElseThrow();
        assertThat(event.message()).contains("main").contains("https://other.example");
      }
    }
  }

  @Test
  void issuer_thatIsOnlyDown_isNoFinding() {
    try (AuthApp app =
        AuthApp.with(each -> each.property(MAIN + "jwks", "http://127.0.0.1:1/jwks"))) {
      app.call(app.issuer.token().sign());
      await()
          .until(() -> {
            app.advance(Duration.ofSeconds(1)); // the first failure is worth another attempt
            return app.app.events().stream()
                .anyMatch(event -> event.name().equals("auth.keys.refresh-failed"));
          });

      assertThat(found(app.app)).doesNotContain("AUTH-ISSUER-DISABLED");
    }
  }

  @Test
  void page_showsFindings_toThoseWhoMaySeeThem() {
    try (AuthApp app = AuthApp.with(each -> each.property(MAIN + "clock-skew", "2m"))) {
      AdminRoute page =
          app.app.governor().adminRoutes().stream()
              .filter(route -> route.path().equals("findings"))
              .findFirst()
              .orElseThrow();

      assertThat(page.scope()).isEqualTo("flyball:findings");
      AdminRoute.Response answer =
          page.handler().handle(new AdminRoute.Request(null, null, "", null));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.contentType()).isEqualTo("application/json");
      assertThat(answer.body())
          .startsWith("{\"findings\":[{\"id\":\"")
          .contains("\"id\":\"AUTH-SKEW-LARGE\"")
          .contains("set flyball.auth.issuers.main.clock-skew=30s");
    }
  }

  @Test
  void page_isNotThere_whereNobodyCouldSeeIt() {
    try (InProcessApp app = InProcessApp.with(new AuthModule())) {
      app.start();

      assertThat(app.governor().adminRoutes()).isEmpty();
      assertThat(Objects.requireNonNull(app.governor())).isNotNull();
    }
  }
}
