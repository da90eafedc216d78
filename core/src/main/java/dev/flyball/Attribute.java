// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/**
 * A typed place in every call, found by index: what a module keeps while a call runs.
 *
 * <p>Made once by {@link Setup#attribute}, not to be implemented. In calls of another governor it
 * has no place: nothing is kept there, and nothing found.
 *
 * @param <T> the type of the value
 */
public interface Attribute<T> {

  /** Whose value it is. */
  enum Scope {
    /** Shared by the request and the children that are made in it. */
    REQUEST,
    /** Each call, child or not, has its own. */
    CALL
  }

  /**
   * What the value is called.
   *
   * @return for messages
   */
  String name();
}
