// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

/** Services that must not start. */
final class StartupTrials {

  private StartupTrials() {}

  static void weakSecret(Attacked service, HostileTarget target) throws Exception {
    throw new AssertionError("to be written");
  }
}
