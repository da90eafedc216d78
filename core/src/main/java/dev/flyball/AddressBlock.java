// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.internal.IpAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses as in RFC 4632: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one
 * address.
 *
 * <p>Addresses are read by themselves, and no name is ever looked up. An IPv4 address in the form
 * of IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address. Immutable.
 */
public final class AddressBlock {

  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

  private final byte[] network;
  private final int bits;
  private final String text;

  private AddressBlock(byte[] network, int bits, String text) {
    this.network = network;
    this.bits = bits;
    this.text = text;
  }

  /**
   * Reads a block.
   *
   * @param text an IP address, or one with a slash and the length of the prefix in bits
   * @return null where the text is neither
   */
  public static @Nullable AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    byte[] network = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (network == null) {
      return null;
    }
    int width = network.length * 8;
    int bits = slash < 0 ? width : bits(text.substring(slash + 1), width);
    return bits < 0 ? null : new AddressBlock(network, bits, text);
  }

  /** A length of one to three digits, else -1. */
  private static int bits(String text, int width) {
    if (!LENGTH.matcher(text).matches()) {
      return -1;
    }
    int bits = Integer.parseInt(text);
    return bits <= width ? bits : -1;
  }

  /**
   * Whether an address is in the block.
   *
   * @param address an IP address in text form; its zone ({@code %eth0}) does not count
   * @return false also for what is no address
   */
  public boolean contains(String address) {
    int zone = address.indexOf('%');
    byte[] bytes = IpAddress.parse(zone < 0 ? address : address.substring(0, zone));
    return bytes != null && contains(bytes);
  }

  /**
   * Whether an address is in the block.
   *
   * @param address four bytes or sixteen, the highest first
   * @return false for an address of the other family
   */
  public boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i & 7);
      if ((address[i >> 3] & mask) != (network[i >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The block as it was written.
   *
   * @return for example {@code 10.0.0.0/8}
   */
  @Override
  public String toString() {
    return text;
  }
}
