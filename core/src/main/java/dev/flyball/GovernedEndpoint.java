// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.List;

/**
 * An endpoint with the stages that were bound to it, once and for all calls. Made by {@link
 * Governor#govern}, not to be implemented.
 */
public interface GovernedEndpoint {

  /**
   * The endpoint.
   *
   * @return the endpoint
   */
  Endpoint endpoint();

  /**
   * The stages that a call of the endpoint runs after those of the service, in order.
   *
   * @return may be empty
   */
  List<Stage> stages();
}
