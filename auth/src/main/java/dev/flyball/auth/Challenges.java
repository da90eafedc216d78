// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Problem;
import dev.flyball.Problem.Kind;

/**
 * What callers are told who are not let in, with the challenge of RFC 6750, section 3. The texts
 * are the same whatever exactly is wrong with a token: the reason is for operators.
 */
final class Challenges {

  private static final String CHALLENGE = "WWW-Authenticate";
  private static final String RETRY_SECONDS = "5";

  private final String realm;
  private final String dpopRealm;
  private final String algs;
  private final Problem credentialsMissing;
  private final Problem invalidToken;
  private final Problem invalidRequest;
  private final Problem keysUnavailable;

  /**
   * The refusals of one service.
   *
   * @param algs what challenges of DPoP say of algorithms
   */
  Challenges(String realm, String algs) {
    this.realm = "Bearer realm=\"" + realm + "\"";
    this.dpopRealm = "DPoP realm=\"" + realm + "\"";
    this.algs = algs;
    this.credentialsMissing =
        Problem.of(Kind.CREDENTIALS_MISSING, "the call needs an access token")
            .withHeader(CHALLENGE, this.realm);
    this.invalidToken =
        Problem.of(Kind.INVALID_TOKEN, "the access token is not valid")
            .withHeader(CHALLENGE, this.realm + ", error=\"invalid_token\"");
    this.invalidRequest =
        Problem.of(Kind.INVALID_REQUEST, "the call needs exactly one access token, as Bearer")
            .withHeader(CHALLENGE, this.realm + ", error=\"invalid_request\"");
    this.keysUnavailable =
        Problem.of(Kind.KEYS_UNAVAILABLE, "the access token cannot be checked now")
            .withHeader("Retry-After", RETRY_SECONDS);
  }

  Problem credentialsMissing() {
    return credentialsMissing;
  }

  Problem invalidToken() {
    return invalidToken;
  }

  Problem invalidRequest() {
    return invalidRequest;
  }

  Problem keysUnavailable() {
    return keysUnavailable;
  }

  Problem insufficientScope(String scopes) {
    return insufficientScope(realm, scopes, "");
  }

  /** The same for a token that came as {@code DPoP} (RFC 9449, section 7.1). */
  Problem insufficientScopeOfDpop(String scopes) {
    return insufficientScope(dpopRealm, scopes, algs);
  }

  private static Problem insufficientScope(String scheme, String scopes, String more) {
    return Problem.of(Kind.INSUFFICIENT_SCOPE, "the call needs the scope " + scopes)
        .withHeader(
            CHALLENGE, scheme + ", error=\"insufficient_scope\", scope=\"" + scopes + "\"" + more);
  }

  Problem insufficientRole() {
    return Problem.of(Kind.DENIED, "the caller has none of the roles that the call needs");
  }

  Problem denied() {
    return Problem.of(Kind.DENIED, "nobody may make this call");
  }
}
