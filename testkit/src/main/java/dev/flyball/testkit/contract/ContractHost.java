// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import dev.flyball.Governor;
import java.net.URI;
import java.util.Map;

/**
 * A running server that serves the operations of a {@link ContractService} through the adapter
 * under test. The tests of an adapter implement it.
 */
public interface ContractHost extends AutoCloseable {

  /**
   * Where the server listens.
   *
   * @return scheme, host and port
   */
  URI uri();

  /**
   * The governor of the server.
   *
   * @return a started governor
   */
  Governor governor();

  /**
   * The cases that the protocol or the host cannot have.
   *
   * @return the reason by the number of the case; empty if all thirty apply
   */
  default Map<Integer, String> impossible() {
    return Map.of();
  }

  /**
   * What the host calls an operation whose path has a variable.
   *
   * @param template method and path, the variables in braces
   * @return the operation of the endpoint; the same text unless overridden
   */
  default String operation(String template) {
    return template;
  }

  @Override
  void close() throws Exception;
}
