// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for at the token endpoint.
 *
 * @param clientId who asks
 * @param clientSecret what it proves itself with; null if it did not
 * @param scopes asked for, without duplicates
 * @param audience asked for as {@code audience} or {@code resource}
 */
public record TokenRequest(
    String clientId, @Nullable String clientSecret, List<String> scopes, List<String> audience) {

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return clientId + " asks for " + scopes;
  }
}
