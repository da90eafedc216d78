// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A response that carries the headers of stages, is counted, and can be taken over by the call:
 * from then on what the application still does to it has no effect.
 */
final class GovernedResponse extends HttpServletResponseWrapper {

  private final Exchange exchange;
  private final Outbound outbound;
  private @Nullable ServletOutputStream output;
  private @Nullable PrintWriter writer;

  GovernedResponse(HttpServletResponse response, Exchange exchange) {
    super(response);
    this.exchange = exchange;
    this.outbound = exchange.outbound();
  }

  /** Whether a response is, or wraps, one of these. */
  static boolean isIn(ServletResponse response) {
    return response instanceof GovernedResponse
        || (response instanceof ServletResponseWrapper wrapper
            && wrapper.isWrapperFor(GovernedResponse.class));
  }

  // ---- the body

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream known = output;
    if (known == null) {
      outbound.addHeaders();
      known = new GovernedOutput(super.getOutputStream(), exchange);
      output = known;
    }
    return known;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter known = writer;
    if (known == null) {
      outbound.addHeaders();
      PrintWriter body = super.getWriter();
      known = new GovernedWriter(body, Charset.forName(getCharacterEncoding()), outbound);
      writer = known;
    }
    return known;
  }

  @Override
  public void flushBuffer() throws IOException {
    outbound.addHeaders();
    outbound.flush(super::flushBuffer);
  }

  @Override
  public void reset() {
    outbound.change(() -> {
      super.reset();
      output = null;
      writer = null;
      outbound.reset(true);
    });
  }

  @Override
  public void resetBuffer() {
    outbound.change(() -> {
      super.resetBuffer();
      outbound.reset(false);
    });
  }

  // ---- answers of the container

  @Override
  public void sendError(int status) throws IOException {
    sendError(status, null);
  }

  @Override
  public void sendError(int status, @Nullable String message) throws IOException {
    if (exchange.answersError(status)) {
      return;
    }
    outbound.addHeaders();
    outbound.error(() -> {
      if (message == null) {
        super.sendError(status);
      } else {
        super.sendError(status, message);
      }
      exchange.expectErrorPage(status);
    });
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    outbound.addHeaders();
    outbound.flush(() -> super.sendRedirect(location));
  }

  /** Of Servlet 6.1; never called where the container is older. */
  @Override
  public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
    outbound.addHeaders();
    outbound.flush(() -> super.sendRedirect(location, status, clearBuffer));
  }

  // ---- status and headers

  @Override
  public void setStatus(int status) {
    outbound.change(() -> super.setStatus(status));
  }

  @Override
  public void setHeader(String name, String value) {
    outbound.change(() -> super.setHeader(name, value));
  }

  @Override
  public void addHeader(String name, String value) {
    outbound.change(() -> super.addHeader(name, value));
  }

  @Override
  public void setDateHeader(String name, long date) {
    outbound.change(() -> super.setDateHeader(name, date));
  }

  @Override
  public void addDateHeader(String name, long date) {
    outbound.change(() -> super.addDateHeader(name, date));
  }

  @Override
  public void setIntHeader(String name, int value) {
    outbound.change(() -> super.setIntHeader(name, value));
  }

  @Override
  public void addIntHeader(String name, int value) {
    outbound.change(() -> super.addIntHeader(name, value));
  }

  @Override
  public void addCookie(Cookie cookie) {
    outbound.change(() -> super.addCookie(cookie));
  }

  @Override
  public void setContentType(@Nullable String type) {
    outbound.change(() -> super.setContentType(type));
  }

  @Override
  public void setCharacterEncoding(@Nullable String charset) {
    outbound.change(() -> super.setCharacterEncoding(charset));
  }

  @Override
  public void setLocale(Locale locale) {
    outbound.change(() -> super.setLocale(locale));
  }

  @Override
  public void setContentLength(int length) {
    outbound.change(() -> super.setContentLength(length));
  }

  @Override
  public void setContentLengthLong(long length) {
    outbound.change(() -> super.setContentLengthLong(length));
  }
}
