// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/**
 * Sees the record of every call that ends.
 *
 * <p>Modules and applications implement it. It is called on the thread that ends the call, before
 * the next listener, and must be quick; whatever it throws is counted and changes nothing.
 */
@FunctionalInterface
public interface CallListener {

  /**
   * Sees one record.
   *
   * @param record the frozen call
   */
  void onEnd(CallRecord record);

  /**
   * Whether calls of an endpoint are of interest; asked once, when the endpoint is bound.
   *
   * @param endpoint the endpoint, or the unmatched one of a protocol
   * @return true to see its records
   */
  default boolean interest(Endpoint endpoint) {
    return true;
  }

  /**
   * The place among the listeners.
   *
   * @return lower first; guards are below 0, log lines above
   */
  default int order() {
    return 0;
  }

  /**
   * The length of the queue through which a slow listener gets its records on a thread of its own.
   * What does not fit is dropped and counted.
   *
   * @return 0 to be called on the thread that ends the call
   */
  default int queueCapacity() {
    return 0;
  }
}
