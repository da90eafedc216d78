// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Problem;
import dev.flyball.Problem.Kind;

/**
 * What callers are told who are not let in, where API keys are accepted. The texts are the same
 * whatever exactly is wrong with a key: the reason is for operators.
 */
final class ApiKeyChallenges {

  private static final String CHALLENGE = "WWW-Authenticate";
  private static final String RETRY_SECONDS = "5";

  private final Problem missing;
  private final Problem invalidKey;
  private final Problem invalidRequest;
  private final Problem unavailable;

  /**
   * Challenges of the scheme {@code ApiKey}.
   *
   * @param realm the realm that they name
   * @param tokensToo whether access tokens are accepted as well
   */
  ApiKeyChallenges(String realm, boolean tokensToo) {
    String scheme = "ApiKey realm=\"" + realm + "\"";
    Problem none =
        Problem.of(
            Kind.CREDENTIALS_MISSING,
            tokensToo
                ? "the call needs an access token or an API key"
                : "the call needs an API key");
    this.missing =
        (tokensToo ? none.withHeader(CHALLENGE, "Bearer realm=\"" + realm + "\"") : none)
            .withHeader(CHALLENGE, scheme);
    this.invalidKey =
        Problem.of(Kind.INVALID_TOKEN, "the API key is not valid")
            .withHeader(CHALLENGE, scheme + ", error=\"invalid_token\"");
    this.invalidRequest =
        Problem.of(Kind.INVALID_REQUEST, "the call needs exactly one credential")
            .withHeader(CHALLENGE, scheme + ", error=\"invalid_request\"");
    this.unavailable =
        Problem.of(Kind.KEYS_UNAVAILABLE, "the API key cannot be checked now")
            .withHeader("Retry-After", RETRY_SECONDS);
  }

  Problem missing() {
    return missing;
  }

  Problem invalidKey() {
    return invalidKey;
  }

  Problem invalidRequest() {
    return invalidRequest;
  }

  Problem unavailable() {
    return unavailable;
  }
}
