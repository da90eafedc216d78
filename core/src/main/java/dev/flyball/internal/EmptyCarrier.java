// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Carrier;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The carrier of calls that did not come in, and of calls that have ended. */
enum EmptyCarrier implements Carrier {
  INSTANCE;

  @Override
  public String method() {
    return "";
  }

  @Override
  public String path() {
    return "";
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public String protocol() {
    return "";
  }

  @Override
  public String protocolVersion() {
    return "";
  }

  @Override
  public String scheme() {
    return "";
  }

  @Override
  public @Nullable String authority() {
    return null;
  }

  @Override
  public String peerAddress() {
    return "";
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return List.of();
  }

  @Override
  public long contentLength() {
    return -1;
  }

  @Override
  public @Nullable String header(String name) {
    return null;
  }

  @Override
  public List<String> headers(String name) {
    return List.of();
  }

  @Override
  public Iterable<String> headerNames() {
    return List.of();
  }
}
