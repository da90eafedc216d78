// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/** The life of a governor, seen from outside. Not to be implemented. */
public interface Lifecycle {

  /** The states, in the order in which they follow. */
  enum State {
    /** Endpoints are being bound. */
    STARTING,
    /** Calls are governed. */
    RUNNING,
    /** Calls are still governed; no new ones should be sent. */
    DRAINING,
    /** Calls are refused. */
    CLOSED
  }

  /**
   * The present state.
   *
   * @return the state
   */
  State state();

  /**
   * The calls that have begun and not ended.
   *
   * @return zero or more; a momentary value
   */
  long activeCalls();
}
