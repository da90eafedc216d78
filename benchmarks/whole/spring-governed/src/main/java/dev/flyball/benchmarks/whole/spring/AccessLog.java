// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.spring;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/** One line per request, inside the span and outside of security: refused ones are logged too. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class AccessLog extends OncePerRequestFilter {

  private static final Logger access = LoggerFactory.getLogger("access");

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    long start = System.nanoTime();
    try {
      chain.doFilter(request, response);
    } finally {
      log(request, response, System.nanoTime() - start);
    }
  }

  private static void log(HttpServletRequest request, HttpServletResponse response, long nanos) {
    access
        .atInfo()
        .addKeyValue("http.request.method", request.getMethod())
        .addKeyValue("http.route", request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE))
        .addKeyValue("url.path", request.getRequestURI())
        .addKeyValue("http.response.status_code", response.getStatus())
        .addKeyValue("event.duration", nanos)
        .addKeyValue("client.address", request.getRemoteAddr())
        .addKeyValue("user_agent.original", request.getHeader("User-Agent"))
        .addKeyValue("url.scheme", request.getScheme())
        .log("request");
  }
}
