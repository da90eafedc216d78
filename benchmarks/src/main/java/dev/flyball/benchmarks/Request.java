// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.Carrier;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request in memory, as a host would have it: the credential is a text of its own for each
 * request, whose hash nobody knows yet; everything else is the same each time.
 */
final class Request implements Carrier {

  static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  static final String USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
  static final String AUTHORITY = "orders.example.org";
  static final String PEER = "192.0.2.17";

  private static final List<String> TRACEPARENTS = List.of(TRACEPARENT);

  private final String path;
  private @Nullable String authorization;

  private Request(String path, @Nullable String authorization) {
    this.path = path;
    this.authorization = authorization;
  }

  /** A request without a credential. */
  static Request without(String path) {
    return new Request(path, null);
  }

  /** A request with a header, as its bytes came in. */
  static Request with(String path, byte[] authorization) {
    Request request = without(path);
    request.authorize(authorization);
    return request;
  }

  /** Replaces the credential, where one call stands for many. */
  void authorize(byte[] authorization) {
    this.authorization = new String(authorization, StandardCharsets.ISO_8859_1);
  }

  @Nullable String authorization() {
    return authorization;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public String protocol() {
    return "http";
  }

  @Override
  public String protocolVersion() {
    return "1.1";
  }

  @Override
  public String scheme() {
    return "https";
  }

  @Override
  public @Nullable String authority() {
    return AUTHORITY;
  }

  @Override
  public String peerAddress() {
    return PEER;
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return List.of();
  }

  @Override
  public long contentLength() {
    return 0;
  }

  @Override
  public @Nullable String header(String name) {
    return switch (name) {
      case "Authorization" -> authorization;
      case "User-Agent" -> USER_AGENT;
      case "traceparent" -> TRACEPARENT;
      default -> null;
    };
  }

  @Override
  public List<String> headers(String name) {
    if (name.equals("traceparent")) {
      return TRACEPARENTS;
    }
    String value = header(name);
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public Iterable<String> headerNames() {
    return List.of("Authorization", "User-Agent", "traceparent");
  }
}
