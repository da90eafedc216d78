// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.servlet.Servlets.Guarded;
import dev.flyball.testkit.contract.CallerModule;
import dev.flyball.testkit.contract.RawHttp;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers find the initializer by themselves: the dependency is enough. */
class DiscoveryTest {

  @TempDir Path folder;

  @Test
  void jetty_findsTheInitializer() throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    WebAppContext application = new WebAppContext();
    application.setContextPath("/");
    application.setBaseResourceAsPath(folder);
    application.addServlet(new Guarded((request, response) -> {}), "/guarded");
    ServletGovernor.use(application.getServletContext(), isolated());
    server.setHandler(application);
    server.start();
    try {
      assertIsGoverned(URI.create("http://127.0.0.1:" + connector.getLocalPort()));
    } finally {
      server.stop();
    }
  }

  @Test
  void tomcat_findsTheInitializer() throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createDirectories(folder.resolve("base")).toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context application = tomcat.addWebapp("", folder.toString());
    application.setParentClassLoader(getClass().getClassLoader());
    Tomcat.addServlet(application, "guarded", new Guarded((request, response) -> {}))
        .addMapping("/guarded");
    ServletGovernor.use(application.getServletContext(), isolated());
    tomcat.start();
    try {
      assertIsGoverned(URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort()));
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private static GovernorBuilder isolated() {
    return Governor.builder()
        .modules(List.of(new ServletModule(), new CallerModule()))
        .directory(Path.of("target", "no-such-folder"))
        .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()));
  }

  private static void assertIsGoverned(URI uri) throws Exception {
    assertThat(RawHttp.exchange(uri, "GET", "/guarded").status()).isEqualTo(401);
    assertThat(RawHttp.exchange(uri, "GET", "/guarded", "Caller: alice orders:read").status())
        .isEqualTo(200);
  }
}
