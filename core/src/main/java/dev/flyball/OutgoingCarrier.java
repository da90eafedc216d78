// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

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
   * Sets a header, in place of any that has the name.
   *
   * @param name the field name
   * @param value the field value
   */
  void header(String name, String value);
}
