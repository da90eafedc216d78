// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresScope;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Servlets of a line each. */
final class Servlets {

  /** What a servlet does. */
  interface Body {
    void handle(HttpServletRequest request, HttpServletResponse response) throws Exception;
  }

  private Servlets() {}

  /** For everybody, GET and POST. */
  @Public(reason = "test")
  static final class Open extends Base {

    Open(Body body) {
      super(body);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }
  }

  /** For those with the scope, GET. */
  @RequiresScope("orders:read")
  static final class Guarded extends Base {

    Guarded(Body body) {
      super(body);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }
  }

  /** Rules of its methods differ, and one has none. */
  static final class Mixed extends Base {

    Mixed() {
      super((request, response) -> response.getWriter().write(request.getMethod()));
    }

    @Override
    @Public(reason = "test")
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }

    @Override
    @RequiresScope("orders:write")
    protected void doPut(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }

    @Override
    protected void doDelete(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }
  }

  /** Looks at methods itself. */
  @RequiresScope("orders:read")
  static final class Whole extends Base {

    Whole() {
      super((request, response) -> response.getWriter().write(request.getMethod()));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }
  }

  /** Says nothing of who may call. */
  static final class Nobodys extends Base {

    Nobodys(Body body) {
      super(body);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      run(request, response);
    }
  }

  private abstract static class Base extends HttpServlet {

    private final transient Body body;

    Base(Body body) {
      this.body = body;
    }

    final void run(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      try {
        body.handle(request, response);
      } catch (IOException | ServletException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new ServletException(e);
      }
    }
  }
}
