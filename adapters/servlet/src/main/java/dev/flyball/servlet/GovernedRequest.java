// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Problem;
import dev.flyball.ProblemException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request whose body has a limit, and whose asynchronous part belongs to its call. */
final class GovernedRequest extends HttpServletRequestWrapper {

  private final Exchange exchange;
  private final HttpServletResponse response;
  private @Nullable BufferedReader reader;
  private boolean streamed;

  GovernedRequest(HttpServletRequest request, HttpServletResponse response, Exchange exchange) {
    super(request);
    this.exchange = exchange;
    this.response = response;
  }

  /** Whether a request is, or wraps, one of these. */
  static boolean isIn(ServletRequest request) {
    return request instanceof GovernedRequest
        || (request instanceof ServletRequestWrapper wrapper
            && wrapper.isWrapperFor(GovernedRequest.class));
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (reader != null) {
      throw new IllegalStateException("getReader() was called for this request");
    }
    streamed = true;
    return stream();
  }

  @Override
  public BufferedReader getReader() throws IOException {
    if (streamed) {
      throw new IllegalStateException("getInputStream() was called for this request");
    }
    BufferedReader known = reader;
    if (known == null) {
      known = new BufferedReader(new InputStreamReader(stream(), charset()));
      reader = known;
    }
    return known;
  }

  private ServletInputStream stream() throws IOException {
    return exchange.inbound().stream(getRequest());
  }

  private Charset charset() throws UnsupportedEncodingException {
    String encoding = getCharacterEncoding();
    try {
      return encoding == null ? StandardCharsets.ISO_8859_1 : Charset.forName(encoding);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedEncodingException(encoding);
    }
  }

  // ---- forms

  @Override
  public @Nullable String getParameter(String name) {
    String[] values = getParameterMap().get(name);
    return values == null ? null : values[0];
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    String[] values = getParameterMap().get(name);
    return values == null ? null : values.clone();
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(getParameterMap().keySet());
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    boolean ofBody = !streamed && reader == null && Form.isIn(this);
    return ofBody ? exchange.inbound().form(getRequest()) : super.getParameterMap();
  }

  /** The container reads parts by itself: only an announced length has been checked. */
  @Override
  public Collection<Part> getParts() throws IOException, ServletException {
    requireLength();
    return super.getParts();
  }

  @Override
  public Part getPart(String name) throws IOException, ServletException {
    requireLength();
    return super.getPart(name);
  }

  private void requireLength() {
    if (getContentLengthLong() < 0) {
      throw new ProblemException(
          Problem.of(
              Problem.Kind.INVALID_REQUEST,
              "length_required",
              "a multipart body needs a Content-Length"));
    }
    exchange.inbound().readByContainer(getContentLengthLong());
  }

  // ---- asynchronous part

  @Override
  public AsyncContext startAsync() {
    return startAsync(this, response);
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    return exchange.startAsync(super.startAsync(request, response));
  }

  @Override
  public AsyncContext getAsyncContext() {
    return new GovernedAsync(super.getAsyncContext(), exchange);
  }
}
