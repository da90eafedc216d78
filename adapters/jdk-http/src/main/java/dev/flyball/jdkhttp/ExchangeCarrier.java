// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.flyball.Carrier;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A request as the server of the JDK has received it. */
final class ExchangeCarrier implements Carrier {

  private final HttpExchange exchange;
  private final String path;

  // found when they are first asked for; who finds them again finds the same
  private @Nullable RequestHeaders headers;
  private @Nullable String peerAddress;
  private @Nullable String protocolVersion;

  ExchangeCarrier(HttpExchange exchange) {
    this.exchange = exchange;
    this.path = path(exchange);
  }

  @Override
  public String method() {
    return exchange.getRequestMethod();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return exchange.getRequestURI().getRawQuery();
  }

  @Override
  public String protocol() {
    return "http";
  }

  @Override
  public String protocolVersion() {
    String known = protocolVersion;
    if (known == null) {
      known = version(exchange.getProtocol());
      protocolVersion = known;
    }
    return known;
  }

  private static String version(String protocol) {
    if (protocol.equals("HTTP/1.1")) {
      return "1.1";
    }
    return protocol.startsWith("HTTP/") ? protocol.substring("HTTP/".length()) : "";
  }

  @Override
  public String scheme() {
    return exchange instanceof HttpsExchange ? "https" : "http";
  }

  @Override
  public @Nullable String authority() {
    return header("Host");
  }

  @Override
  public String peerAddress() {
    String known = peerAddress;
    if (known == null) {
      known = PeerAddresses.text(exchange.getRemoteAddress().getAddress());
      peerAddress = known;
    }
    return known;
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    if (!(exchange instanceof HttpsExchange secure)) {
      return List.of();
    }
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (var certificate : secure.getSSLSession().getPeerCertificates()) {
        certificates.add((X509Certificate) certificate);
      }
      return certificates;
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  @Override
  public long contentLength() {
    String length = header("Content-Length");
    if (length == null) {
      return -1;
    }
    try {
      return Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public @Nullable String header(String name) {
    return headers().first(name);
  }

  @Override
  public List<String> headers(String name) {
    return headers().all(name);
  }

  @Override
  public Iterable<String> headerNames() {
    return exchange.getRequestHeaders().keySet();
  }

  private RequestHeaders headers() {
    RequestHeaders known = headers;
    if (known == null) {
      known = new RequestHeaders(exchange.getRequestHeaders());
      headers = known;
    }
    return known;
  }

  /** The path as sent: a URI that begins with two slashes would lose its first segment. */
  private static String path(HttpExchange exchange) {
    String target = exchange.getRequestURI().toString();
    if (!target.startsWith("/")) {
      String path = exchange.getRequestURI().getRawPath();
      return path == null ? "" : path;
    }
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
