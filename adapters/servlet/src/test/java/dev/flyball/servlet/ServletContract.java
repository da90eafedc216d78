// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Governor;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.testkit.contract.AdapterContract;
import dev.flyball.testkit.contract.ContractHost;
import dev.flyball.testkit.contract.ContractService;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** The operations of the contract as servlets, in the way of somebody who writes servlets. */
abstract class ServletContract extends AdapterContract {

  private final Host.Container container;

  ServletContract(Host.Container container) {
    this.container = container;
  }

  @Override
  protected ContractHost start(ContractService service) throws Exception {
    Host.Application application =
        new Host.Application(
                "", service.governor(new ServletModule()), context -> register(context, service))
            .errorPage(500, "/contract-error");
    return new Adapted(container.start(application));
  }

  record Adapted(Host host) implements ContractHost {

    @Override
    public URI uri() {
      return host.uri();
    }

    @Override
    public Governor governor() {
      return host.governor();
    }

    @Override
    public String operation(String template) {
      return template.replaceAll("\\{.*}", "*");
    }

    @Override
    public void close() throws Exception {
      host.close();
    }
  }

  private static void register(ServletContext context, ContractService service) {
    add(context, "/contract/open", new Open(service));
    add(context, "/contract/guarded/*", new Guarded(service));
    add(context, "/contract/preflight", new Preflight(service));
    add(context, "/contract/upload", new Upload(service));
    add(context, "/contract/fail", new Fail(service));
    add(context, "/contract/fail-late", new FailLate(service));
    add(context, "/contract/async", new Async(service));
    add(context, "/contract/async-fail", new AsyncFail(service));
    add(context, "/contract/stuck", new Stuck(service));
    add(context, "/contract/stream", new Stream(service));
    add(context, "/contract/endless", new Endless(service));
    add(context, "/contract/context", new InContext(service));
    add(context, "/contract/headers", new Headers(service));
    add(context, "/contract/end-early", new EndEarly(service));
    add(context, "/contract/forward-to-guarded", new ForwardToGuarded(service));
    add(context, "/contract/error-dispatch", new ErrorDispatch(service));
    add(context, "/contract-error", new ErrorPage());
    add(context, "/contract-host/*", new Ungoverned());
    add(context, "/contract-declared", "/contract-declared/*", new Ungoverned());
  }

  private static void add(ServletContext context, String pattern, Servlet servlet) {
    add(context, servlet.getClass().getSimpleName(), pattern, servlet);
  }

  private static void add(ServletContext context, String name, String pattern, Servlet servlet) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    registration.addMapping(pattern);
    registration.setAsyncSupported(true);
  }

  private abstract static class Operation extends HttpServlet {

    final transient ContractService service;

    Operation(ContractService service) {
      this.service = service;
    }

    static void write(HttpServletResponse response, String text) throws IOException {
      response.setContentType("text/plain");
      response.getWriter().write(text);
    }

    static void later(HttpServletRequest request, CompletionStage<String> answer) {
      AsyncContext async = request.startAsync();
      answer.whenComplete((text, error) -> async.start(() -> complete(async, text, error)));
    }

    private static void complete(AsyncContext async, String text, Throwable error) {
      try {
        if (error != null) {
          throw error.getCause();
        }
        write((HttpServletResponse) async.getResponse(), text);
        async.complete();
      } catch (Throwable t) {
        throw sneaky(t);
      }
    }

    @SuppressWarnings("unchecked")
    static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
      throw (T) thrown;
    }

    static ContractService.Sink sink(HttpServletResponse response) {
      return message -> {
        response.getOutputStream().write(message);
        response.getOutputStream().flush();
      };
    }
  }

  private static final class Open extends Operation {

    Open(ContractService service) {
      super(service);
    }

    @Override
    @Public(reason = "contract")
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      write(response, service.open());
    }
  }

  @RequiresScope("contract:read")
  private static final class Guarded extends Operation {

    Guarded(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String path = request.getPathInfo();
      if (path == null || !path.matches("/[0-9a-z]+")) {
        response.sendError(404);
      } else {
        write(response, service.guarded(path.substring(1)));
      }
    }
  }

  private static final class Preflight extends Operation {

    Preflight(ContractService service) {
      super(service);
    }

    @Override
    @Public(reason = "contract")
    protected void doOptions(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      write(response, service.preflight());
    }
  }

  private static final class Upload extends Operation {

    Upload(ContractService service) {
      super(service);
    }

    @Override
    @RequiresScope("contract:write")
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      write(response, service.upload(request.getInputStream()));
    }
  }

  @Public(reason = "contract")
  private static final class Fail extends Operation {

    Fail(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      write(response, service.fail());
    }
  }

  @Public(reason = "contract")
  private static final class FailLate extends Operation {

    FailLate(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      service.failLate(sink(response));
    }
  }

  @Public(reason = "contract")
  private static final class Async extends Operation {

    Async(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      later(request, service.async());
    }
  }

  @Public(reason = "contract")
  private static final class AsyncFail extends Operation {

    AsyncFail(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      later(request, service.asyncFail());
    }
  }

  @RequiresScope("contract:read")
  private static final class Stuck extends Operation {

    Stuck(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      later(request, service.stuck());
    }
  }

  @Public(reason = "contract")
  private static final class Stream extends Operation {

    Stream(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      AsyncContext async = request.startAsync();
      async.start(() -> {
        try {
          service.stream(sink((HttpServletResponse) async.getResponse()));
          async.complete();
        } catch (Exception e) {
          throw sneaky(e);
        }
      });
    }
  }

  @Public(reason = "contract")
  private static final class Endless extends Operation {

    Endless(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      service.endless(sink(response));
    }
  }

  @Public(reason = "contract")
  private static final class InContext extends Operation {

    InContext(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      try {
        write(response, service.context());
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new ServletException(e);
      }
    }
  }

  @Public(reason = "contract")
  private static final class Headers extends Operation {

    Headers(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      write(response, service.headers());
    }
  }

  @Public(reason = "contract")
  private static final class EndEarly extends Operation {

    EndEarly(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      write(response, service.endEarly());
    }
  }

  @Public(reason = "contract")
  private static final class ForwardToGuarded extends Operation {

    ForwardToGuarded(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      request.getRequestDispatcher("/contract/guarded/7").forward(request, response);
    }
  }

  @Public(reason = "contract")
  private static final class ErrorDispatch extends Operation {

    ErrorDispatch(ContractService service) {
      super(service);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.sendError(500);
    }
  }

  /** Nobody governs it: it shows what the container leads to it. */
  private static final class ErrorPage extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getOutputStream().write("error page".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Nobody governs it. */
  private static final class Ungoverned extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(request.getRequestURI().endsWith("/refuse") ? 403 : 200);
    }
  }
}
