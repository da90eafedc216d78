// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that reached the issuer.
 *
 * @param method as it was sent
 * @param path still encoded
 * @param query still encoded; null if there was none
 * @param headers field lines by name in any case
 * @param body as UTF-8, cut after 64 KB
 */
public record RecordedRequest(
    String method,
    String path,
    @Nullable String query,
    Map<String, List<String>> headers,
    String body) {

  /**
   * The first value of a header.
   *
   * @param name in any case
   * @return null if it was not sent
   */
  public @Nullable String header(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.get(0);
  }

  /** Says what was asked for, not what with: headers and body may hold secrets. */
  @Override
  public String toString() {
    return method + ' ' + path;
  }
}
