// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A protected endpoint that is attacked, and what a caller needs to be let in.
 *
 * <pre>{@code
 * HostileTarget.get("/orders/7").scopes("orders:read")
 * HostileTarget.of("POST", "/orders").scopes("orders:write").body("application/json", "{}")
 * }</pre>
 *
 * @param method the method
 * @param path path without a query, to something that exists
 * @param scopes all that a token needs to have
 * @param roles what a token gets in {@code roles}; all of them are taken away where roles are
 *     attacked
 * @param contentType the type of the body; null without one
 * @param body what a valid call sends; null for nothing
 * @param answersSubject whether the answer is the subject of the caller, and nothing else
 * @param decidedRemotely whether a server of the AuthZEN API decides on its calls
 */
public record HostileTarget(
    String method,
    String path,
    List<String> scopes,
    List<String> roles,
    @Nullable String contentType,
    @Nullable String body,
    boolean answersSubject,
    boolean decidedRemotely) {

  /** Checks what there must be. */
  public HostileTarget {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(path, "path");
    scopes = List.copyOf(scopes);
    roles = List.copyOf(roles);
    if (!path.startsWith("/") || path.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          "path " + path + " (expected: a slash first, and no query)");
    }
  }

  /**
   * An endpoint that any valid caller may call.
   *
   * @param method the method
   * @param path path without a query, to something that exists
   * @return a target
   */
  public static HostileTarget of(String method, String path) {
    return new HostileTarget(method, path, List.of(), List.of(), null, null, false, false);
  }

  /**
   * An endpoint that any valid caller may call with GET.
   *
   * @param path path without a query, to something that exists
   * @return a target
   */
  public static HostileTarget get(String path) {
    return of("GET", path);
  }

  /**
   * The same endpoint, for callers with scopes.
   *
   * @param scopes all that are needed
   * @return a target
   */
  public HostileTarget scopes(String... scopes) {
    return new HostileTarget(
        method, path, List.of(scopes), roles, contentType, body, answersSubject, decidedRemotely);
  }

  /**
   * The same endpoint, for callers with one of some roles.
   *
   * @param roles each of them opens the endpoint
   * @return a target
   */
  public HostileTarget roles(String... roles) {
    return new HostileTarget(
        method, path, scopes, List.of(roles), contentType, body, answersSubject, decidedRemotely);
  }

  /**
   * The same endpoint, called with a body.
   *
   * @param contentType its type
   * @param body what a valid call sends
   * @return a target
   */
  public HostileTarget body(String contentType, String body) {
    return new HostileTarget(
        method, path, scopes, roles, contentType, body, answersSubject, decidedRemotely);
  }

  /**
   * The same endpoint, which answers with the subject of its caller: only so can the suite tell
   * from outside whether callers are mixed up (row 83).
   *
   * @return a target
   */
  public HostileTarget answeringSubject() {
    return new HostileTarget(method, path, scopes, roles, contentType, body, true, decidedRemotely);
  }

  /**
   * The same endpoint, on whose calls a server of the AuthZEN API decides. It is attacked by that
   * server alone (row 76), and needs {@link Capability#AUTHZEN}.
   *
   * @return a target
   */
  public HostileTarget decidingRemotely() {
    return new HostileTarget(method, path, scopes, roles, contentType, body, answersSubject, true);
  }

  /** Whether not every valid caller may call it. */
  boolean isRestricted() {
    return !scopes.isEmpty() || !roles.isEmpty();
  }

  List<String> headersOfBody() {
    List<String> lines = new ArrayList<>();
    if (contentType != null) {
      lines.add("Content-Type: " + contentType);
    }
    if (body != null) {
      lines.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
    }
    return lines;
  }

  /** Method and path. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
