// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How units fall into buckets. flagd has changed this twice, and each change moves every unit; so a
 * set says which one it means, in its metadata, and keeps it.
 */
enum Bucketing {
  /** A share of 100 by a signed hash, in floating point. */
  V1 {
    @Override
    int pick(int hash, long[] weights, long total) {
      double bucket = Math.abs((double) hash) / Integer.MAX_VALUE * 100;
      double end = 0;
      for (int i = 0; i < weights.length; i++) {
        end += 100.0 * weights[i] / total;
        if (bucket < end) {
          return i;
        }
      }
      return NONE;
    }
  },

  /** A share of the sum of weights by an unsigned hash, in whole numbers. */
  V2,

  /** As the second, over values of any type. */
  V3 {
    @Override
    Murmur3 shorthand(String flagKey) {
      return Murmur3.START.then(Cbor.arrayHead(2)).then(Cbor.encode(flagKey));
    }

    @Override
    int hash(Murmur3 before, String text) {
      return before.finishCbor(text);
    }

    @Override
    boolean hashesAnything() {
      return true;
    }
  };

  /** What {@link #pick} says where the hash lies in no bucket. */
  static final int NONE = -1;

  /** Where the metadata of a set names its generation. */
  static final String METADATA = "bucketing";

  /** The generation of a set that names none. */
  static final Bucketing DEFAULT = V2;

  /** The generation of a name such as {@code v2}, or null. */
  static @Nullable Bucketing named(@Nullable String name) {
    return Stream.of(values()).filter(each -> each.id().equals(name)).findFirst().orElse(null);
  }

  static List<String> names() {
    return Stream.of(values()).map(Bucketing::id).toList();
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The beginning of what is hashed where a rule does not say by what to split. */
  Murmur3 shorthand(String flagKey) {
    return Murmur3.START.then(flagKey);
  }

  /** The hash of a text after a beginning. */
  int hash(Murmur3 before, String text) {
    return before.finish(text);
  }

  /** Whether values that are not texts are hashed too. */
  boolean hashesAnything() {
    return false;
  }

  /** The index of the bucket in which a hash lies. */
  int pick(int hash, long[] weights, long total) {
    long bucket = ((hash & 0xffffffffL) * total) >>> 32;
    long end = 0;
    for (int i = 0; i < weights.length; i++) {
      end += weights[i];
      if (bucket < end) {
        return i;
      }
    }
    return NONE;
  }
}
