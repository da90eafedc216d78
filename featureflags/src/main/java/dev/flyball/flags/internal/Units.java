// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

/** Tells units apart without naming them. */
final class Units {

  // other seeds than that of bucketing: the hash says nothing about the bucket
  private static final Murmur3 HIGH = Murmur3.seeded(0x5bd1e995);
  private static final Murmur3 LOW = Murmur3.seeded(0x27d4eb2f);

  private Units() {}

  static long hash(String unit) {
    return (long) HIGH.finish(unit) << 32 | (LOW.finish(unit) & 0xffffffffL);
  }
}
