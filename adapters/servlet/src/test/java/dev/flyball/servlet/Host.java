// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A real container with one application, assembled in code. */
interface Host extends AutoCloseable {

  /** The containers in which everything is tried. */
  enum Container {
    JETTY,
    TOMCAT;

    Host start(Application application) throws Exception {
      return this == JETTY ? new JettyHost(application) : new TomcatHost(application);
    }
  }

  /** What runs in a container. */
  final class Application {

    final GovernorBuilder builder;
    final String contextPath;
    final Map<Integer, String> errorPages = new TreeMap<>();
    final Consumer<ServletContext> servlets;
    boolean connectorForPages;
    boolean virtualThreads;

    Application(String contextPath, GovernorBuilder builder, Consumer<ServletContext> servlets) {
      this.contextPath = contextPath;
      this.builder = builder;
      this.servlets = servlets;
    }

    Application errorPage(int status, String path) {
      errorPages.put(status, path);
      return this;
    }

    List<ServletContainerInitializer> initializers() {
      return List.of(
          (classes, context) -> {
            ServletGovernor.use(context, builder);
            servlets.accept(context);
          },
          new FlyballInitializer());
    }
  }

  URI uri();

  ServletContext context();

  default Governor governor() {
    return ServletGovernor.of(context());
  }

  /** Adds a servlet while the container runs. */
  void add(String name, String pattern, Servlet servlet);

  @Override
  void close() throws Exception;

  /** Jetty, with the environment of Jakarta EE 10. */
  final class JettyHost implements Host {

    private final Server server;
    private final ServletContextHandler application;

    JettyHost(Application given) throws Exception {
      QueuedThreadPool threads = new QueuedThreadPool();
      if (given.virtualThreads) {
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
      }
      server = new Server(threads);
      ServerConnector connector = new ServerConnector(server);
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      application =
          new ServletContextHandler(given.contextPath.isEmpty() ? "/" : given.contextPath);
      given
          .initializers()
          .forEach(initializer -> application.addServletContainerInitializer(initializer));
      ErrorPageErrorHandler pages = new ErrorPageErrorHandler();
      given.errorPages.forEach(pages::addErrorPage);
      application.setErrorHandler(pages);
      server.setHandler(application);
      try {
        server.start();
      } catch (Exception e) {
        server.stop();
        throw e;
      }
    }

    @Override
    public URI uri() {
      int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
      return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public ServletContext context() {
      return application.getServletContext();
    }

    @Override
    public void add(String name, String pattern, Servlet servlet) {
      application.addServlet(new ServletHolder(name, servlet), pattern);
    }

    @Override
    public void close() throws Exception {
      server.stop();
    }
  }

  /** Tomcat. */
  final class TomcatHost implements Host {

    /** What the log of the container would show. */
    private static final List<Throwable> LOGGED = new CopyOnWriteArrayList<>();

    static {
      Logger root = Logger.getLogger("");
      List.of(root.getHandlers()).forEach(root::removeHandler);
      root.addHandler(
          new Handler() {
            @Override
            public void publish(LogRecord entry) {
              if (entry.getThrown() != null) {
                LOGGED.add(entry.getThrown());
              }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
          });
    }

    private final Tomcat tomcat = new Tomcat();
    private final Context application;

    TomcatHost(Application given) throws Exception {
      Path base = Files.createDirectories(Path.of("target", "tomcat"));
      tomcat.setBaseDir(base.toAbsolutePath().toString());
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      if (given.virtualThreads) {
        tomcat
            .getConnector()
            .getProtocolHandler()
            .setExecutor(new VirtualThreadExecutor("virtual-"));
      }
      application = tomcat.addContext(given.contextPath, null);
      Tomcat.addServlet(application, "default", new DefaultServlet()).addMapping("/");
      given
          .initializers()
          .forEach(
              initializer -> application.addServletContainerInitializer(initializer, Set.of()));
      given.errorPages.forEach((status, path) -> {
        ErrorPage page = new ErrorPage();
        page.setErrorCode(status);
        page.setLocation(path);
        application.addErrorPage(page);
      });
      LOGGED.clear();
      tomcat.start();
      if (!application.getState().isAvailable()) {
        close();
        throw new IllegalStateException("the application has not started", LOGGED.get(0));
      }
    }

    @Override
    public URI uri() {
      return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
    }

    @Override
    public ServletContext context() {
      return application.getServletContext();
    }

    @Override
    public void add(String name, String pattern, Servlet servlet) {
      Tomcat.addServlet(application, name, servlet).addMapping(pattern);
    }

    @Override
    public void close() throws Exception {
      tomcat.stop();
      tomcat.destroy();
    }
  }
}
