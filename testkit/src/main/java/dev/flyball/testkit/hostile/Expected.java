// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an attack must get.
 *
 * @param statuses one of these
 * @param error the error code of the challenge; null for none
 * @param reasons one of these in the record; empty for any
 * @param byHost whether the host may refuse before anybody governs: then with any 4xx, or by
 *     closing the connection, and without a record
 * @param fetches how many times the keys may be asked for because of it
 */
record Expected(
    Set<Integer> statuses,
    @Nullable String error,
    Set<String> reasons,
    boolean byHost,
    int fetches) {

  /** No error code in particular. */
  static final String ANY = "any";

  static Expected invalidToken(String... reasons) {
    return new Expected(Set.of(401), "invalid_token", Set.of(reasons), false, 0);
  }

  static Expected invalidProof(String... reasons) {
    return new Expected(Set.of(401), "invalid_dpop_proof", Set.of(reasons), false, 0);
  }

  /** No credential that counts: a challenge without an error (RFC 6750, section 3.1). */
  static Expected noCredential(String... reasons) {
    return new Expected(Set.of(401), null, Set.of(reasons), false, 0);
  }

  /** Any way to say 401, or 400: whether it is a bad token or none is nobody's business. */
  static Expected anyUnauthorized() {
    return new Expected(Set.of(400, 401), ANY, Set.of(), true, 0);
  }

  static Expected invalidRequest(String... reasons) {
    return new Expected(Set.of(400), "invalid_request", Set.of(reasons), false, 0);
  }

  static Expected forbidden(@Nullable String error, String... reasons) {
    return new Expected(Set.of(403), error, Set.of(reasons), false, 0);
  }

  static Expected unavailable(String... reasons) {
    return new Expected(Set.of(503), null, Set.of(reasons), false, 0);
  }

  static Expected throttled(String... reasons) {
    return new Expected(Set.of(429), null, Set.of(reasons), false, 0);
  }

  /** Something that is as much a malformed request as a malformed token. */
  Expected orInvalidRequest() {
    Set<Integer> more = new HashSet<>(statuses);
    more.add(400);
    return new Expected(Set.copyOf(more), error, reasons, byHost, fetches);
  }

  Expected orByHost() {
    return new Expected(statuses, error, reasons, true, fetches);
  }

  /** The error code of the challenge of an answer. */
  @Nullable String error(int status) {
    return status == 400 ? "invalid_request" : error;
  }

  /** Whoever asks for a key that is unknown may cause keys to be fetched, once in a while. */
  Expected withFetch() {
    return new Expected(statuses, error, reasons, byHost, 1);
  }
}
