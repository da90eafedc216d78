// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.jetty;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The container with one servlet. */
public final class BareJetty {

  private BareJetty() {}

  /**
   * Runs until it is told to stop.
   *
   * @param args none; {@code whole.port} and {@code whole.threads} are properties
   */
  public static void main(String[] args) throws Exception {
    Server server = new Server(new QueuedThreadPool(Integer.getInteger("whole.threads")));
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.getInteger("whole.port"));
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder(new Hello()), "/hello/*");
    server.setHandler(context);
    server.start();
  }

  private static final class Hello extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      byte[] body =
          ("hello " + request.getPathInfo().substring(1)).getBytes(StandardCharsets.UTF_8);
      response.setContentType("text/plain; charset=utf-8");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }
}
