// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/**
 * Sees every event.
 *
 * <p>Modules and applications implement it. It is called on the thread that publishes and must be
 * quick; whatever it throws is counted and changes nothing.
 */
@FunctionalInterface
public interface EventListener {

  /**
   * Sees one event.
   *
   * @param event the event
   */
  void onEvent(Event event);
}
