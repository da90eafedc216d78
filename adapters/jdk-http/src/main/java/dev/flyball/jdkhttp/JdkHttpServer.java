// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.flyball.AdminRoute;
import dev.flyball.Endpoint;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.Header;
import dev.flyball.settings.Setting;
import dev.flyball.settings.StartupException;
import dev.flyball.settings.StartupProblem;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A governed service on the HTTP server of the JDK: endpoints on one port, probes and metrics on
 * another.
 *
 * <pre>{@code
 * JdkHttpServer.builder().routes(new Orders()).start().closeOnShutdown();
 * }</pre>
 *
 * <p>Thread-safe. HTTP/1.1 without TLS; behind a proxy declare it in {@code
 * flyball.proxies.trusted}. A request has 30 seconds to come in whole, or what the system property
 * {@code sun.net.httpserver.maxReqTime} says.
 */
public final class JdkHttpServer implements AutoCloseable {

  /** Probes and scrapes are few and short. */
  private static final int ADMIN_THREADS = 8;

  static {
    // without it small answers wait 40 ms for the acknowledgement of the one before
    setUnlessSet("sun.net.httpserver.nodelay", "true");
    // without it a client that never ends its request keeps a thread for ever
    setUnlessSet("sun.net.httpserver.maxReqTime", "30");
  }

  private final Governor governor;
  private final HttpServer server;
  private final HttpServer admin;
  private final ExecutorService workers;
  private final ExecutorService adminWorkers;

  private JdkHttpServer(
      Governor governor,
      HttpServer server,
      HttpServer admin,
      ExecutorService workers,
      ExecutorService adminWorkers) {
    this.governor = governor;
    this.server = server;
    this.admin = admin;
    this.workers = workers;
    this.adminWorkers = adminWorkers;
  }

  /**
   * Starts to build a server.
   *
   * @return a builder whose governor comes from the class path and the settings
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The governor of the service.
   *
   * @return a started governor
   */
  public Governor governor() {
    return governor;
  }

  /**
   * Where the endpoints are.
   *
   * @return for example {@code http://127.0.0.1:8080}
   */
  public URI uri() {
    return uri(server);
  }

  /**
   * Where the pages for probes and scrapers are.
   *
   * @return for example {@code http://127.0.0.1:8081}
   */
  public URI adminUri() {
    return uri(admin);
  }

  /**
   * Closes the server when the process is told to stop, so that running calls end well.
   *
   * @return this server
   */
  public JdkHttpServer closeOnShutdown() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "flyball-shutdown"));
    return this;
  }

  /**
   * Stops gracefully: says that it is not ready, waits {@code flyball.drain.delay}, refuses new
   * calls, lets running ones end for at most {@code flyball.drain.timeout}, then closes both ports.
   * Again it does nothing.
   */
  @Override
  public void close() {
    governor.drain();
    governor.close();
    server.stop(0);
    admin.stop(0);
    workers.shutdown();
    adminWorkers.shutdown();
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static URI uri(HttpServer server) {
    InetSocketAddress address = server.getAddress();
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
  }

  /** Gathers what a server serves. Not thread-safe. */
  public static final class Builder {

    private final List<Object> targets = new ArrayList<>();
    private final Map<String, HttpHandler> contexts = new LinkedHashMap<>();
    private final List<Filter> filters = new ArrayList<>();
    private final GovernorBuilder governorBuilder = Governor.builder();
    private BodyCodec codec = new JacksonCodec();
    private @Nullable Governor governor;
    private @Nullable Integer port;
    private @Nullable Integer adminPort;

    private Builder() {}

    /**
     * Serves the methods with {@link Route} of objects.
     *
     * @param targets objects that are safe for concurrent use
     * @return this builder
     */
    public Builder routes(Object... targets) {
      this.targets.addAll(Arrays.asList(targets));
      return this;
    }

    /**
     * Serves a handler that knows nothing of governance. Its answers are recorded as ungoverned,
     * unless {@code flyball.ungoverned} lists the path.
     *
     * @param path the prefix, for example {@code /static}
     * @param handler the handler
     * @return this builder
     */
    public Builder context(String path, HttpHandler handler) {
      contexts.put(path, handler);
      return this;
    }

    /**
     * Runs a filter of the service before every route and context. What it answers is recorded.
     *
     * @param filter the filter
     * @return this builder
     */
    public Builder filter(Filter filter) {
      filters.add(filter);
      return this;
    }

    /**
     * Replaces JSON through Jackson.
     *
     * @param codec reads and writes bodies
     * @return this builder
     */
    public Builder codec(BodyCodec codec) {
      this.codec = Objects.requireNonNull(codec, "codec");
      return this;
    }

    /**
     * Sets the port, in place of {@code flyball.http.port}.
     *
     * @param port 0 for any that is free
     * @return this builder
     */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /**
     * Sets the port for probes and scrapers, in place of {@code flyball.admin.port}.
     *
     * @param port 0 for any that is free
     * @return this builder
     */
    public Builder adminPort(int port) {
      this.adminPort = port;
      return this;
    }

    /**
     * Changes what the governor is made of: offers, listeners, settings.
     *
     * @param change gets the builder of the governor
     * @return this builder
     */
    public Builder configure(Consumer<GovernorBuilder> change) {
      change.accept(governorBuilder);
      return this;
    }

    /**
     * Uses a governor that was built elsewhere and has not started.
     *
     * @param governor started, and closed, by the server
     * @return this builder
     */
    public Builder governor(Governor governor) {
      this.governor = Objects.requireNonNull(governor, "governor");
      return this;
    }

    /**
     * Binds routes and ports and opens the service.
     *
     * @return a running server
     * @throws StartupException with everything that is wrong; nothing is open then
     */
    public JdkHttpServer start() {
      Governor governed = governor != null ? governor : governorBuilder.build();
      ExecutorService workers =
          Workers.create("flyball-http", get(governed, JdkHttpModule.THREADS));
      // threads of its own: a service that is busy is alive
      ExecutorService adminWorkers = Workers.create("flyball-admin", ADMIN_THREADS);
      HttpServer server = bind(governed, JdkHttpModule.HOST, JdkHttpModule.PORT, port);
      HttpServer admin =
          bind(governed, JdkHttpModule.ADMIN_HOST, JdkHttpModule.ADMIN_PORT, adminPort);
      try {
        Router<Handler> router = new Router<>();
        for (Object target : targets) {
          register(target, router, governed);
        }
        serve(server, governed, new ExchangeHandler(governed, router, codec, workers));
        serveAdmin(admin, governed, adminWorkers);
        governed.start();
      } catch (RuntimeException | Error e) {
        server.stop(0);
        admin.stop(0);
        workers.shutdown();
        adminWorkers.shutdown();
        throw e;
      }
      server.setExecutor(workers);
      admin.setExecutor(adminWorkers);
      server.start();
      admin.start();
      return new JdkHttpServer(governed, server, admin, workers, adminWorkers);
    }

    private void serve(HttpServer server, Governor governed, HttpHandler routes) {
      GovernedFilter outermost = new GovernedFilter(governed, routes);
      for (Map.Entry<String, HttpHandler> each : contexts.entrySet()) {
        addFilters(server.createContext(each.getKey(), each.getValue()), outermost);
      }
      if (!contexts.containsKey("/")) {
        HttpContext root = server.createContext("/", routes);
        if (!filters.isEmpty()) {
          addFilters(root, outermost);
        }
      }
    }

    private void addFilters(HttpContext context, Filter outermost) {
      context.getFilters().add(outermost);
      context.getFilters().addAll(filters);
    }

    private void serveAdmin(HttpServer admin, Governor governed, ExecutorService workers) {
      Router<Handler> router = new Router<>();
      for (AdminRoute route : governed.adminRoutes()) {
        if (route.scope() != null) {
          registerAdmin(route, router, governed);
        }
      }
      HttpHandler routes = new ExchangeHandler(governed, router, codec, workers);
      admin.createContext("/", new AdminHandler(governed.adminRoutes(), routes));
    }

    private static void registerAdmin(AdminRoute route, Router<Handler> router, Governor governed) {
      Endpoint endpoint = route.endpoint();
      Template template = Template.parse(endpoint.operation());
      Handler.Body body =
          source -> {
            String text = new String(source.body().readAllBytes(), StandardCharsets.UTF_8);
            AdminRoute.Response answer =
                route
                    .handler()
                    .handle(
                        new AdminRoute.Request(
                            source.exchange().getRequestURI().getRawQuery(),
                            source.exchange().getRequestHeaders().getFirst("Accept"),
                            text,
                            source.call().principal()));
            return new Response(
                answer.status(),
                List.of(new Header("Content-Type", answer.contentType())),
                answer.body());
          };
      router.add(template, new Handler(governed.govern(endpoint), template.variables(), body));
    }

    private void register(Object target, Router<Handler> router, Governor governed) {
      List<Method> methods = routed(target.getClass());
      if (methods.isEmpty()) {
        governed.problem(
            new StartupProblem(
                target.getClass().getName() + " has no route",
                null,
                "mark a method with @Route(\"GET /path\")"));
      }
      for (Method method : methods) {
        Route route = Objects.requireNonNull(method.getAnnotation(Route.class));
        try {
          Template template = Template.parse(route.value());
          Handler.Body body = Handler.of(target, method, template, codec);
          Endpoint endpoint = Handler.endpoint(target.getClass(), method, template, route).build();
          boolean isKnown = governed.endpoints().find(endpoint.id()).isPresent();
          Handler handler = new Handler(governed.govern(endpoint), template.variables(), body);
          if (!router.add(template, handler) && !isKnown) {
            throw new IllegalArgumentException(
                "another route takes the same requests as " + route.value());
          }
        } catch (IllegalArgumentException e) {
          String where = method.getDeclaringClass().getName() + "." + method.getName();
          governed.problem(new StartupProblem(String.valueOf(e.getMessage()), where, null));
        }
      }
    }

    /** The methods with a route, of a class and its superclasses; an overriding one counts once. */
    private static List<Method> routed(Class<?> type) {
      Map<String, Method> methods = new LinkedHashMap<>();
      for (Class<?> each = type;
          each != null && each != Object.class;
          each = each.getSuperclass()) {
        for (Method method : each.getDeclaredMethods()) {
          if (method.isAnnotationPresent(Route.class) && !method.isBridge()) {
            methods.putIfAbsent(
                method.getName() + Arrays.toString(method.getParameterTypes()), method);
          }
        }
      }
      List<Method> sorted = new ArrayList<>(methods.values());
      if (sorted.size() > 1) {
        sorted.sort(Comparator.comparing(Method::getName));
      }
      return sorted;
    }

    private static HttpServer bind(
        Governor governed,
        Setting<String> host,
        Setting<Integer> setting,
        @Nullable Integer given) {
      int port = given != null ? given : get(governed, setting);
      String address = get(governed, host);
      try {
        HttpServer unbound = HttpServer.create();
        try {
          unbound.bind(new InetSocketAddress(address, port), 0);
        } catch (IOException | RuntimeException e) {
          governed.problem(
              new StartupProblem(
                  "cannot listen on " + address + ":" + port + ": " + e.getMessage(),
                  given != null
                      ? "code, port(" + port + ")"
                      : governed.settings().explain(setting).origin().place(),
                  "stop what listens there, or set " + setting.key()));
        }
        return unbound;
      } catch (IOException e) {
        throw new IllegalStateException("the JDK has no HTTP server", e);
      }
    }

    private static <T> T get(Governor governed, Setting<T> setting) {
      return Objects.requireNonNull(governed.settings().get(setting));
    }
  }
}
