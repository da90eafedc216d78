// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Carrier;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as the container has received it. */
final class RequestCarrier implements Carrier {

  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private final HttpServletRequest request;

  RequestCarrier(HttpServletRequest request) {
    this.request = request;
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    String uri = request.getRequestURI();
    return uri == null ? "" : uri;
  }

  @Override
  public @Nullable String query() {
    return request.getQueryString();
  }

  @Override
  public String protocol() {
    return "http";
  }

  /** Containers write {@code HTTP/2.0}, the standard {@code HTTP/2}. */
  @Override
  public String protocolVersion() {
    String protocol = request.getProtocol();
    if (protocol == null || !protocol.startsWith("HTTP/")) {
      return "";
    }
    String version = protocol.substring("HTTP/".length());
    return version.equals("2.0") || version.equals("3.0") ? version.substring(0, 1) : version;
  }

  @Override
  public String scheme() {
    return request.isSecure() ? "https" : "http";
  }

  @Override
  public @Nullable String authority() {
    String host = header("Host");
    return host != null || request.getServerName() == null
        ? host
        : request.getServerName() + ":" + request.getServerPort();
  }

  @Override
  public String peerAddress() {
    String address = request.getRemoteAddr();
    if (address == null) {
      return "";
    }
    boolean bracketed = address.startsWith("[") && address.endsWith("]");
    return bracketed ? address.substring(1, address.length() - 1) : address;
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
        ? List.of(chain)
        : List.of();
  }

  @Override
  public long contentLength() {
    return request.getContentLengthLong();
  }

  @Override
  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  @Override
  public List<String> headers(String name) {
    var values = request.getHeaders(name);
    return values == null ? List.of() : Collections.list(values);
  }

  @Override
  public Iterable<String> headerNames() {
    var names = request.getHeaderNames();
    return names == null ? List.of() : Collections.list(names);
  }
}
