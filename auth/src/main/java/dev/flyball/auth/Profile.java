// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How much of a standard tokens must keep to. */
enum Profile {
  /** RFC 7519, with the claims that the checks need. */
  JWT,

  /** RFC 9068, sections 2.1 and 2.2: one type, and seven claims in each token. */
  RFC9068;

  /** The only types there may be; null where settings say it. */
  @Nullable Set<String> types() {
    return this == RFC9068 ? Set.of("at+jwt") : null;
  }

  List<String> demands() {
    return this == RFC9068
        ? List.of("iss", "exp", "aud", "sub", "client_id", "iat", "jti")
        : List.of();
  }
}
