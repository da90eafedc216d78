// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for at the token endpoint.
 *
 * @param clientId who asks
 * @param clientSecret what it proves itself with; null if it did not
 * @param scopes asked for, without duplicates
 * @param audience asked for as {@code audience} or {@code resource}
 * @param lifetime asked for as {@code expires_in}, in seconds, which no RFC knows: negative for a
 *     token that has expired; null if the usual one will do
 */
public record TokenRequest(
    String clientId,
    @Nullable String clientSecret,
    List<String> scopes,
    List<String> audience,
    @Nullable Duration lifetime) {

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return clientId + " asks for " + scopes;
  }
}
