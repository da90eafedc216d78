// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.List;
import java.util.Optional;

/** The endpoints that the live routers registered. Not to be implemented. */
public interface EndpointCatalog {

  /**
   * All endpoints.
   *
   * @return in the order of their ids
   */
  List<GovernedEndpoint> all();

  /**
   * One endpoint.
   *
   * @param id for example {@code http:GET /orders/{id}}
   * @return empty where it is unknown
   */
  Optional<GovernedEndpoint> find(String id);
}
