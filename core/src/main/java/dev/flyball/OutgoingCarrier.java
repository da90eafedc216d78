// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.List;

/**
 * An adapter's view of a request that is about to go out.
 *
 * <p>Adapters implement it. Used on the thread that begins the call.
 */
public interface OutgoingCarrier {

  /**
   * What the service calls the thing it depends on.
   *
   * @return a name of a small, fixed set, for example {@code payments}; never a URL
   */
  String dependency();

  /**
   * The host that will receive the request.
   *
   * @return a host name or address, without the port
   */
  String host();

  /**
   * The method.
   *
   * @return for example {@code GET}
   */
  String method();

  /**
   * The path, as it is sent: still encoded, without the query, which may hold anything.
   *
   * @return for example {@code /charges/7}; empty where the protocol has none
   */
  default String path() {
    return "";
  }

  /**
   * The scheme.
   *
   * @return for example {@code https}; empty where the protocol has none
   */
  default String scheme() {
    return "";
  }

  /**
   * The port.
   *
   * @return from 1 to 65535, also where it is the scheme's own; 0 where it is not known
   */
  default int port() {
    return 0;
  }

  /**
   * The values of a header as the request stands now, with what stages have set.
   *
   * @param name in any case
   * @return empty where it has none, or the adapter cannot tell
   */
  default List<String> headers(String name) {
    return List.of();
  }

  /**
   * The names of the headers that the request has as it stands now.
   *
   * @return each name once; empty where it has none, or the adapter cannot tell
   */
  default Iterable<String> headerNames() {
    return List.of();
  }

  /**
   * Whether what sends the request may send its headers to another host on the word of the first,
   * as one does that follows redirects. No credential is then given to it.
   *
   * @return true unless an adapter knows better
   */
  default boolean followsRedirects() {
    return true;
  }

  /**
   * Sets a header, in place of any that has the name.
   *
   * @param name the field name
   * @param value the field value
   */
  void header(String name, String value);
}
