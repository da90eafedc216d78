// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table.
 *
 * @param what what is measured
 * @param ours how it is measured
 * @param peerName who does the same job
 * @param peer how that is measured; null for nobody
 * @param goal what the row has to come to
 */
record Row(String what, Measured ours, String peerName, @Nullable Measured peer, Goal goal) {

  static Row of(String what, Measured ours, String peerName, Measured peer, Goal goal) {
    return new Row(what, ours, peerName, peer, goal);
  }

  static Row alone(String what, Measured ours, Goal goal) {
    return new Row(what, ours, "", null, goal);
  }
}
