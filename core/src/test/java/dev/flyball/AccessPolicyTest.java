// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static dev.flyball.AccessPolicy.allOf;
import static dev.flyball.AccessPolicy.anyOf;
import static dev.flyball.AccessPolicy.deny;
import static dev.flyball.AccessPolicy.hasRole;
import static dev.flyball.AccessPolicy.hasScope;
import static dev.flyball.AccessPolicy.issuer;
import static dev.flyball.AccessPolicy.not;
import static dev.flyball.AccessPolicy.owner;
import static dev.flyball.AccessPolicy.permit;
import static dev.flyball.AccessPolicy.tenant;
import static dev.flyball.AccessPolicy.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flyball.Explanation.Result;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Ready-made policies, and what combinations of policies come to. */
class AccessPolicyTest {

  private static final Principal ANN =
      Principal.builder("ann", "https://a.example")
          .tenant("acme")
          .scopes(Set.of("read", "write"))
          .roles(Set.of("clerk"))
          .build();

  private static final AccessPolicy YES = question -> permit();
  private static final AccessPolicy NO = question -> deny("no");
  private static final AccessPolicy FAILS =
      question -> {
        throw new IllegalStateException("secret of the store");
      };
  private static final AccessPolicy SILENT = question -> null;

  private static AccessPolicy.Question question(Principal principal, Map<String, ?> parameters) {
    Endpoint endpoint = Endpoint.builder("http", "GET /orders/{id}").build();
    return new AccessPolicy.Question(principal, endpoint, Parameters.of(parameters), null);
  }

  private static Decision ask(AccessPolicy policy) {
    return policy.decide(question(ANN, Map.of("id", "ann", "org", "acme")));
  }

  private static Decision askNobody(AccessPolicy policy) {
    return policy.decide(question(null, Map.of("id", "ann", "org", "acme")));
  }

  private static String reason(Decision decision) {
    return ((Decision.Refuse) decision).reason();
  }

  private static UndecidedException failure(AccessPolicy policy) {
    return catchThrowableOfType(UndecidedException.class, () -> ask(policy));
  }

  // ---- ready-made

  @Test
  void owner_isTheOneWhomTheParameterNames() {
    assertThat(ask(owner("id")).proceeds()).isTrue();
    assertThat(reason(ask(owner("org")))).isEqualTo("not_the_owner");
    UUID id = UUID.randomUUID();
    Principal byId = Principal.builder(id.toString(), "https://a.example").build();
    assertThat(owner("id").decide(question(byId, Map.of("id", id))).proceeds()).isTrue();
    assertThat(reason(owner("id").decide(question(byId, Map.of("id", id + " ")))))
        .isEqualTo("not_the_owner");
  }

  @Test
  void parameterThatIsAbsent_isAFailureAndNoDenial() {
    assertThat(failure(owner("uid")).reason()).isEqualTo("parameter_missing");
    assertThat(failure(tenant("uid")).reason()).isEqualTo("parameter_missing");
    assertThat(failure(not("others", owner("uid"))).reason()).isEqualTo("parameter_missing");
  }

  @Test
  void tenant_isThatOfTheCaller() {
    assertThat(ask(tenant("org")).proceeds()).isTrue();
    assertThat(reason(ask(tenant("id")))).isEqualTo("other_tenant");
    Principal without = Principal.builder("bob", "https://a.example").build();
    assertThat(reason(tenant("org").decide(question(without, Map.of("org", "acme")))))
        .isEqualTo("other_tenant");
  }

  @Test
  void issuer_isTheExactOne() {
    assertThat(ask(issuer("https://a.example")).proceeds()).isTrue();
    assertThat(reason(ask(issuer("https://a.example/")))).isEqualTo("other_issuer");
  }

  @Test
  void scopes_mustAllBeThere_andOneRoleIsEnough() {
    assertThat(ask(hasScope("read", "write")).proceeds()).isTrue();
    assertThat(reason(ask(hasScope("read", "admin")))).isEqualTo("insufficient_scope");
    assertThat(reason(ask(hasScope("Read")))).isEqualTo("insufficient_scope");
    assertThat(ask(hasRole("admin", "clerk")).proceeds()).isTrue();
    assertThat(reason(ask(hasRole("admin")))).isEqualTo("insufficient_role");
  }

  @Test
  void readyMadePolicy_deniesWhoeverHasNotAuthenticated() {
    for (AccessPolicy each :
        List.of(
            owner("id"), tenant("org"), issuer("https://a.example"), hasScope("x"), hasRole("x"))) {
      assertThat(reason(askNobody(each))).isEqualTo("credentials_missing");
    }
  }

  @Test
  void nothingToAskFor_isRefusedWhenItIsMade() {
    assertThatThrownBy(() -> hasScope()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> hasRole()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> allOf())
        .hasMessage("all-of of nothing (expected: at least one policy)");
    assertThatThrownBy(() -> anyOf()).isInstanceOf(IllegalArgumentException.class);
  }

  // ---- combinations

  @Test
  void all_mustPermit() {
    assertThat(ask(allOf(YES, YES)).proceeds()).isTrue();
    assertThat(reason(ask(allOf(YES, NO, FAILS)))).isEqualTo("no");
    assertThat(failure(allOf(YES, FAILS, NO)).reason()).isEqualTo("policy_failed");
    assertThat(failure(allOf(SILENT)).reason()).isEqualTo("no_decision");
  }

  @Test
  void any_isEnough_alsoBesideOneThatFails() {
    assertThat(ask(anyOf(NO, YES, FAILS)).proceeds()).isTrue();
    assertThat(ask(anyOf(FAILS, YES)).proceeds()).isTrue();
    assertThat(reason(ask(anyOf(NO, question -> deny("other"))))).isEqualTo("no");
    assertThat(failure(anyOf(NO, FAILS, NO)).reason()).isEqualTo("policy_failed");
  }

  @Test
  void not_turnsAroundDenialsOnly() {
    assertThat(ask(not("closed", NO)).proceeds()).isTrue();
    assertThat(reason(ask(not("closed", YES)))).isEqualTo("closed");
    assertThat(failure(not("closed", FAILS)).reason()).isEqualTo("policy_failed");
    assertThat(failure(not("closed", SILENT)).reason()).isEqualTo("no_decision");
    assertThat(ask(not("a", not("b", YES))).proceeds()).isTrue();
  }

  @Test
  void not_neverPermitsNobody() {
    assertThat(reason(askNobody(not("banned", hasRole("banned")))))
        .isEqualTo("credentials_missing");
    assertThat(reason(askNobody(not("banned", anyOf(NO, hasRole("banned"))))))
        .isEqualTo("credentials_missing");
    assertThat(reason(askNobody(not("banned", allOf(YES, hasRole("banned"))))))
        .isEqualTo("credentials_missing");
    assertThat(ask(not("banned", hasRole("banned"))).proceeds()).isTrue();
  }

  @Test
  void not_takesARefusalWithAProblemOfTheServiceForAFailure() {
    Problem down = Problem.of(Problem.Kind.OVERLOADED, "the directory is down");
    AccessPolicy unavailable = question -> Decision.refuse(down, "directory", "directory_down");

    UndecidedException failure = failure(not("banned", unavailable));

    assertThat(failure.reason()).isEqualTo("directory_down");
    assertThat(failure.problem()).isSameAs(down);
  }

  @Test
  void failureInsideOfACombination_keepsItsCauseAndNotItsText() {
    UndecidedException failure = failure(allOf(hasScope("read"), anyOf(NO, FAILS)));

    assertThat(failure).hasRootCauseMessage("secret of the store");
    assertThat(failure.explanation())
        .hasToString(
            "all-of error policy_failed [has-scope permit, any-of error policy_failed"
                + " [part-1 deny no, part-2 error policy_failed (IllegalStateException)]]");
  }

  @Test
  void refusalOfACombination_explainsEveryPart() {
    AccessPolicy edit =
        anyOf(
            hasRole("admin"),
            allOf(hasScope("write"), owner("org"), when("too_late", question -> true)));

    Decision.Refuse refused = (Decision.Refuse) ask(edit);

    assertThat(refused.reason()).isEqualTo("insufficient_role");
    assertThat(refused.explanation().result()).isEqualTo(Result.DENY);
    assertThat(refused.explanation())
        .hasToString(
            "any-of deny insufficient_role [has-role deny insufficient_role (needs one of admin),"
                + " all-of deny not_the_owner [has-scope permit,"
                + " owner deny not_the_owner (parameter org: String, caller: String),"
                + " part-3 not_asked]]");
  }

  @Test
  void explanation_neverShowsValues() {
    Decision.Refuse refused = (Decision.Refuse) ask(anyOf(owner("org"), tenant("id")));

    assertThat(refused.explanation().toString()).doesNotContain("ann").doesNotContain("acme");
  }

  @Test
  void textOfAnExplanation_isBounded() {
    AccessPolicy[] many = new AccessPolicy[5_000];
    java.util.Arrays.fill(many, NO);

    Decision.Refuse refused = (Decision.Refuse) ask(anyOf(many));

    assertThat(refused.explanation().parts()).hasSize(5_000);
    assertThat(refused.explanation().toString()).hasSizeLessThan(1_010).endsWith("...");
  }

  // ---- pending

  private static AccessPolicy later(CompletableFuture<Decision> future) {
    return question -> Decision.pending(future);
  }

  private static CompletableFuture<Decision> pending(Decision decision) {
    return ((Decision.Pending) decision).decision().toCompletableFuture();
  }

  @Test
  void pendingPart_makesTheWholePending_andTheOthersWait() throws Exception {
    CompletableFuture<Decision> first = new CompletableFuture<>();
    boolean[] asked = new boolean[1];
    AccessPolicy second =
        question -> {
          asked[0] = true;
          return deny("second");
        };

    CompletableFuture<Decision> whole = pending(ask(allOf(later(first), second)));

    assertThat(whole).isNotDone();
    assertThat(asked[0]).isFalse();
    first.complete(permit());
    assertThat(reason(whole.get())).isEqualTo("second");
  }

  @Test
  void pendingPart_denies() throws Exception {
    assertThat(reason(pending(ask(allOf(later(done(deny("slowly"))), FAILS))).get()))
        .isEqualTo("slowly");
    assertThat(pending(ask(anyOf(later(done(deny("slowly"))), YES))).get().proceeds()).isTrue();
    assertThat(pending(ask(not("closed", later(done(deny("slowly")))))).get().proceeds()).isTrue();
    assertThat(reason(pending(ask(not("closed", later(done(permit()))))).get()))
        .isEqualTo("closed");
  }

  @Test
  void pendingPartThatIsPendingAgain_isWaitedFor() throws Exception {
    Decision again = Decision.pending(done(deny("at_last")));

    assertThat(reason(pending(ask(anyOf(later(done(again))))).get())).isEqualTo("at_last");
  }

  @Test
  void pendingPartThatFails_failsTheWhole_unlessAnotherPermits() {
    CompletableFuture<Decision> failed =
        CompletableFuture.failedFuture(new IllegalStateException("store"));

    for (AccessPolicy each :
        List.of(
            allOf(later(failed), YES), anyOf(later(failed), NO), not("closed", later(failed)))) {
      assertThatThrownBy(() -> pending(ask(each)).get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(UndecidedException.class)
          .hasMessage("policy_failed");
    }
    assertThat(pending(ask(anyOf(later(failed), YES))).join().proceeds()).isTrue();
    assertThatThrownBy(() -> pending(ask(not("closed", later(done(null))))).get())
        .cause()
        .hasMessage("no_decision");
  }

  private static CompletableFuture<Decision> done(Decision decision) {
    return CompletableFuture.completedFuture(decision);
  }
}
