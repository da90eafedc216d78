// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.GovernedEndpoint;
import dev.flyball.Problem;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one mapping of a governed servlet leads to.
 *
 * @param methods the endpoint of each method that the servlet has
 * @param any the endpoint of every other method; null where there is none
 */
record ServletTarget(Map<String, GovernedEndpoint> methods, @Nullable GovernedEndpoint any) {

  /** The endpoint of a method; HEAD has that of GET. Null where the servlet does not have it. */
  @Nullable GovernedEndpoint endpoint(String method) {
    GovernedEndpoint endpoint = methods.get(method);
    if (endpoint == null && method.equals("HEAD")) {
      endpoint = methods.get("GET");
    }
    return endpoint != null ? endpoint : any;
  }

  /** What a caller is told whose method the servlet does not have. */
  Problem notAllowed() {
    TreeSet<String> names = new TreeSet<>(methods.keySet());
    if (names.contains("GET")) {
      names.add("HEAD");
    }
    String allowed = String.join(", ", names);
    return Problem.of(Problem.Kind.METHOD_NOT_ALLOWED, "the path takes " + allowed)
        .withHeader("Allow", allowed);
  }
}
