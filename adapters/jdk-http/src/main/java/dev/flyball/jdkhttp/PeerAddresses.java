// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The texts of addresses: most requests come from the few proxies in front of a service, or are one
 * of many on a connection.
 */
final class PeerAddresses {

  private record Known(InetAddress address, String text) {}

  private static final int SIZE = 64;
  private static final AtomicReferenceArray<@Nullable Known> KNOWN =
      new AtomicReferenceArray<>(SIZE);

  private PeerAddresses() {}

  static String text(InetAddress address) {
    int place = (address.hashCode() * 0x9E3779B9) >>> 26;
    Known known = KNOWN.get(place);
    if (known == null || !isSame(known.address, address)) {
      known = new Known(address, address.getHostAddress());
      KNOWN.set(place, known);
    }
    return known.text;
  }

  /** An address of one scope of IPv6 equals that of another, and has another text. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(InetAddress one, InetAddress other) {
    return one == other || (one instanceof Inet4Address && one.equals(other));
  }
}
