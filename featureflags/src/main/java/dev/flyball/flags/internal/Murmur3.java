// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.nio.charset.StandardCharsets;

/**
 * MurmurHash3 x86 32-bit, halted somewhere in its input. What goes before is hashed once; the rest,
 * hashed per evaluation, allocates nothing. Immutable.
 */
final class Murmur3 {

  /** Nothing yet, with the seed 0 that flagd uses. */
  static final Murmur3 START = seeded(0);

  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;
  private static final int REPLACEMENT = '?';

  private final int hash;
  private final long pending;
  private final int pendingBits;
  private final int size;

  private Murmur3(int hash, long pending, int pendingBits, int size) {
    this.hash = hash;
    this.pending = pending;
    this.pendingBits = pendingBits;
    this.size = size;
  }

  /** Nothing yet. */
  static Murmur3 seeded(int seed) {
    return new Murmur3(seed, 0, 0, 0);
  }

  /** This and then a text in UTF-8. */
  Murmur3 then(String text) {
    return then(text.getBytes(StandardCharsets.UTF_8));
  }

  /** This and then some bytes. */
  Murmur3 then(byte[] bytes) {
    int h = hash;
    long waiting = pending;
    int bits = pendingBits;
    for (byte each : bytes) {
      waiting |= (each & 0xffL) << bits;
      bits += 8;
      if (bits == 32) {
        h = mix(h, (int) waiting);
        waiting = 0;
        bits = 0;
      }
    }
    return new Murmur3(h, waiting, bits, size + bytes.length);
  }

  /** The hash of what there is. */
  int finish() {
    return finish(hash, pending, pendingBits, size);
  }

  /** The hash of what there is and then a text in UTF-8. */
  int finish(String text) {
    int h = hash;
    int waiting = (int) pending;
    int bits = pendingBits;
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      all |= c;
      waiting |= c << bits;
      bits += 8;
      if (bits == 32) {
        h = mix(h, waiting);
        waiting = 0;
        bits = 0;
      }
    }
    boolean isAscii = all < 0x80; // as nearly all are: asked once, the loop stays short
    return isAscii ? finish(h, waiting, bits, size + text.length()) : finish(text, 0, 0);
  }

  /** The hash of what there is and then a text in UTF-8 with its length before it, as in CBOR. */
  int finishCbor(String text) {
    int length = utf8Length(text);
    return finish(text, Cbor.textHead(length), Cbor.headSize(length));
  }

  /** At most 24 bits wait and a head has at most 40: together they fit. */
  private int finish(String text, long head, int headSize) {
    int h = hash;
    long waiting = pending | head << pendingBits;
    int bits = pendingBits + (headSize << 3);
    int bytes = size + headSize;
    for (; bits >= 32; bits -= 32) {
      h = mix(h, (int) waiting);
      waiting >>>= 32;
    }
    for (int i = 0; i < text.length(); ) {
      int c = character(text, i);
      int count = utf8Length(c);
      waiting |= utf8(c) << bits;
      bits += count << 3;
      bytes += count;
      i += Character.charCount(c);
      if (bits >= 32) {
        h = mix(h, (int) waiting);
        waiting >>>= 32;
        bits -= 32;
      }
    }
    return finish(h, waiting, bits, bytes);
  }

  /** The character at a place; what is half of one is replaced, as encoders do. */
  private static int character(String text, int at) {
    int c = text.codePointAt(at);
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c;
  }

  /** The bytes of a character, the first one lowest. */
  private static long utf8(int c) {
    if (c < 0x80) {
      return c;
    }
    if (c < 0x800) {
      return (0xc0 | c >> 6) | following(c) << 8;
    }
    if (c < 0x10000) {
      return (0xe0 | c >> 12) | following(c >> 6) << 8 | following(c) << 16;
    }
    return (0xf0 | c >> 18)
        | following(c >> 12) << 8
        | following(c >> 6) << 16
        | following(c) << 24;
  }

  private static long following(int bits) {
    return 0x80 | (bits & 0x3f);
  }

  private static int utf8Length(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }

  /** How many bytes a text has in UTF-8. */
  static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = character(text, i);
      bytes += utf8Length(c);
      i += c >= 0x10000 ? 1 : 0;
    }
    return bytes;
  }

  private static int mix(int h, int block) {
    int k = Integer.rotateLeft(block * C1, 15) * C2;
    return Integer.rotateLeft(h ^ k, 13) * 5 + 0xe6546b64;
  }

  private static int finish(int hash, long waiting, int bits, int size) {
    int h = hash;
    if (bits > 0) {
      h ^= Integer.rotateLeft((int) waiting * C1, 15) * C2;
    }
    h ^= size;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}
