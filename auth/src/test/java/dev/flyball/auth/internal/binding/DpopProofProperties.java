// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.DpopKey;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Proofs that somebody has changed. */
class DpopProofProperties {

  private static final Set<dev.flyball.auth.internal.jose.Algorithm> ALL =
      EnumSet.allOf(dev.flyball.auth.internal.jose.Algorithm.class);
  private static final DpopKey KEY = DpopKey.generate(Algorithm.ES256);
  private static final String PROOF = KEY.proof("GET", "https://a.example/").sign();

  private static boolean isGood(String proof) {
    try {
      return DpopProof.parse(proof, ALL).isSigned();
    } catch (TokenRejected e) {
      return false;
    }
  }

  @Property
  void proof_withOneOtherCharacter_isRefused(
      @ForAll @IntRange(max = 10_000) int place, @ForAll char character) {
    int at = place % PROOF.length();
    String changed = PROOF.substring(0, at) + character + PROOF.substring(at + 1);
    assertThat(isGood(changed)).isEqualTo(changed.equals(PROOF));
  }

  @Property
  void proof_cutOffOrDrawnOut_isRefused(
      @ForAll @IntRange(max = 10_000) int place, @ForAll char character) {
    int at = place % PROOF.length();
    assertThat(isGood(PROOF.substring(0, at))).isFalse();
    assertThat(isGood(PROOF.substring(0, at) + character + PROOF.substring(at))).isFalse();
  }

  @Property
  void anyText_isRefused(@ForAll String text) {
    assertThat(isGood(text)).isFalse();
  }
}
