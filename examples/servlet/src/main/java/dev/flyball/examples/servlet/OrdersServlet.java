// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.servlet;

import dev.flyball.annotation.Governed;
import dev.flyball.annotation.RequiresScope;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps orders: an ordinary servlet, but for the annotations. */
@Governed(owner = "team-orders")
public final class OrdersServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private final transient Map<String, String> items =
      new ConcurrentHashMap<>(Map.of("/7", "governor"));

  @Override
  @RequiresScope("orders:read")
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String item = items.get(String.valueOf(request.getPathInfo()));
    if (item == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else {
      response.setContentType("text/plain");
      response.getWriter().println(item);
    }
  }

  @Override
  @RequiresScope("orders:write")
  protected void doPut(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    items.put(String.valueOf(request.getPathInfo()), request.getReader().readLine());
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  /** Says nothing of who may call: nobody may. */
  @Override
  protected void doDelete(HttpServletRequest request, HttpServletResponse response) {
    items.remove(String.valueOf(request.getPathInfo()));
  }
}
