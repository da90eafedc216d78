// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.Call;
import dev.flyball.Principal;
import io.opentelemetry.context.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The token with which the caller has authenticated, for whom a call goes out.
 *
 * <p>It is looked for where it came in, when it is needed: nothing keeps it, and when the caller's
 * call has ended it is gone.
 *
 * @param value the token itself
 * @param bound whether the caller had to prove more than that it has the token
 */
record CallerToken(String value, boolean bound, Principal principal) {

  /** How callers authenticate with a token that an issuer has given them. */
  private static final Set<String> METHODS = Set.of("jwt", "opaque");

  /** The call for which another goes out; null where there is none. */
  static @Nullable Call caller(Call outgoing) {
    try (Scope scope = outgoing.context().makeCurrent()) {
      return Call.current();
    }
  }

  /** The token of the caller; null where nobody has authenticated, or with something else. */
  static @Nullable CallerToken of(@Nullable Call caller) {
    if (caller == null) {
      return null;
    }
    Principal principal = caller.principal();
    if (principal == null || !METHODS.contains(principal.method())) {
      return null;
    }
    List<String> headers = caller.carrier().headers(CallerCredentials.AUTHORIZATION);
    String header = headers.size() == 1 ? headers.get(0) : "";
    int space = header.indexOf(' ');
    if (space < 0) {
      return null;
    }
    boolean bearer = header.substring(0, space).equalsIgnoreCase("Bearer");
    String token = header.substring(space + 1).strip();
    boolean bound = !bearer || principal.claims().containsKey("cnf");
    return token.isEmpty() ? null : new CallerToken(token, bound, principal);
  }

  /** Whether the issuer has meant it for somebody. */
  boolean isFor(String audience) {
    Object claim = principal.claims().get("aud");
    return audience.equals(claim) || (claim instanceof Collection<?> all && all.contains(audience));
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "a token of " + principal;
  }
}
