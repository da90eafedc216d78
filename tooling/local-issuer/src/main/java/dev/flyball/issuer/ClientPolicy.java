// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.List;

/** Decides which scopes a client gets. Meant to be implemented; called on several threads. */
@FunctionalInterface
public interface ClientPolicy {

  /**
   * Looks at a well-formed request.
   *
   * @param request what is asked for
   * @return the scopes to grant
   * @throws TokenRefusal if the client gets no token
   */
  List<String> grant(TokenRequest request) throws TokenRefusal;

  /**
   * Believes everybody: any client id is accepted, with any secret or none, and gets the scopes it
   * asks for. For loopback only, which is why an issuer listens nowhere else.
   *
   * @return the default policy
   */
  static ClientPolicy open() {
    return TokenRequest::scopes;
  }
}
