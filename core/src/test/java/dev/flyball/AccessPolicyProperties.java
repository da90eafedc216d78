// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Combinations against the logic of three values: whatever is not known is never permitted. */
class AccessPolicyProperties {

  private enum Truth {
    YES,
    NO,
    UNKNOWN
  }

  /** A policy and what it is in the logic of Kleene. */
  private record Tree(AccessPolicy policy, Truth truth, String text) {

    @Override
    public String toString() {
      return text;
    }
  }

  @Provide
  Arbitrary<Tree> trees() {
    return trees(4, leaves());
  }

  @Provide
  Arbitrary<Tree> known() {
    return trees(4, leaves().filter(leaf -> leaf.truth != Truth.UNKNOWN));
  }

  private static Arbitrary<Tree> trees(int depth, Arbitrary<Tree> leaves) {
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<Tree> parts = trees(depth - 1, leaves);
    return Arbitraries.oneOf(
        leaves,
        parts.list().ofMinSize(1).ofMaxSize(4).map(AccessPolicyProperties::all),
        parts.list().ofMinSize(1).ofMaxSize(4).map(AccessPolicyProperties::any),
        parts.map(AccessPolicyProperties::not));
  }

  private Arbitrary<Tree> leaves() {
    return Arbitraries.of(
        leaf(question -> AccessPolicy.permit(), Truth.YES, "yes"),
        leaf(question -> AccessPolicy.deny("no"), Truth.NO, "no"),
        leaf(question -> null, Truth.UNKNOWN, "silent"),
        leaf(
            question -> {
              throw new IllegalStateException("failed");
            },
            Truth.UNKNOWN,
            "throws"),
        leaf(question -> later(AccessPolicy.permit()), Truth.YES, "yes later"),
        leaf(question -> later(AccessPolicy.deny("no")), Truth.NO, "no later"),
        leaf(question -> later(null), Truth.UNKNOWN, "silent later"),
        leaf(
            question ->
                Decision.pending(
                    CompletableFuture.failedFuture(new IllegalStateException("failed"))),
            Truth.UNKNOWN,
            "fails later"));
  }

  private static Tree leaf(AccessPolicy policy, Truth truth, String text) {
    return new Tree(policy, truth, text);
  }

  private static Decision later(Decision decision) {
    return Decision.pending(CompletableFuture.completedFuture(decision));
  }

  private static Tree all(List<Tree> parts) {
    boolean no = parts.stream().anyMatch(part -> part.truth == Truth.NO);
    boolean yes = parts.stream().allMatch(part -> part.truth == Truth.YES);
    return new Tree(
        AccessPolicy.allOf(policies(parts)),
        no ? Truth.NO : yes ? Truth.YES : Truth.UNKNOWN,
        "all" + parts);
  }

  private static Tree any(List<Tree> parts) {
    boolean yes = parts.stream().anyMatch(part -> part.truth == Truth.YES);
    boolean no = parts.stream().allMatch(part -> part.truth == Truth.NO);
    return new Tree(
        AccessPolicy.anyOf(policies(parts)),
        yes ? Truth.YES : no ? Truth.NO : Truth.UNKNOWN,
        "any" + parts);
  }

  private static Tree not(Tree part) {
    Truth truth =
        part.truth == Truth.YES ? Truth.NO : part.truth == Truth.NO ? Truth.YES : Truth.UNKNOWN;
    return new Tree(AccessPolicy.not("turned", part.policy), truth, "not[" + part + "]");
  }

  private static AccessPolicy[] policies(List<Tree> parts) {
    return parts.stream().map(Tree::policy).toArray(AccessPolicy[]::new);
  }

  private static Truth ask(AccessPolicy policy) {
    Endpoint endpoint = Endpoint.builder("http", "GET /").build();
    try {
      Decision decided =
          policy.decide(new AccessPolicy.Question(null, endpoint, Parameters.of(Map.of()), null));
      while (decided instanceof Decision.Pending pending) {
        decided = pending.decision().toCompletableFuture().join();
      }
      return decided == null ? Truth.UNKNOWN : decided.proceeds() ? Truth.YES : Truth.NO;
    } catch (IllegalStateException | UndecidedException | CompletionException e) {
      return Truth.UNKNOWN;
    }
  }

  @Property(tries = 5_000)
  void permission_isNeverMadeOfSomethingUnknown(@ForAll("trees") Tree tree) {
    Truth came = ask(tree.policy);

    if (came == Truth.YES) {
      assertThat(tree.truth).isEqualTo(Truth.YES);
    }
    if (came == Truth.NO) {
      assertThat(tree.truth).isEqualTo(Truth.NO);
    }
  }

  @Property(tries = 2_000)
  void whereNothingIsUnknown_theAnswerIsThatOfLogic(@ForAll("known") Tree tree) {
    assertThat(ask(tree.policy)).isEqualTo(tree.truth);
  }

  @Property(tries = 2_000)
  void explainedPolicy_decidesAsThePlainOne_andSaysSo(@ForAll("trees") Tree tree) {
    AccessPolicy explained = AccessPolicy.explained(tree.policy);

    assertThat(ask(explained)).isEqualTo(ask(tree.policy));
    assertThat(AccessPolicy.explained(explained)).isSameAs(explained);
  }
}
