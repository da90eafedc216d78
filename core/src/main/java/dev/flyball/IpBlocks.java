// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.internal.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets of IP addresses that begin alike: single addresses and CIDR blocks such as {@code
 * 10.0.0.0/8}. Nothing is ever looked up by name. Immutable.
 */
public final class IpBlocks {

  private static final class Block {

    private final byte[] network;
    private final int bits;

    Block(byte[] network, int bits) {
      this.network = network;
      this.bits = bits;
    }

    boolean contains(byte[] address) {
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
  }

  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

  private final List<Block> blocks;

  private IpBlocks(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  /**
   * The blocks that some texts mean.
   *
   * @param texts addresses, or blocks in CIDR notation; others, of which {@link #areBlocks} tells,
   *     contain nothing
   * @return blocks
   */
  public static IpBlocks of(List<String> texts) {
    List<Block> blocks = new ArrayList<>();
    for (String text : texts) {
      Block block = block(text);
      if (block != null) {
        blocks.add(block);
      }
    }
    return new IpBlocks(blocks);
  }

  /**
   * Whether all texts are addresses or blocks.
   *
   * @param texts what a user wrote
   * @return false if one is anything else
   */
  public static boolean areBlocks(List<String> texts) {
    for (String text : texts) {
      if (block(text) == null) {
        return false;
      }
    }
    return true;
  }

  /**
   * The bytes of an address in text form.
   *
   * @param text an address, also one with a zone, as in {@code fe80::1%eth0}
   * @return four, or sixteen; four also for an IPv4 address in the form of IPv6. Null for any other
   *     text
   */
  public static byte @Nullable [] bytes(String text) {
    int percent = text.indexOf('%');
    return IpAddress.parse(percent < 0 ? text : text.substring(0, percent));
  }

  /**
   * Whether an address is in one of the blocks.
   *
   * @param address in text form
   * @return false for anything that is no address
   */
  public boolean contains(String address) {
    if (blocks.isEmpty()) {
      return false;
    }
    byte[] bytes = bytes(address);
    if (bytes == null) {
      return false;
    }
    for (Block block : blocks) {
      if (block.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether there is no block.
   *
   * @return true where nothing is contained
   */
  public boolean isEmpty() {
    return blocks.isEmpty();
  }

  private static @Nullable Block block(String text) {
    int slash = text.indexOf('/');
    byte[] network = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (network == null) {
      return null;
    }
    int width = network.length * 8;
    if (slash < 0) {
      return new Block(network, width);
    }
    int bits = bits(text.substring(slash + 1));
    return bits >= 0 && bits <= width ? new Block(network, bits) : null;
  }

  /** A length of one to three digits, else -1. */
  private static int bits(String text) {
    return LENGTH.matcher(text).matches() ? Integer.parseInt(text) : -1;
  }
}
