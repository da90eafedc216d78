// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/** The clocks of this machine. */
enum SystemTime implements Time {
  INSTANCE;

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }
}
