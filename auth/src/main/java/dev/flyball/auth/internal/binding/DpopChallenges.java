// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Problem;
import dev.flyball.Problem.Kind;
import dev.flyball.auth.internal.jose.Algorithm;
import java.util.Set;

/** What callers are told whose proof is missing or wrong (RFC 9449, sections 7.1, 7.2 and 9). */
final class DpopChallenges {

  private static final String CHALLENGE = "WWW-Authenticate";
  private static final String NONCE = "DPoP-Nonce";
  private static final String TOKEN_DETAIL = "the access token is not valid";

  private final Problem proofRequired;
  private final Problem invalidToken;
  private final Problem invalidProof;
  private final Problem nonceRequired;
  private final Problem replayUnavailable;

  DpopChallenges(String realm, Set<Algorithm> algorithms) {
    String scheme = "DPoP realm=\"" + realm + "\"";
    String algs = algs(algorithms);
    this.proofRequired =
        Problem.of(Kind.INVALID_TOKEN, TOKEN_DETAIL)
            .withHeader(
                CHALLENGE,
                "Bearer realm=\"" + realm + "\", error=\"invalid_token\", " + scheme + algs);
    this.invalidToken =
        Problem.of(Kind.INVALID_TOKEN, TOKEN_DETAIL)
            .withHeader(CHALLENGE, scheme + ", error=\"invalid_token\"" + algs);
    this.invalidProof =
        Problem.of(Kind.INVALID_TOKEN, "invalid_dpop_proof", "the DPoP proof is not valid")
            .withHeader(CHALLENGE, scheme + ", error=\"invalid_dpop_proof\"" + algs);
    this.nonceRequired =
        Problem.of(Kind.INVALID_TOKEN, "use_dpop_nonce", "the DPoP proof needs a fresh nonce")
            .withHeader(CHALLENGE, scheme + ", error=\"use_dpop_nonce\"" + algs);
    this.replayUnavailable =
        Problem.of(Kind.KEYS_UNAVAILABLE, "the DPoP proof cannot be checked now")
            .withHeader("Retry-After", "5");
  }

  /** How every challenge ends: the algorithms that proofs may use. */
  static String algs(Set<Algorithm> algorithms) {
    StringBuilder names = new StringBuilder();
    for (Algorithm each : algorithms) {
      names.append(names.isEmpty() ? "" : " ").append(each.joseName);
    }
    return ", algs=\"" + names + "\"";
  }

  /** For a bound token that came without a proof, as if it were anybody's. */
  Problem proofRequired() {
    return proofRequired;
  }

  /** For a token that came with a proof and is not valid, or bound to no key. */
  Problem invalidToken() {
    return invalidToken;
  }

  Problem invalidProof() {
    return invalidProof;
  }

  Problem nonceRequired(String nonce) {
    return nonceRequired.withHeader(NONCE, nonce);
  }

  Problem replayUnavailable() {
    return replayUnavailable;
  }
}
