// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import java.util.Set;

/** The methods of HTTP that may become labels and names; a client can send any word. */
public final class HttpMethods {

  /** What stands for every other method. */
  public static final String OTHER = "_OTHER";

  private static final Set<String> KNOWN =
      Set.of(
          "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "QUERY", "TRACE", "CONNECT");

  private HttpMethods() {}

  /** The method itself if the semantic conventions know it, else {@link #OTHER}. */
  public static String known(String method) {
    return KNOWN.contains(method) ? method : OTHER;
  }
}
