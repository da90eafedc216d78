// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import dev.flyball.IpBlocks;

/**
 * Who counts as one peer: an IPv4 address, or the 64 bits of an IPv6 address within which whoever
 * has one address has them all (RFC 7421, section 2).
 */
final class Peer {

  /** Nobody: an address that is none. */
  static final long UNKNOWN = 0;

  /** Reserved in IPv6 (RFC 4291, section 4), so that no IPv6 peer is taken for one of IPv4. */
  private static final long IPV4 = 1L << 32;

  private static final long UNSPECIFIED = 1L << 33;

  private Peer() {}

  /** The number of a peer; {@link #UNKNOWN} where the text is no address. */
  static long of(String address) {
    byte[] bytes = IpBlocks.bytes(address);
    if (bytes == null) {
      return UNKNOWN;
    }
    if (bytes.length == 4) {
      return IPV4 | number(bytes, 4);
    }
    long network = number(bytes, 8);
    return network == UNKNOWN ? UNSPECIFIED : network;
  }

  private static long number(byte[] bytes, int length) {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number = (number << 8) | (bytes[i] & 0xFF);
    }
    return number;
  }
}
