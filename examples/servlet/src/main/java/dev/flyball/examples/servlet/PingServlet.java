// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.servlet;

import dev.flyball.annotation.Public;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Says that it is there. */
@Public(reason = "load balancer check")
public final class PingServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.getWriter().println("pong");
  }
}
