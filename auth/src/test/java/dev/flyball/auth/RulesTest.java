// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flyball.AccessPolicy;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Parameters;
import dev.flyball.Problem;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the annotations mean to callers. */
class RulesTest {

  private static InProcessApp app;
  private static LocalIssuer issuer;

  @SuppressWarnings("unused")
  private static class Rooms {

    @Public(reason = "test")
    void open() {}

    @Authenticated
    void members() {}

    @RequiresScope({"a", "b"})
    void bothScopes() {}

    @RequiresRole({"admin", "owner"})
    void eitherRole() {}

    @RolesAllowed({"admin", "owner"})
    void rolesAllowed() {}

    @PermitAll
    void permitAll() {}

    @DenyAll
    void denyAll() {}

    @RequiresScope("a")
    @RequiresRole("admin")
    @Policy("own")
    void all() {}

    @Policy("own")
    void own() {}

    @Policy("slow")
    void slow() {}

    @Policy("broken")
    void broken() {}

    void undeclared() {}
  }

  @BeforeAll
  static void start() {
    app = InProcessApp.with(new AuthModule());
    issuer = LocalIssuer.builder().port(0).audience("rooms").clock(app.time()::now).start();
    app.property("flyball.auth.issuers.main.issuer", issuer.issuer())
        .property("flyball.auth.issuers.main.audience", "rooms")
        .configure(builder ->
            builder
                .offer(
                    AccessPolicy.class,
                    "own",
                    AccessPolicy.when(
                        "not_the_owner", q -> q.parameters().get("owner").equals(q.subject())))
                .offer(
                    AccessPolicy.class,
                    "slow",
                    q ->
                        Decision.pending(
                            CompletableFuture.supplyAsync(() -> AccessPolicy.deny("slowly"))))
                .offer(
                    AccessPolicy.class,
                    "broken",
                    q -> {
                      throw new IllegalStateException("policy");
                    }))
        .start();
  }

  @AfterAll
  static void stop() {
    app.close();
    issuer.close();
  }

  private static CallRecord call(String method, String token) {
    InProcessCarrier carrier = InProcessCarrier.get("/" + method);
    return app.call(endpoint(method), token == null ? carrier : carrier.bearer(token));
  }

  private static GovernedEndpoint endpoint(String method) {
    return app.governor()
        .endpoints()
        .find("http:GET /" + method)
        .orElseGet(() -> app.govern(Rooms.class, method, "GET /" + method));
  }

  private static String token(String... scopes) {
    return issuer.token().subject("alice").scopes(scopes).sign();
  }

  private static String tokenWithRoles(String... roles) {
    return issuer.token().subject("alice").scopes("a").roles(roles).sign();
  }

  @Test
  void publicEndpoint_takesNoNoticeOfCredentials() {
    assertThat(call("open", null)).isOk();
    assertThat(call("open", "not.a.token")).isOk();
  }

  @Test
  void authenticated_letsAnyValidCallerThrough() {
    assertThat(call("members", token())).isOk();
    assertThat(call("members", null)).hasProblem(401, "credentials_missing");
  }

  @Test
  void scopes_mustAllBeThere() {
    assertThat(call("bothScopes", token("a", "b", "c"))).isOk();
    CallRecord record = call("bothScopes", token("a"));
    assertThat(record).isRefusedBy("requires-scope").hasProblem(403, "insufficient_scope");
    assertThat(record.problem().detail()).isEqualTo("the call needs the scope a b");
  }

  @Test
  void roles_oneIsEnough() {
    assertThat(call("eitherRole", tokenWithRoles("owner"))).isOk();
    assertThat(call("rolesAllowed", tokenWithRoles("owner"))).isOk();
    assertThat(call("eitherRole", tokenWithRoles("guest"))).isRefusedBy("requires-role");
    assertThat(call("rolesAllowed", tokenWithRoles("Admin"))).isRefusedBy("roles-allowed");
    assertThat(call("eitherRole", token())).hasProblem(403, "denied");
  }

  @Test
  void row45_rolesOfAnotherType_areNoRoles() {
    for (Object roles : new Object[] {7, Map.of("admin", true), true}) {
      String token = issuer.token().claim("roles", roles).sign();
      assertThat(call("eitherRole", token)).isRefusedBy("requires-role");
    }
  }

  @Test
  void nestedRoles_areFoundByTheirPath() {
    try (InProcessApp nested = InProcessApp.with(new AuthModule())) {
      nested
          .property("flyball.auth.issuers.kc.issuer", issuer.issuer())
          .property("flyball.auth.issuers.kc.audience", "rooms")
          .property("flyball.auth.issuers.kc.roles-claim", "realm_access.roles")
          .property("flyball.auth.issuers.kc.tenant-claim", "org");
      GovernedEndpoint endpoint = nested.govern(Rooms.class, "eitherRole", "GET /r");
      nested.start();
      String token =
          issuer
              .token()
              .claim("realm_access", Map.of("roles", java.util.List.of("admin")))
              .claim("org", "acme")
              .sign();
      CallRecord record = nested.call(endpoint, InProcessCarrier.get("/r").bearer(token));
      assertThat(record).isOk();
      assertThat(record.principal().tenant()).isEqualTo("acme");
      String missing = issuer.token().claim("realm_access", "x").sign();
      assertThat(nested.call(endpoint, InProcessCarrier.get("/r").bearer(missing)))
          .isRefusedBy("requires-role");
    }
  }

  @Test
  void permitAll_letsEverybodyThrough_denyAllNobody() {
    assertThat(call("permitAll", null)).isOk();
    assertThat(call("denyAll", token("a"))).isRefusedBy("deny-all").hasProblem(403, "denied");
    assertThat(call("denyAll", null)).isRefusedBy("deny-all");
  }

  @Test
  void undeclaredEndpoint_isDenied() {
    assertThat(call("undeclared", token("a"))).isRefusedBy("undeclared").hasProblem(403, "denied");
  }

  @Test
  void rulesOfOneMethod_mustAllHold() {
    String good = issuer.token().subject("alice").scopes("a").roles("admin").sign();
    assertThat(withOwner("all", good, "alice")).isOk();
    assertThat(withOwner("all", good, "bob")).isRefusedBy("own").hasReason("not_the_owner");
    assertThat(withOwner("all", token("a"), "alice")).isRefusedBy("requires-role");
  }

  @Test
  void policy_seesPrincipalAndParameters() {
    assertThat(withOwner("own", token(), "alice")).isOk();
    CallRecord record = withOwner("own", token(), "bob");
    assertThat(record).isRefusedBy("own").hasProblem(403, "denied");
    assertThat(record.refusal().stage()).isEqualTo("policy-own");
  }

  @Test
  void policy_mayBePendingAndFailsClosed() {
    assertThat(withOwner("slow", token(), "x")).isRefusedBy("slow").hasReason("slowly");
    assertThat(withOwner("broken", token(), "x"))
        .isRefusedBy("broken")
        .hasProblem(403, "denied")
        .hasReason("policy_failed");
  }

  private static CallRecord withOwner(String method, String token, String owner) {
    return app.call(
        endpoint(method),
        InProcessCarrier.get("/" + method).bearer(token),
        Parameters.of(Map.of("owner", owner)),
        () -> null);
  }

  @Test
  void envelope_acceptsAnonymousAndRefusesBadCredentials() {
    GovernedEndpoint envelope =
        app.govern(Endpoint.builder("http", "POST /graphql").kind(Endpoint.Kind.ENVELOPE));
    assertThat(app.call(envelope, InProcessCarrier.get("/"))).isOk();
    assertThat(app.call(envelope, InProcessCarrier.get("/").bearer(token())))
        .isOk()
        .hasSubject("alice");
    assertThat(app.call(envelope, InProcessCarrier.get("/").bearer("bad")))
        .hasProblem(401, "invalid_token");
  }

  // ---- start-up

  @SuppressWarnings("unused")
  private static class Wrong {

    @Policy("nobody-offers-it")
    void unknownPolicy() {}

    @RequiresScope({})
    void noScope() {}

    @RequiresScope("a b")
    void twoScopesInOne() {}

    @RequiresRole("")
    void emptyRole() {}

    @PermitAll
    @RequiresScope("a")
    void openAndProtected() {}
  }

  @Test
  void wrongAnnotations_areReportedWithTheirPlace() {
    InProcessApp wrong =
        InProcessApp.with(new AuthModule())
            .property("flyball.auth.issuers.main.issuer", "https://issuer.example")
            .property("flyball.auth.issuers.main.audience", "rooms");
    for (String method :
        new String[] {
          "unknownPolicy", "noScope", "twoScopesInOne", "emptyRole", "openAndProtected"
        }) {
      wrong.govern(Wrong.class, method, "GET /" + method);
    }
    StartupException thrown = catchThrowableOfType(StartupException.class, wrong::start);
    assertThat(thrown)
        .hasMessageContaining("nobody offers the policy nobody-offers-it")
        .hasMessageContaining("@RequiresScope of http:GET /noScope is empty")
        .hasMessageContaining("names a b (expected: a scope of RFC 6749")
        .hasMessageContaining("@RequiresRole of http:GET /emptyRole is empty")
        .hasMessageContaining("@PermitAll of http:GET /openAndProtected stands beside")
        .hasMessageContaining("RulesTest$Wrong.unknownPolicy");
  }

  @Test
  void missingIssuer_isReportedOnce() {
    InProcessApp none = InProcessApp.with(new AuthModule());
    none.govern(Rooms.class, "members", "GET /one");
    none.govern(Rooms.class, "own", "GET /two");
    none.configure(b -> b.offer(AccessPolicy.class, "x", q -> AccessPolicy.permit()));
    StartupException thrown = catchThrowableOfType(StartupException.class, none::start);
    assertThat(thrown.problems().stream().filter(p -> p.what().contains("no issuer"))).hasSize(1);
    assertThat(thrown).hasMessageContaining("add flyball.auth.issuers.<name>.issuer=https://");
  }

  @Test
  void wrongIssuers_areAllReportedAtOnce() {
    InProcessApp wrong =
        InProcessApp.with(new AuthModule())
            .property("flyball.auth.issuers.one.issuer", "http://issuer.example")
            .property("flyball.auth.issuers.one.audience", "rooms")
            .property("flyball.auth.issuers.two.issuer", "https://issuer.example")
            .property("flyball.auth.issuers.three.issuer", "https://three.example")
            .property("flyball.auth.issuers.three.audience", "rooms")
            .property("flyball.auth.issuers.three.jwks", "no-such-file.json")
            .property("flyball.auth.issuers.four.issuer", "https://three.example")
            .property("flyball.auth.issuers.four.audience", "rooms")
            .property("flyball.auth.issuers.five.issuer", "https://three.example")
            .property("flyball.auth.issuers.five.audience", "rooms")
            .property("flyball.auth.issuers.five.algorithms", "RS256,RS255")
            .property("flyball.auth.issuers.five.clock-skew", "5m");
    StartupException thrown = catchThrowableOfType(StartupException.class, wrong::start);
    assertThat(thrown)
        .hasMessageContaining(
            "flyball.auth.issuers.one.issuer is http://issuer.example (expected: an https:// address)")
        .hasMessageContaining("flyball.auth.issuers.two.audience is missing")
        .hasMessageContaining("flyball.auth.issuers.three.jwks is not a file that can be read")
        .hasMessageContaining("the issuers five and four are one: https://three.example")
        .hasMessageContaining("flyball.auth.issuers.five.algorithms is RS256,RS255")
        .hasMessageContaining(
            "flyball.auth.issuers.five.clock-skew is 5m (expected: a duration such as 250ms, 2s, 5m or 1h from 0s to 2m)");
    assertThat(thrown.problems()).hasSize(6);
  }

  @Test
  void problems_showNothingOfTheCredential() {
    Problem problem = call("members", token() + "x").problem();
    assertThat(new String(problem.toJson("trace")))
        .doesNotContain("eyJ", "alice", "Exception", issuer.issuer());
  }
}
