// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.settings.Setting;
import java.util.List;

/**
 * A part of governance that joins by being on the class path: the only type that {@link
 * java.util.ServiceLoader} looks for.
 *
 * <p>Implement it with a public constructor without parameters and name the class in {@code
 * META-INF/services/dev.flyball.FlyballModule}.
 */
public interface FlyballModule {

  /**
   * The name of the module, in messages.
   *
   * @return for example {@code auth}
   */
  String name();

  /**
   * The keys that the module reads. Asked before anything is installed.
   *
   * @return declarations; constants of the module
   */
  default List<Setting<?>> settings() {
    return List.of();
  }

  /**
   * Joins a governor: once, before any endpoint is bound.
   *
   * <p>What is wrong is told with {@link Setup#problem} so that one start finds everything; an
   * exception is a start-up problem too, and ends the module's installation where it is thrown.
   *
   * @param setup what a module gets and gives
   */
  void install(Setup setup);
}
