// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.AdminRoute;
import dev.flyball.Governor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers probes and scrapers at once, on the port that is meant for them. */
final class AdminPages {

  private final Map<String, AdminRoute> probes = new HashMap<>();
  private final @Nullable Integer port;

  AdminPages(Governor governor) {
    for (AdminRoute route : governor.adminRoutes()) {
      if (route.scope() == null) {
        probes.put(AdminRoute.PREFIX + route.path(), route);
      }
    }
    this.port = governor.settings().get(ServletModule.ADMIN_PORT);
  }

  /** Whether pages are answered to a request; elsewhere there are none. */
  boolean areAt(HttpServletRequest request) {
    return port == null || request.getLocalPort() == port;
  }

  /** Answers a probe; false where the request is for something else. */
  boolean answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String uri = request.getRequestURI();
    String contextPath = request.getContextPath();
    if (uri == null || !uri.startsWith(AdminRoute.PREFIX, contextPath.length())) {
      return false;
    }
    AdminRoute probe = areAt(request) ? probes.get(uri.substring(contextPath.length())) : null;
    boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    if (probe == null || !reads) {
      return false;
    }
    String accept = request.getHeader("Accept");
    write(
        probe.answer(new AdminRoute.Request(request.getQueryString(), accept, "", null)),
        request,
        response);
    return true;
  }

  static void write(
      AdminRoute.Response answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    response.setStatus(answer.status());
    response.setContentType(answer.contentType());
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }
}
