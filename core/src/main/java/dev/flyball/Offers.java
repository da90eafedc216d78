// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Map;
import java.util.Optional;

/**
 * What modules and the application offer of one type. Complete after the last module is installed;
 * asked before, it fails.
 *
 * @param <T> the type that was wanted
 */
public interface Offers<T> {

  /**
   * All offers.
   *
   * @return by name
   */
  Map<String, T> all();

  /**
   * One offer.
   *
   * @param name the name under which it is offered
   * @return empty where nobody offers it
   */
  default Optional<T> find(String name) {
    return Optional.ofNullable(all().get(name));
  }

  /**
   * The only offer.
   *
   * @return empty where nobody offers the type, or several do and none is called {@code default}
   */
  default Optional<T> only() {
    Map<String, T> all = all();
    return all.size() == 1 ? all.values().stream().findFirst() : find("default");
  }
}
