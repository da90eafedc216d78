// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An adapter's view of what came in: the request line, headers and the peer, as the host received
 * them.
 *
 * <p>Adapters implement it. Nothing here is trusted: who the client is behind proxies is the
 * engine's to find out ({@link Call#clientAddress()}). Read only while the call runs; the record
 * never keeps it.
 */
public interface Carrier {

  /**
   * The method, as sent.
   *
   * @return for example {@code GET}; empty where the protocol has none
   */
  String method();

  /**
   * The path, as sent: still encoded, without the query.
   *
   * @return for example {@code /orders/7}; empty where the protocol has none
   */
  String path();

  /**
   * The query, as sent.
   *
   * @return what follows the question mark; null where there is none
   */
  @Nullable String query();

  /**
   * The protocol, in the same word as that of its endpoints.
   *
   * @return for example {@code http}
   */
  String protocol();

  /**
   * The version of the protocol.
   *
   * @return for example {@code 1.1}; empty where it is not known
   */
  String protocolVersion();

  /**
   * Whether the peer reached this host over TLS.
   *
   * @return {@code https} or {@code http}; the scheme of other protocols
   */
  String scheme();

  /**
   * The authority that the peer addressed.
   *
   * @return host and port as in the Host header; null where there is none
   */
  @Nullable String authority();

  /**
   * The address of the peer: the client, or the nearest proxy.
   *
   * @return an IP address in text form; empty where there is none
   */
  String peerAddress();

  /**
   * The certificates with which the peer authenticated.
   *
   * @return the peer's own first; empty without mutual TLS
   */
  List<X509Certificate> peerCertificates();

  /**
   * The announced length of the body.
   *
   * @return bytes, or -1 where it is not known
   */
  long contentLength();

  /**
   * The first value of a header.
   *
   * @param name in any case
   * @return null where it is absent
   */
  @Nullable String header(String name);

  /**
   * All values of a header, one per line that was sent.
   *
   * @param name in any case
   * @return empty where it is absent
   */
  List<String> headers(String name);

  /**
   * The names of the headers that were sent.
   *
   * @return each name once
   */
  Iterable<String> headerNames();
}
