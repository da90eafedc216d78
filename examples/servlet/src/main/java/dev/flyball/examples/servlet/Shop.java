// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.servlet;

import dev.flyball.issuer.LocalIssuer;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** Starts the service in Jetty, as it would be started without any governance. */
public final class Shop {

  private Shop() {}

  /**
   * Runs until it is told to stop.
   *
   * @param args none
   */
  public static void main(String[] args) throws Exception {
    int issuerPort = port("ISSUER_PORT", 9000);
    try (LocalIssuer issuer = LocalIssuer.builder().port(issuerPort).audience("orders").start()) {
      start(port("PORT", 8080)).join();
    }
  }

  private static int port(String variable, int otherwise) {
    String value = System.getenv(variable);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  static Server start(int port) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(application());
    server.setStopAtShutdown(true);
    server.start();
    return server;
  }

  private static WebAppContext application() {
    WebAppContext application = new WebAppContext();
    application.setContextPath("/");
    application.setBaseResource(ResourceFactory.root().newClassLoaderResource("webapp/"));
    application.addServlet(PingServlet.class, "/ping");
    application.addServlet(OrdersServlet.class, "/orders/*");
    application.setThrowUnavailableOnStartupException(true);
    return application;
  }
}
