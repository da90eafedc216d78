// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  /** Where adapters expose the pages. */
  public static final String PREFIX = "/flyball/";

  private static final Logger logger = LoggerFactory.getLogger(AdminRoute.class);

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

  /**
   * The endpoint that calls of a page with a scope enter. For adapters.
   *
   * @return for example {@code http:POST /flyball/lever}
   * @throws IllegalStateException if the page is a probe, which nobody governs
   */
  public Endpoint endpoint() {
    if (scope == null) {
      throw new IllegalStateException("the probe " + path + " (expected: a page with a scope)");
    }
    return Endpoint.builder("http", method + " " + PREFIX + path).requiresScope(scope).build();
  }

  /**
   * Answers one request to a probe, also where its handler fails. For adapters.
   *
   * @param request what is asked
   * @return the answer; 500 without details where the handler has thrown, which is logged
   */
  public Response answer(Request request) {
    try {
      return handler.handle(request);
    } catch (RuntimeException e) {
      logger.warn("the page {} failed", path, e);
      return new Response(500, "text/plain; charset=utf-8", "failed\n");
    }
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
