// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.FlagContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * flagd's {@code fractional}: the same unit falls into the same bucket, and each bucket gets its
 * share of the units.
 *
 * <p>Where the shares are written in the rule, as they mostly are, and the unit is a text, deciding
 * allocates nothing.
 */
final class Fractional implements Expression {

  /** What units in a bucket get, and its share; null weight for 1. */
  record Bucket(Expression variant, @Nullable Expression weight) {}

  private static final long MOST = Integer.MAX_VALUE;
  private static final double NOT_WHOLE = Double.NaN;

  private final Bucketing bucketing;
  private final Murmur3 shorthand;
  private final @Nullable Expression key;
  private final @Nullable Murmur3 keyPrefix;
  private final Bucket[] buckets;
  private final long @Nullable [] weights;
  private final long total;

  /**
   * A split.
   *
   * @param key by what to split; null for the flag and its unit
   */
  Fractional(Bucketing bucketing, String flagKey, @Nullable Expression key, List<Bucket> buckets) {
    this.bucketing = bucketing;
    this.shorthand = bucketing.shorthand(flagKey);
    this.buckets = buckets.toArray(new Bucket[0]);
    this.weights = writtenWeights(buckets);
    this.total = weights == null ? -1 : total(weights);
    String prefix = prefix(bucketing, key);
    this.keyPrefix = prefix == null ? null : Murmur3.START.then(prefix);
    this.key = prefix != null && key instanceof Concatenation joined ? joined.last() : key;
  }

  /** What a key always begins with is hashed beforehand, and not put together at all. */
  private static @Nullable String prefix(Bucketing bucketing, @Nullable Expression key) {
    return key instanceof Concatenation joined && !bucketing.hashesAnything()
        ? joined.constantPrefix()
        : null;
  }

  /** The weights if all of them are written in the rule, else null. */
  private static long @Nullable [] writtenWeights(List<Bucket> buckets) {
    long[] weights = new long[buckets.size()];
    for (int i = 0; i < weights.length; i++) {
      Expression weight = buckets.get(i).weight();
      if (weight != null && !(weight instanceof Constant)) {
        return null;
      }
      double value = weight == null ? 1 : weight(((Constant) weight).value());
      weights[i] = Double.isNaN(value) ? -1 : (long) value;
    }
    return weights;
  }

  /** A weight, with negative ones counted as 0; NaN for what is none. */
  static double weight(@Nullable Object value) {
    if (value == null) {
      return 1;
    }
    double weight = value instanceof Number number ? number.doubleValue() : NOT_WHOLE;
    return weight == Math.rint(weight) && weight <= MOST ? Math.max(0, weight) : NOT_WHOLE;
  }

  @Override
  public @Nullable Object evaluate(FlagContext context, long now, @Nullable Object local) {
    if (key == null) {
      return split(hashOfUnit(context), context, now, local);
    }
    Object value = key.evaluate(context, now, local);
    if (keyPrefix != null) {
      return split(keyPrefix.finish(Concatenation.textOf(value)), context, now, local);
    }
    if (value instanceof String text) {
      return split(bucketing.hash(Murmur3.START, text), context, now, local);
    }
    return splitByOther(value, context, now, local);
  }

  private int hashOfUnit(FlagContext context) {
    String unit = context.targetingKey();
    if (unit == null) {
      throw Abandoned.NO_UNIT;
    }
    return bucketing.hash(shorthand, unit);
  }

  /** What a rule says to split by is not a text. */
  private @Nullable Object splitByOther(
      @Nullable Object value, FlagContext context, long now, @Nullable Object local) {
    if (value instanceof Collection<?> bucket) {
      return withBucket(bucket).evaluate(context, now, local);
    }
    if (bucketing.hashesAnything()) {
      return value == null
          ? null
          : split(Murmur3.START.then(Cbor.encode(value)).finish(), context, now, local);
    }
    return context.targetingKey() == null ? null : split(hashOfUnit(context), context, now, local);
  }

  /** A first argument that turns out to be a list is the first bucket, as if it were written. */
  private Fractional withBucket(Collection<?> first) {
    List<@Nullable Object> parts = new ArrayList<>(first);
    Object variant = parts.isEmpty() ? null : parts.get(0);
    Expression weight = parts.size() < 2 ? null : new Constant(parts.get(1));
    List<Bucket> all = new ArrayList<>();
    all.add(new Bucket(new Constant(variant), weight));
    all.addAll(List.of(buckets));
    return new Fractional(bucketing, shorthand, all);
  }

  private Fractional(Bucketing bucketing, Murmur3 shorthand, List<Bucket> buckets) {
    this.bucketing = bucketing;
    this.shorthand = shorthand;
    this.key = null;
    this.keyPrefix = null;
    this.buckets = buckets.toArray(new Bucket[0]);
    this.weights = writtenWeights(buckets);
    this.total = weights == null ? -1 : total(weights);
  }

  private @Nullable Object split(int hash, FlagContext context, long now, @Nullable Object local) {
    long[] shares = weights != null ? weights : weights(context, now, local);
    long sum = weights != null ? total : total(shares);
    if (sum <= 0) {
      return null;
    }
    int picked = bucketing.pick(hash, shares, sum);
    return picked == Bucketing.NONE ? null : variant(buckets[picked], context, now, local);
  }

  private long[] weights(FlagContext context, long now, @Nullable Object local) {
    long[] shares = new long[buckets.length];
    for (int i = 0; i < shares.length; i++) {
      Expression weight = buckets[i].weight();
      double value = weight == null ? 1 : weight(weight.evaluate(context, now, local));
      shares[i] = Double.isNaN(value) ? -1 : (long) value;
    }
    return shares;
  }

  /** The sum of the weights; -1 where one of them is none, or the sum is too large. */
  private static long total(long[] weights) {
    long total = 0;
    for (long weight : weights) {
      if (weight < 0) {
        return -1;
      }
      total += weight;
    }
    return total > MOST ? -1 : total;
  }

  private static @Nullable Object variant(
      Bucket bucket, FlagContext context, long now, @Nullable Object local) {
    Object variant = bucket.variant().evaluate(context, now, local);
    boolean isScalar =
        variant instanceof String || variant instanceof Boolean || variant instanceof Number;
    return isScalar ? variant : null;
  }
}
