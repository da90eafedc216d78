// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

/** The methods of HTTP that may become labels and names; a client can send any word. */
public final class HttpMethods {

  /** What stands for every other method. */
  public static final String OTHER = "_OTHER";

  private HttpMethods() {}

  /** The method itself if the semantic conventions know it, else {@link #OTHER}. */
  public static String known(String method) {
    return switch (method) {
      case "GET" -> "GET";
      case "POST" -> "POST";
      case "PUT" -> "PUT";
      case "DELETE" -> "DELETE";
      case "HEAD" -> "HEAD";
      case "OPTIONS" -> "OPTIONS";
      case "PATCH" -> "PATCH";
      case "QUERY" -> "QUERY";
      case "TRACE" -> "TRACE";
      case "CONNECT" -> "CONNECT";
      default -> OTHER;
    };
  }
}
