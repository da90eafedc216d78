// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.GovernedEndpoint;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Stands in front of one governed servlet for dispatches by its name. They have no path, so that a
 * filter cannot see where they lead: it has to be told.
 */
final class NamedDispatchFilter implements Filter {

  private final GovernedFilter outer;
  private final String servlet;

  NamedDispatchFilter(GovernedFilter outer, String servlet) {
    this.outer = outer;
    this.servlet = servlet;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Exchange exchange = Exchange.of(request);
    if (exchange == null
        || !(request instanceof HttpServletRequest http)
        || !(response instanceof HttpServletResponse answer)) {
      chain.doFilter(request, response);
      return;
    }
    ServletEndpoints endpoints = outer.endpoints();
    ServletTarget target = endpoints == null ? null : endpoints.find(servlet, null);
    if (endpoints == null || target == null || isDecided(exchange, endpoints)) {
      chain.doFilter(request, response);
      return;
    }
    GovernedEndpoint endpoint = target.endpoint(http.getMethod());
    if (endpoint == null) {
      exchange.outbound().problem(exchange.call(), target.notAllowed());
    } else {
      GovernedFilter.enter(http, answer, chain, endpoint);
    }
  }

  /** A dispatch by path has been decided by the filter in front. */
  private boolean isDecided(Exchange exchange, ServletEndpoints endpoints) {
    Frame frame = Frame.current(exchange);
    GovernedEndpoint inForce = ServletCall.inForce(exchange, frame);
    return inForce != null && endpoints.isOf(servlet, inForce);
  }
}
