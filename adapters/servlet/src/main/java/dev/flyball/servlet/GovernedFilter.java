// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Governor;
import dev.flyball.Parameters;
import dev.flyball.settings.StartupException;
import io.opentelemetry.context.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Begins the call of each request before anything else sees it, and ends it once.
 *
 * <p>{@link FlyballInitializer} registers one for every dispatch of every path; an application that
 * is assembled in code, or a framework on top, may register it itself, asynchronous, outermost, for
 * all dispatcher types, together with {@link #requestListener()}. Inside another one it has no
 * effect. Thread-safe.
 */
public final class GovernedFilter implements Filter {

  /** What is known once the container has told about all servlets. */
  private record Ready(
      Governor governor,
      ServletEndpoints endpoints,
      AdminPages pages,
      ErrorPages errorPages,
      boolean ownErrors) {}

  private final @Nullable Governor given;
  private volatile @Nullable Ready ready;
  private volatile boolean inert;

  /** Makes a filter that builds the governor of the application, and starts it. */
  public GovernedFilter() {
    this.given = null;
  }

  /**
   * Makes a filter for a governor that somebody else starts, and closes: after the filter is
   * initialised, and before the first request.
   *
   * @param governor has not started
   */
  public GovernedFilter(Governor governor) {
    this.given = Objects.requireNonNull(governor, "governor");
  }

  /** Listeners have run by now, so that all servlets are known. */
  @Override
  public void init(FilterConfig config) throws ServletException {
    ServletContext context = config.getServletContext();
    if (ServletGovernor.isSet(context)) {
      beNobody(context);
      return;
    }
    Governor governor = given != null ? given : ServletGovernor.build(context);
    ServletEndpoints endpoints = new ServletEndpoints(context, governor);
    boolean ownErrors = governor.settings().get(ServletModule.ERRORS) != ServletModule.Errors.HOST;
    ready =
        new Ready(governor, endpoints, new AdminPages(governor), ErrorPages.of(context), ownErrors);
    ServletGovernor.set(context, governor);
    if (given == null) {
      start(governor);
    }
  }

  /** One filter governs an application; of two that would build a governor, the first does. */
  private void beNobody(ServletContext context) throws ServletException {
    if (given != null) {
      throw new ServletException(
          "another GovernedFilter governs the application "
              + context.getContextPath()
              + " already (expected: the one with a governor of its own is initialised first)");
    }
    inert = true;
  }

  private static void start(Governor governor) throws ServletException {
    try {
      governor.start();
    } catch (StartupException e) {
      throw new ServletException(e.getMessage(), e);
    }
  }

  /**
   * Ends the calls of requests that lead to no error page after all. To be registered with the
   * filter.
   *
   * @return a listener
   */
  public static ServletRequestListener requestListener() {
    return new ServletRequestListener() {
      @Override
      public void requestDestroyed(ServletRequestEvent event) {
        Exchange exchange = Exchange.of(event.getServletRequest());
        if (exchange != null) {
          exchange.requestDestroyed();
        }
      }
    };
  }

  /** The endpoints of servlets; null where another filter has them. */
  @Nullable ServletEndpoints endpoints() {
    Ready known = ready;
    return known == null ? null : known.endpoints;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!inert
        && request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer) {
      doFilter(http, answer, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Ready known = Objects.requireNonNull(ready, "init was not called");
    Exchange exchange = Exchange.of(request);
    if (exchange != null && !exchange.isOf(this)) {
      visiting(request, response, chain, exchange, known);
      return;
    }
    if (exchange != null) {
      exchange.cutIfAsked();
    }
    ServletTarget target = target(request, known);
    if (exchange == null || (exchange.hasEnded() && target != null)) {
      if (!known.pages.answer(request, response)) {
        first(request, response, chain, target, known);
      }
    } else if (isOutermost(request, exchange)) {
      dispatch(request, response, chain, exchange, target);
    } else {
      nested(request, response, chain, exchange, target);
    }
  }

  /** A dispatch from another application, which governs its own part: here it is one more call. */
  private void visiting(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      Exchange other,
      Ready known)
      throws IOException, ServletException {
    try {
      first(request, response, chain, target(request, known), known);
    } finally {
      other.bind();
    }
  }

  private static @Nullable ServletTarget target(HttpServletRequest request, Ready known) {
    HttpServletMapping mapping = ServletEndpoints.mapping(request);
    boolean ofAdmin = mapping != null && AdminServlet.NAME.equals(mapping.getServletName());
    return ofAdmin && !known.pages.areAt(request) ? null : known.endpoints.find(request);
  }

  /** Whether the container, and not a handler, has made this dispatch. */
  private static boolean isOutermost(HttpServletRequest request, Exchange exchange) {
    DispatcherType type = request.getDispatcherType();
    boolean ofContainer = type == DispatcherType.ASYNC || type == DispatcherType.ERROR;
    return ofContainer && Frame.current(exchange) == null;
  }

  // ---- the first dispatch of a request

  private void first(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      @Nullable ServletTarget target,
      Ready known)
      throws IOException, ServletException {
    Call call = known.governor.begin(new RequestCarrier(request));
    Exchange exchange =
        new Exchange(this, call, request, response, known.errorPages, known.ownErrors);
    exchange.arrive();
    if (call.await() instanceof Decision.Refuse refused) {
      name(exchange, request, target);
      exchange.answer(refused.problem(), null);
    } else {
      call.onAbort(exchange::abort);
      run(request, response, chain, exchange, target);
    }
  }

  /** Says what a call that was refused before its routing would have been. */
  private static void name(
      Exchange exchange, HttpServletRequest request, @Nullable ServletTarget target) {
    GovernedEndpoint endpoint = target == null ? null : target.endpoint(request.getMethod());
    if (endpoint != null) {
      exchange.enter(endpoint, parameters(request));
    }
  }

  // ---- further dispatches of the container

  private static void dispatch(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      Exchange exchange,
      @Nullable ServletTarget target)
      throws IOException, ServletException {
    if (exchange.hasEnded()) {
      try (Scope scope = exchange.call().context().makeCurrent()) {
        chain.doFilter(request, response);
      }
    } else {
      exchange.arrive();
      run(request, response, chain, exchange, target);
    }
  }

  private static void run(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      Exchange exchange,
      @Nullable ServletTarget target)
      throws IOException, ServletException {
    Throwable thrown = null;
    try (Scope scope = new Frame(exchange, exchange.call(), null).open()) {
      nested(request, response, chain, exchange, target);
    } catch (Throwable t) {
      thrown = t;
    }
    exchange.leave(request.getDispatcherType() == DispatcherType.ERROR, thrown);
  }

  // ---- what a dispatch leads to

  private static void nested(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      Exchange exchange,
      @Nullable ServletTarget target)
      throws IOException, ServletException {
    HttpServletResponse answer = exchange.wrap(response);
    HttpServletRequest asked = exchange.wrap(request, answer);
    boolean isErrorPage = request.getDispatcherType() == DispatcherType.ERROR;
    GovernedEndpoint endpoint = target == null ? null : target.endpoint(request.getMethod());
    if (endpoint != null) {
      enter(asked, answer, chain, endpoint);
    } else if (target == null || isErrorPage) {
      exchange.outbound().addHeaders();
      chain.doFilter(asked, answer);
    } else {
      exchange.outbound().problem(exchange.call(), target.notAllowed());
    }
  }

  /** Enters an endpoint and goes on where that is allowed. */
  static void enter(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      GovernedEndpoint endpoint)
      throws IOException, ServletException {
    try (ServletCall entered = ServletCall.enter(request, endpoint, parameters(request))) {
      if (entered.proceeds()) {
        entered.run(() -> chain.doFilter(request, response));
      }
    }
  }

  /** What a pattern with an asterisk has left open. */
  static Parameters parameters(HttpServletRequest request) {
    HttpServletMapping mapping = ServletEndpoints.mapping(request);
    String rest = mapping == null ? null : mapping.getMatchValue();
    return rest == null || rest.isEmpty() ? Parameters.none() : Parameters.of(Map.of("*", rest));
  }
}
