// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.auth.internal.revocation.RevocationList;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Takes tokens back before their time, for all instances of the service.
 *
 * <pre>{@code
 * Revocations revocations = governor.find(Revocations.class).orElseThrow();
 * Instant before = Instant.now().plusSeconds(30); // the clock of the issuer may be ahead
 * revocations.revokeSubject("https://id.example", "ada", before, before.plus(1, DAYS));
 * }</pre>
 *
 * <p>What is revoked is kept in the {@code SharedStore} that is offered, and looked at with each
 * call in a copy of it. When the returned stage is complete, this instance refuses the tokens; the
 * others follow as soon as their store tells them. Without a store only this instance knows, until
 * it stops. There is no way back: a subject gets new tokens. Thread-safe; not to be implemented.
 */
public final class Revocations {

  private final RevocationList list;

  Revocations(RevocationList list) {
    this.list = list;
  }

  /**
   * Takes one token back.
   *
   * @param issuer its claim {@code iss}
   * @param tokenId its claim {@code jti}
   * @param until the end of the token, or a later moment
   * @return completes when the token is refused here and written for the others; fails where the
   *     store cannot be written to
   */
  public CompletionStage<Void> revoke(String issuer, String tokenId, Instant until) {
    requireName(issuer, "issuer");
    requireName(tokenId, "tokenId");
    return list.revoke(issuer, tokenId, ceiling(until, "until"));
  }

  /**
   * Takes all tokens of a subject back that were issued before a moment. Tokens that do not say
   * when they were issued are refused too.
   *
   * @param issuer their claim {@code iss}
   * @param subject their claim {@code sub}
   * @param issuedBefore usually now and the clock skew that the issuer is allowed: where its clock
   *     is ahead, tokens that it has issued say a later moment. What it issues until then is
   *     refused too. Tokens count in seconds, so that those of the second that has begun are
   *     refused as well
   * @param until when the last of these tokens has ended: the moment and the longest lifetime of a
   *     token of the issuer
   * @return completes when the tokens are refused here and written for the others; fails where the
   *     store cannot be written to
   */
  public CompletionStage<Void> revokeSubject(
      String issuer, String subject, Instant issuedBefore, Instant until) {
    requireName(issuer, "issuer");
    requireName(subject, "subject");
    return list.revokeSubject(
        issuer, subject, ceiling(issuedBefore, "issuedBefore"), ceiling(until, "until"));
  }

  private static void requireName(String value, String what) {
    if (Objects.requireNonNull(value, what).isBlank()) {
      throw new IllegalArgumentException(what + " is blank (expected: the value of the claim)");
    }
  }

  private static long ceiling(Instant moment, String what) {
    Objects.requireNonNull(moment, what);
    return moment.getNano() == 0 ? moment.getEpochSecond() : moment.getEpochSecond() + 1;
  }
}
