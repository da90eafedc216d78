// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flyball.Access;
import dev.flyball.AccessPolicy;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Explanation;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Header;
import dev.flyball.Problem;
import dev.flyball.UndecidedException;
import dev.flyball.Verdict;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What policies come to that decide, that fail, and that take their time. */
@Timeout(30)
class PolicyTest {

  private static final AccessPolicy PERMITS = question -> AccessPolicy.permit();
  private static final AccessPolicy DENIES = question -> AccessPolicy.deny("no_luck");
  private static final AccessPolicy THROWS =
      question -> {
        throw new IllegalStateException("the store of ann");
      };

  // ---- row 75: what fails is refused, in both places by one rule

  @Test
  void row75_policyThatFails_deniesUnderItsName_onTheEndpointAndInTheHandler() {
    for (AccessPolicy broken :
        List.<AccessPolicy>of(
            THROWS,
            question -> {
              throw new NoClassDefFoundError("com/example/Order");
            },
            question -> Decision.pending(CompletableFuture.failedFuture(new Exception("store"))),
            question -> {
              throw new UndecidedException("policy_failed");
            })) {
      try (PolicyApp app = PolicyApp.of(broken)) {
        for (CallRecord record : bothWays(app)) {
          assertThat(record).isRefusedBy("p").hasReason("policy_failed").hasProblem(403, "denied");
        }
        assertThat(app.count("flyball.auth.decision", "p", "error", "enforce")).isEqualTo(2);
      }
    }
  }

  @Test
  void row75_policyThatSaysNothing_denies() {
    try (PolicyApp app = PolicyApp.of(question -> null)) {
      for (CallRecord record : bothWays(app)) {
        assertThat(record).isRefusedBy("p").hasReason("no_decision").hasProblem(403, "denied");
      }
    }
  }

  @Test
  void row75_failure_isUnavailableWhereTheServiceSaysSo() {
    try (PolicyApp app = PolicyApp.of(THROWS, "flyball.auth.policy-error", "unavailable")) {
      for (CallRecord record : bothWays(app)) {
        assertThat(record).isRefusedBy("p").hasProblem(503, "policy_unavailable");
        assertThat(record.problem().headers()).containsExactly(new Header("Retry-After", "5"));
      }
    }
  }

  @Test
  void row75_parameterThatIsMissing_isAFailure() {
    try (PolicyApp app = PolicyApp.of(AccessPolicy.owner("id"))) {
      assertThat(app.call("ann")).isOk();
      assertThat(app.call("bob")).isRefusedBy("p").hasReason("not_the_owner");
      assertThat(app.callWithoutParameters()).isRefusedBy("p").hasReason("parameter_missing");
      assertThat(app.count("flyball.auth.decision", "p", "permit", "enforce")).isEqualTo(1);
      assertThat(app.count("flyball.auth.decision", "p", "deny", "enforce")).isEqualTo(1);
      assertThat(app.count("flyball.auth.decision", "p", "error", "enforce")).isEqualTo(1);
    }
  }

  @Test
  void row75_policyThatNeverDecides_isGivenUpInTime() {
    CompletableFuture<Decision> never = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    AccessPolicy slow =
        question -> {
          asked.countDown();
          return Decision.pending(never);
        };
    try (PolicyApp app = PolicyApp.of(slow, "flyball.pending-timeout", "1m")) {
      CompletableFuture<CallRecord> record = CompletableFuture.supplyAsync(() -> app.call("ann"));
      while (!record.isDone()) {
        app.app.time().advance(Duration.ofMillis(100)); // until the timer has been set, and passed
        Thread.onSpinWait();
      }

      assertThat(record.join())
          .isRefusedBy("p")
          .hasReason("policy_timeout")
          .hasProblem(403, "denied");
      assertThat(never).isCancelled();
      assertThat(app.count("flyball.auth.decision", "p", "error", "enforce")).isEqualTo(1);
    }
  }

  @Test
  void observedPolicy_letsThroughAlsoWhenItFails_andSaysSo() {
    try (PolicyApp app = PolicyApp.of(THROWS, "flyball.rules.p.mode", "observe")) {
      for (CallRecord record : bothWays(app)) {
        assertThat(record).isOk().wouldBeRefusedBy("p");
      }
    }
  }

  @Test
  void failure_showsCallersNothingOfItsCause() {
    try (PolicyApp app = PolicyApp.of(THROWS)) {
      CallRecord record = app.call("ann");
      assertThat(new String(record.problem().toJson(null), StandardCharsets.UTF_8))
          .doesNotContain("store", "ann", "Exception", "failed");
      assertThat(record.refusal().explanation().toString()).doesNotContain("store");
    }
  }

  private static List<CallRecord> bothWays(PolicyApp app) {
    return List.of(
        app.call("ann"),
        app.handle(() -> {
          Access.require("p", "an order");
          return null;
        }));
  }

  // ---- what decides

  @Test
  void refusal_carriesThePolicysOwnProblem() {
    Problem hidden = Problem.of(Problem.Kind.NOT_FOUND, "no order has this number");
    try (PolicyApp app =
        PolicyApp.of(question -> Decision.refuse(hidden, "whatever", "not_visible"))) {
      for (CallRecord record : bothWays(app)) {
        assertThat(record).isRefusedBy("p").hasReason("not_visible").hasProblem(404, "not_found");
      }
    }
  }

  @Test
  void pendingCombination_isAwaited() {
    AccessPolicy later =
        question -> Decision.pending(CompletableFuture.supplyAsync(AccessPolicy::permit));
    AccessPolicy combined =
        AccessPolicy.allOf(
            later, AccessPolicy.anyOf(AccessPolicy.hasRole("admin"), AccessPolicy.owner("id")));
    try (PolicyApp app = PolicyApp.of(combined)) {
      assertThat(app.call("ann")).isOk();
      assertThat(app.call("bob")).isRefusedBy("p").hasReason("insufficient_role");
      assertThat(app.callWithoutParameters()).isRefusedBy("p").hasReason("parameter_missing");
    }
  }

  // ---- explanation

  @Test
  void refusal_isExplainedInFullToOperators_andInOneWordToCallers() {
    AccessPolicy edit =
        AccessPolicy.allOf(AccessPolicy.hasScope("orders:read"), AccessPolicy.owner("id"));
    try (PolicyApp app = PolicyApp.of(edit)) {
      CallRecord record = app.call("secret-id");
      assertThat(record.refusal().explanation())
          .hasToString(
              "p deny not_the_owner (by jwt, credential token-7)"
                  + " [all-of deny not_the_owner [has-scope permit,"
                  + " owner deny not_the_owner (parameter id: String, caller: String)]]");
      assertThat(record.problem().toString()).isEqualTo("403 denied: the caller may not do this");
    }
  }

  @Test
  void explanation_isTheSameOnTheEndpointAndInTheHandler() {
    try (PolicyApp app = PolicyApp.of(THROWS)) {
      for (CallRecord record : bothWays(app)) {
        assertThat(record.refusal().explanation())
            .hasToString(
                "p error policy_failed (by jwt, credential token-7)"
                    + " [policy error policy_failed (IllegalStateException)]");
      }
    }
  }

  @Test
  void missingScope_isNamedToBoth() {
    try (PolicyApp app = PolicyApp.of(PERMITS)) {
      CallRecord record = app.callScoped();
      assertThat(record).isRefusedBy("requires-scope").hasProblem(403, "insufficient_scope");
      assertThat(record.problem().headers().get(0).value())
          .contains("scope=\"orders:read orders:write\"");
      assertThat(record.refusal().explanation())
          .hasToString(
              "requires-scope deny insufficient_scope (by jwt, credential token-7)"
                  + " [orders:read permit, orders:write deny scope_missing]");
      CallRecord role = app.callRole();
      assertThat(role.refusal().explanation().parts())
          .extracting(Explanation::reason)
          .containsExactly("role_missing", "role_missing");
    }
  }

  @Test
  void wouldBeRefusal_isExplainedToo() {
    try (PolicyApp app = PolicyApp.of(DENIES, "flyball.rules.p.mode", "observe")) {
      CallRecord record = app.call("ann");
      assertThat(record).isOk().wouldBeRefusedBy("p");
      assertThat(explanationOf(record, "policy-p"))
          .hasToString("p deny no_luck (by jwt, credential token-7)");
    }
  }

  @Test
  void explanations_canBeSwitchedOff_andOnForAll() {
    try (PolicyApp off = PolicyApp.of(DENIES, "flyball.auth.explain", "off")) {
      assertThat(off.call("ann").refusal().explanation()).isNull();
      assertThat(off.callScoped().refusal().explanation()).isNull();
    }
    try (PolicyApp usual = PolicyApp.of(PERMITS)) {
      assertThat(explanationOf(usual.call("ann"), "policy-p")).isNull();
    }
    try (PolicyApp all = PolicyApp.of(PERMITS, "flyball.auth.explain", "all")) {
      assertThat(explanationOf(all.call("ann"), "policy-p"))
          .hasToString("p permit (by jwt, credential token-7)");
      assertThat(explanationOf(all.handle(() -> null), "requires-scope"))
          .hasToString("requires-scope permit (by jwt, credential token-7) [orders:read permit]");
    }
  }

  @Test
  void permission_isExplainedPartByPart_whereThatIsWanted_andShowsNoValues() {
    AccessPolicy policy =
        AccessPolicy.allOf(
            AccessPolicy.hasScope("orders:read"),
            AccessPolicy.anyOf(
                AccessPolicy.hasRole("admin"),
                AccessPolicy.not("is_free", AccessPolicy.tenant("id")),
                AccessPolicy.owner("id")));
    String tree =
        "p permit (by jwt, credential token-7) [all-of permit [has-scope permit,"
            + " any-of permit [has-role deny insufficient_role (needs one of admin),"
            + " not permit [tenant deny other_tenant (parameter id: String, caller: nothing)],"
            + " owner not_asked]]]";
    try (PolicyApp all = PolicyApp.of(policy, "flyball.auth.explain", "all")) {
      assertThat(explanationOf(all.call("secret-id"), "policy-p")).hasToString(tree);
    }
    try (PolicyApp usual = PolicyApp.of(policy)) {
      assertThat(explanationOf(usual.call("secret-id"), "policy-p")).isNull();
    }
  }

  @Test
  void permission_inTheHandler_isExplainedToo() {
    try (PolicyApp all = PolicyApp.of(PERMITS, "flyball.auth.explain", "all")) {
      for (CallRecord record : bothWays(all)) {
        assertThat(record).isOk();
        assertThat(record.verdicts())
            .filteredOn(verdict -> verdict.rule().equals("p") || verdict.stage().equals("policy-p"))
            .extracting(verdict -> String.valueOf(verdict.explanation()))
            .containsExactly("p permit (by jwt, credential token-7)");
      }
    }
  }

  @Test
  void permissionThatComesLater_isExplainedToo() {
    AccessPolicy later =
        question -> Decision.pending(CompletableFuture.supplyAsync(AccessPolicy::permit));
    AccessPolicy policy =
        AccessPolicy.anyOf(
            AccessPolicy.hasRole("admin"), AccessPolicy.allOf(later, AccessPolicy.owner("id")));
    try (PolicyApp all = PolicyApp.of(policy, "flyball.auth.explain", "all")) {
      assertThat(explanationOf(all.call("ann"), "policy-p"))
          .hasToString(
              "p permit (by jwt, credential token-7)"
                  + " [any-of permit [has-role deny insufficient_role (needs one of admin),"
                  + " all-of permit [part-1 permit, owner permit]]]");
    }
  }

  @Test
  void credentialThatForgesLines_staysOneWord() {
    try (PolicyApp app = PolicyApp.of(DENIES)) {
      String token =
          app.issuer.token().subject("ann").claim("jti", "a\r\nb, [c] permit \u001b[31m").sign();
      CallRecord record =
          app.app.call(
              app.app.governor().endpoints().find("http:GET /orders/{id}").orElseThrow(),
              InProcessCarrier.get("/orders/1").bearer(token));
      assertThat(record.refusal().explanation())
          .hasToString("p deny no_luck (by jwt, credential a__b___c__permit___31m)");
    }
  }

  private static Explanation explanationOf(CallRecord record, String stage) {
    return record.verdicts().stream()
        .filter(verdict -> verdict.stage().equals(stage))
        .findFirst()
        .map(Verdict::explanation)
        .orElse(null);
  }

  // ---- the same rule more than once

  @Retention(RetentionPolicy.RUNTIME)
  @RequiresScope("orders:read")
  @RequiresRole("clerk")
  @Policy("p")
  @interface Clerks {}

  @SuppressWarnings("unused")
  private static final class Twice {

    @Clerks
    @RequiresScope("orders:write")
    @RequiresRole("admin")
    @Policy("p")
    void all() {}
  }

  @Test
  void rulesOfOnesOwnAnnotation_holdBesideThoseOfTheMethod() {
    try (PolicyApp app = PolicyApp.of(PERMITS)) {
      GovernedEndpoint endpoint = app.app.govern(Twice.class, "all", "GET /twice");
      assertThat(call(app, endpoint, "orders:read orders:write", "clerk", "admin")).isOk();
      assertThat(call(app, endpoint, "orders:read", "clerk", "admin"))
          .isRefusedBy("requires-scope");
      assertThat(call(app, endpoint, "orders:write", "clerk", "admin"))
          .isRefusedBy("requires-scope");
      assertThat(call(app, endpoint, "orders:read orders:write", "clerk"))
          .isRefusedBy("requires-role");
      assertThat(call(app, endpoint, "orders:read orders:write", "admin"))
          .isRefusedBy("requires-role");
    }
  }

  private static CallRecord call(
      PolicyApp app, GovernedEndpoint endpoint, String scopes, String... roles) {
    String token = app.issuer.token().subject("ann").scopes(scopes.split(" ")).roles(roles).sign();
    return app.app.call(endpoint, InProcessCarrier.get("/twice").bearer(token));
  }

  // ---- row 44

  @Test
  void row44_scopes_matchExactlyOrNotAtAll() {
    Object[] not = {
      "orders:readwrite",
      "orders:rea",
      "Orders:read orders:write",
      "orders:read\torders:write",
      "orders:read,orders:write",
      "orders:read%20orders:write",
      List.of("orders:read orders:write"),
      List.of("orders:read", "ORDERS:WRITE"),
      "",
      7
    };
    Object[] yes = {
      "orders:read orders:write",
      "orders:write orders:read orders:read",
      List.of("orders:read", "orders:write"),
      List.of("orders:write", "x", "orders:read", "orders:read")
    };
    try (PolicyApp app = PolicyApp.of(PERMITS)) {
      GovernedEndpoint endpoint =
          app.app.governor().endpoints().find("http:POST /orders").orElseThrow();
      for (Object scope : not) {
        String token = app.issuer.token().subject("ann").claim("scope", scope).sign();
        CallRecord record = app.app.call(endpoint, InProcessCarrier.of("POST", "/o").bearer(token));
        assertThat(record.problem().status()).as("%s", scope).isIn(401, 403);
        assertThat(record.outcome().kind()).as("%s", scope).hasToString("REFUSED");
      }
      for (Object scope : yes) {
        String token = app.issuer.token().subject("ann").claim("scope", scope).sign();
        assertThat(app.app.call(endpoint, InProcessCarrier.of("POST", "/o").bearer(token))).isOk();
      }
    }
  }

  // ---- start-up

  @SuppressWarnings("unused")
  private static final class Wrong {

    @Policy("own-odrer")
    void misspelt() {}

    @Policy("invoices")
    void unknown() {}

    @RequiresScope("orders:raed")
    void misspeltScope() {}

    @RequiresScope("admin")
    void unknownScope() {}
  }

  @Test
  void row75_namesThatNobodyKnows_keepTheServiceFromStarting() {
    InProcessApp wrong =
        InProcessApp.with(new AuthModule())
            .property("flyball.auth.issuers.main.issuer", "https://issuer.example")
            .property("flyball.auth.issuers.main.audience", "orders")
            .property("flyball.auth.scopes", "orders:read,orders:write")
            .configure(b -> b.offer(AccessPolicy.class, "own-order", PERMITS));
    for (String method : List.of("misspelt", "unknown", "misspeltScope", "unknownScope")) {
      wrong.govern(Wrong.class, method, "GET /" + method);
    }

    StartupException thrown = catchThrowableOfType(StartupException.class, wrong::start);

    assertThat(thrown.problems()).hasSize(4);
    assertThat(thrown)
        .hasMessageContaining(
            "nobody offers the policy own-odrer of http:GET /misspelt; did you mean own-order?")
        .hasMessageContaining(
            "nobody offers the policy invoices of http:GET /unknown; offer an AccessPolicy of this"
                + " name (offered: [own-order])")
        .hasMessageContaining(
            "names orders:raed, which flyball.auth.scopes does not; did you mean orders:read?")
        .hasMessageContaining(
            "names admin, which flyball.auth.scopes does not; add it there, or name one of"
                + " [orders:read, orders:write]");
  }
}
