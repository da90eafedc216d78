// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Call;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Phase;
import dev.flyball.auth.internal.binding.SenderBinding;
import dev.flyball.auth.internal.throttle.Compares;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out who is calling, from the one credential of a request (RFC 6750, section 2.1). */
final class AuthenticateStage implements Compares {

  static final String RULE = "authenticate";

  private static final String HEADER = "Authorization";
  private static final String SCHEME = "Bearer ";

  private final AccessTokens tokens;
  private final Challenges challenges;
  private final boolean anonymousAllowed;

  /**
   * A stage that looks for a credential.
   *
   * @param tokens decides on access tokens
   * @param anonymousAllowed whether a call without any credential goes on
   */
  AuthenticateStage(AccessTokens tokens, Challenges challenges, boolean anonymousAllowed) {
    this.tokens = tokens;
    this.challenges = challenges;
    this.anonymousAllowed = anonymousAllowed;
  }

  @Override
  public String id() {
    return RULE;
  }

  @Override
  public Phase phase() {
    return Phase.AUTHENTICATE;
  }

  @Override
  public Decision onStart(Call call) {
    List<String> headers = call.carrier().headers(HEADER);
    if (headers.isEmpty()) {
      return withoutCredential("credentials_missing");
    }
    if (headers.size() > 1) {
      return invalidRequest("two_credentials");
    }
    return decide(call, headers.get(0));
  }

  @Override
  public boolean hasNothingToCompare(Call call) {
    List<String> headers = call.carrier().headers(HEADER);
    return headers.isEmpty()
        ? anonymousAllowed
        : headers.size() == 1 && tokens.isKnown(headers.get(0), call.startMillis() / 1_000);
  }

  private Decision decide(Call call, String header) {
    long now = call.startMillis() / 1_000;
    VerifiedToken known = tokens.find(header, now);
    String scheme = known != null ? SCHEME : scheme(header);
    if (scheme == null) {
      boolean empty =
          header.equalsIgnoreCase(SCHEME.strip())
              || header.equalsIgnoreCase(SenderBinding.SCHEME.strip());
      return empty ? invalidRequest("no_token") : withoutCredential("other_scheme");
    }
    if (hasSecondCredential(call.carrier())) {
      return invalidRequest("two_credentials");
    }
    if (known != null) {
      return tokens.again(call, header, known, now);
    }
    return header.indexOf(',') >= 0
        ? invalidRequest("two_credentials")
        : tokens.first(call, header, scheme.length(), now);
  }

  /** The scheme of an access token; null for any other credential. */
  private static @Nullable String scheme(String header) {
    if (header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return SCHEME;
    }
    String bound = SenderBinding.SCHEME;
    return header.regionMatches(true, 0, bound, 0, bound.length()) ? bound : null;
  }

  /** A token in the query beside that of the header (RFC 6750, section 2.3) is one too many. */
  static boolean hasSecondCredential(Carrier carrier) {
    String query = carrier.query();
    if (query == null) {
      return false;
    }
    int at = query.indexOf("access_token=");
    while (at > 0 && query.charAt(at - 1) != '&') {
      at = query.indexOf("access_token=", at + 1);
    }
    return at >= 0;
  }

  private Decision withoutCredential(String reason) {
    return anonymousAllowed
        ? Decision.proceed()
        : Decision.refuse(challenges.credentialsMissing(), RULE, reason);
  }

  private Decision invalidRequest(String reason) {
    return Decision.refuse(challenges.invalidRequest(), RULE, reason);
  }
}
