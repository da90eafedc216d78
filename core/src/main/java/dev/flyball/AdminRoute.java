// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A page that a module offers once and each adapter exposes in its host's way, under {@code
 * /flyball/}.
 *
 * <p>Probes and scrapers read a {@linkplain #probe probe} without a credential, so it must reveal
 * nothing and change nothing; everything else asks for a scope.
 *
 * @param method the method of HTTP
 * @param path what follows {@code /flyball/}, for example {@code ready}
 * @param scope the scope that a caller needs; null for a probe
 * @param handler answers
 */
public record AdminRoute(String method, String path, @Nullable String scope, Handler handler) {

  /** Checks that all is there. */
  public AdminRoute {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(handler, "handler");
  }

  /**
   * A page for probes and scrapers, read with GET.
   *
   * @param path what follows {@code /flyball/}
   * @param handler answers
   * @return a route without a scope
   */
  public static AdminRoute probe(String path, Handler handler) {
    return new AdminRoute("GET", path, null, handler);
  }

  /**
   * A page that changes or reveals something.
   *
   * @param method the method of HTTP
   * @param path what follows {@code /flyball/}
   * @param scope the scope that a caller needs
   * @param handler answers
   * @return a route with a scope
   */
  public static AdminRoute scoped(String method, String path, String scope, Handler handler) {
    return new AdminRoute(method, path, Objects.requireNonNull(scope, "scope"), handler);
  }

  /** Answers requests to a page. Modules implement it; called on the threads of the host. */
  @FunctionalInterface
  public interface Handler {

    /**
     * Answers one request.
     *
     * @param request what is asked
     * @return the answer
     */
    Response handle(Request request);
  }

  /**
   * What is asked of a page.
   *
   * @param query what follows the question mark; null where there is none
   * @param accept the header Accept; null where it is absent
   * @param body the body, at most the body limit of the service; empty where there is none
   * @param principal who asks; null on a probe
   */
  public record Request(
      @Nullable String query,
      @Nullable String accept,
      String body,
      @Nullable Principal principal) {}

  /**
   * The answer of a page.
   *
   * @param status the status of HTTP
   * @param contentType the media type
   * @param body the whole body
   */
  public record Response(int status, String contentType, String body) {}
}
