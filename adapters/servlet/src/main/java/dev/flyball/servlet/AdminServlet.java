// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.AdminRoute;
import dev.flyball.Call;
import dev.flyball.Governor;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Answers the pages that need a scope. By the time it runs, the filter has let the call through as
 * that of the page; probes are answered by the filter and never get here.
 */
final class AdminServlet extends HttpServlet {

  static final String NAME = "flyball";

  private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Call call = Call.current();
    Governor governor = ServletGovernor.of(request.getServletContext());
    for (AdminRoute route : governor.adminRoutes()) {
      if (route.scope() != null && call != null && isCallOf(route, call)) {
        String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        AdminPages.write(
            route
                .handler()
                .handle(
                    new AdminRoute.Request(
                        request.getQueryString(),
                        request.getHeader("Accept"),
                        body,
                        call.principal())),
            request,
            response);
        return;
      }
    }
    throw new ProblemException(Problem.of(Problem.Kind.NOT_FOUND, "there is nothing at this path"));
  }

  /** Nothing that a filter let through as something else is answered here. */
  private static boolean isCallOf(AdminRoute route, Call call) {
    return call.endpoint().id().equals(route.endpoint().id());
  }
}
