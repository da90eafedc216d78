// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Call;
import dev.flyball.Governor;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.auth.Revocations;
import dev.flyball.httpclient.GovernedHttpClient;
import dev.flyball.testkit.hostile.Capability;
import dev.flyball.testkit.hostile.HostileHost;
import dev.flyball.testkit.hostile.HostileSetup;
import dev.flyball.testkit.hostile.HostileSuite;
import dev.flyball.testkit.hostile.HostileTarget;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The attack list against servlets in a container. */
abstract class ServletHostileSuite extends HostileSuite {

  private static final String TARGET = "/hostile/orders/7";
  private static final int LEADS_TO_THE_TARGET = 418;

  private final Host.Container container;

  ServletHostileSuite(Host.Container container) {
    this.container = container;
  }

  @Override
  protected HostileHost start(HostileSetup setup) throws Exception {
    LogCapture log = new LogCapture();
    Host.Application application =
        new Host.Application("", setup.governor(), ServletHostileSuite::register)
            .errorPage(LEADS_TO_THE_TARGET, TARGET);
    application.virtualThreads = setup.virtualThreads();
    return new Attackable(container.start(application), log);
  }

  @Override
  protected List<HostileTarget> targets() {
    return List.of(
        HostileTarget.get(TARGET).scopes("hostile:read").answeringSubject(),
        HostileTarget.of("POST", "/hostile/baskets")
            .scopes("hostile:write", "hostile:read")
            .body("application/json", "{\"item\":\"7\"}"),
        HostileTarget.get("/hostile/clerks").roles("Clerk"),
        HostileTarget.get("/hostile/ledger").decidingRemotely());
  }

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  protected boolean triesEveryRow() {
    return true;
  }

  record Attackable(Host host, LogCapture capture) implements HostileHost {

    @Override
    public URI uri() {
      return host.uri();
    }

    @Override
    public boolean keepsTabs() {
      return true;
    }

    @Override
    public List<String> log() {
      return capture.lines();
    }

    @Override
    public Map<String, String> dispatches() {
      return Map.of(
          "forward", "/hostile/forward",
          "include", "/hostile/include",
          "async dispatch", "/hostile/async",
          "error dispatch", "/hostile/error");
    }

    @Override
    public String relay() {
      return "/hostile/relay";
    }

    @Override
    public boolean revoke(String issuer, String tokenId, Instant until) {
      Revocations revocations = host.governor().find(Revocations.class).orElseThrow();
      revocations.revoke(issuer, tokenId, until).toCompletableFuture().join();
      return true;
    }

    @Override
    public void close() throws Exception {
      host.close();
      capture.close();
    }
  }

  private static void register(ServletContext context) {
    add(context, "/hostile/orders/*", new Orders());
    add(context, "/hostile/baskets", new Baskets());
    add(context, "/hostile/clerks", new Clerks());
    add(context, "/hostile/ledger", new Ledger());
    add(context, "/hostile/relay", new Relay());
    add(
        context,
        "/hostile/forward",
        new Leading((request, response) ->
            request.getRequestDispatcher(TARGET).forward(request, response)));
    add(
        context,
        "/hostile/include",
        new Leading((request, response) ->
            request.getRequestDispatcher(TARGET).include(request, response)));
    add(
        context,
        "/hostile/async",
        new Leading((request, response) -> request.startAsync().dispatch(TARGET)));
    add(
        context,
        "/hostile/error",
        new Leading((request, response) -> response.sendError(LEADS_TO_THE_TARGET)));
  }

  private static void add(ServletContext context, String pattern, Servlet servlet) {
    ServletRegistration.Dynamic registration = context.addServlet(pattern, servlet);
    registration.addMapping(pattern);
    registration.setAsyncSupported(true);
  }

  private static void answerSubject(HttpServletResponse response) throws IOException {
    response.setContentType("text/plain;charset=utf-8");
    response
        .getWriter()
        .write(
            Objects.requireNonNull(Objects.requireNonNull(Call.current()).principal()).subject());
  }

  @RequiresScope("hostile:read")
  private static final class Orders extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      answerSubject(response);
    }
  }

  @RequiresScope({"hostile:write", "hostile:read"})
  private static final class Baskets extends HttpServlet {

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      answerSubject(response);
    }
  }

  @RequiresRole("Clerk")
  private static final class Clerks extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      answerSubject(response);
    }
  }

  @Policy("authzen")
  private static final class Ledger extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      answerSubject(response);
    }
  }

  /** Calls another service for its caller. */
  @Authenticated
  private static final class Relay extends HttpServlet {

    private transient HttpClient client;

    @Override
    public void init() {
      Governor governor = ServletGovernor.of(getServletContext());
      client = GovernedHttpClient.of(governor, HttpClient.newHttpClient(), "hostile");
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      HttpRequest.Builder out = HttpRequest.newBuilder(URI.create(request.getParameter("to")));
      if (request.getParameter("blindly") != null) {
        out.header("Authorization", request.getHeader("Authorization"));
      }
      if (request.getParameter("into") != null) {
        String token = request.getHeader("Authorization");
        out.header(
            request.getParameter("into"), token != null ? token : request.getHeader("X-API-Key"));
      }
      try {
        int status = client.send(out.build(), BodyHandlers.discarding()).statusCode();
        response.getWriter().write(String.valueOf(status));
      } catch (IOException e) {
        response.setStatus(502);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        response.setStatus(502);
      }
    }
  }

  /** Lets everybody in, and leads them on. */
  @Public(reason = "leads to what is protected")
  private static final class Leading extends HttpServlet {

    private final transient Servlets.Body body;

    Leading(Servlets.Body body) {
      this.body = body;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
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
