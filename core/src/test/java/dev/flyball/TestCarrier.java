// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request that a test makes up. */
final class TestCarrier implements Carrier {

  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private String method = "GET";
  private String path = "/";
  private String peer = "192.0.2.1";
  private long contentLength = -1;

  static TestCarrier get(String path) {
    TestCarrier carrier = new TestCarrier();
    carrier.path = path;
    return carrier;
  }

  TestCarrier method(String method) {
    this.method = method;
    return this;
  }

  TestCarrier header(String name, String value) {
    headers.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    return this;
  }

  TestCarrier peer(String address) {
    this.peer = address;
    return this;
  }

  TestCarrier contentLength(long length) {
    this.contentLength = length;
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
    return "http";
  }

  @Override
  public @Nullable String authority() {
    return header("Host");
  }

  @Override
  public String peerAddress() {
    return peer;
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return List.of();
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
