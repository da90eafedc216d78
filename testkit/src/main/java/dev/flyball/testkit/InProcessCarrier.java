// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit;

import dev.flyball.Carrier;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request that comes in without a host: what a test says it is. Each method changes the carrier
 * and returns it. Not thread-safe while it is changed.
 */
public final class InProcessCarrier implements Carrier {

  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final String method;
  private final String path;
  private final @Nullable String query;
  private String protocol = "http";
  private String scheme = "http";
  private String peerAddress = "192.0.2.1";
  private List<X509Certificate> certificates = List.of();
  private long contentLength = -1;

  private InProcessCarrier(String method, String path, @Nullable String query) {
    this.method = method;
    this.path = path;
    this.query = query;
  }

  /**
   * A request.
   *
   * @param method the method
   * @param target the path, still encoded, and the query after a question mark
   * @return a carrier without headers
   */
  public static InProcessCarrier of(String method, String target) {
    int mark = target.indexOf('?');
    return mark < 0
        ? new InProcessCarrier(method, target, null)
        : new InProcessCarrier(method, target.substring(0, mark), target.substring(mark + 1));
  }

  /**
   * A request with the method GET.
   *
   * @param target path and query
   * @return a carrier without headers
   */
  public static InProcessCarrier get(String target) {
    return of("GET", target);
  }

  /**
   * Adds a header line.
   *
   * @param name the field name
   * @param value the field value
   * @return this carrier
   */
  public InProcessCarrier header(String name, String value) {
    headers.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    return this;
  }

  /**
   * Adds a bearer token.
   *
   * @param token the token
   * @return this carrier
   */
  public InProcessCarrier bearer(String token) {
    return header("Authorization", "Bearer " + token);
  }

  /**
   * Sets the address of the peer; 192.0.2.1 if not called.
   *
   * @param address an IP address
   * @return this carrier
   */
  public InProcessCarrier peer(String address) {
    this.peerAddress = address;
    return this;
  }

  /**
   * Sets the certificates of the peer.
   *
   * @param certificates the peer's own first
   * @return this carrier
   */
  public InProcessCarrier certificates(X509Certificate... certificates) {
    this.certificates = List.of(certificates);
    this.scheme = "https";
    return this;
  }

  /**
   * Sets the announced length of the body.
   *
   * @param bytes zero or more
   * @return this carrier
   */
  public InProcessCarrier contentLength(long bytes) {
    this.contentLength = bytes;
    return this;
  }

  /**
   * Sets the protocol; {@code http} if not called.
   *
   * @param protocol the word of its endpoints
   * @return this carrier
   */
  public InProcessCarrier protocol(String protocol) {
    this.protocol = protocol;
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return query;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public String protocolVersion() {
    return protocol.equals("http") ? "1.1" : "";
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public @Nullable String authority() {
    return header("Host");
  }

  @Override
  public String peerAddress() {
    return peerAddress;
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return certificates;
  }

  @Override
  public long contentLength() {
    return contentLength;
  }

  @Override
  public @Nullable String header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? null : values.get(0);
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name, List.of());
  }

  @Override
  public Iterable<String> headerNames() {
    return headers.keySet();
  }
}
