// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Meters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** Instruments as plain adders. */
final class MeterRegistry implements Meters {

  private static final int MAX_SERIES = 1_000;
  private static final String OVERFLOW = "_OVERFLOW";
  private static final double NANOS_PER_SECOND = 1e9;

  private interface Instruments {
    Snapshot snapshot();
  }

  private record Declared(Object identity, Instruments instruments) {}

  private final Map<String, Declared> declared = new ConcurrentSkipListMap<>();

  @Override
  public Family<Counter> counter(String name, String unit, String doc, String... labels) {
    List<String> names = List.of(labels);
    return declare(name, List.of(Kind.COUNTER, unit, names), new Adders(name, unit, doc, names));
  }

  @Override
  public Family<Histogram> durations(
      String name, String doc, List<Long> boundsNanos, String... labels) {
    long[] bounds = new long[boundsNanos.size()];
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = boundsNanos.get(i);
      seconds.add(bounds[i] / NANOS_PER_SECOND);
      if (i > 0 && bounds[i] <= bounds[i - 1]) {
        throw new IllegalArgumentException(
            "bounds of " + name + " are " + boundsNanos + " (expected: ascending)");
      }
    }
    List<String> names = List.of(labels);
    return declare(
        name,
        List.of(Kind.HISTOGRAM, boundsNanos, names),
        new Histograms(name, doc, names, seconds, bounds));
  }

  @Override
  public void gauge(
      String name, String unit, String doc, Map<String, String> labels, DoubleSupplier value) {
    Map<String, String> sorted = new TreeMap<>(labels);
    List<String> names = List.copyOf(sorted.keySet());
    Gauges gauges =
        declare(name, List.of(Kind.GAUGE, unit, names), new Gauges(name, unit, doc, names));
    gauges.values.put(List.copyOf(sorted.values()), value);
  }

  @Override
  public List<Snapshot> snapshots() {
    return declared.values().stream().map(each -> each.instruments().snapshot()).toList();
  }

  @SuppressWarnings("unchecked")
  private <I> I declare(String name, Object identity, Instruments instruments) {
    Declared known = declared.putIfAbsent(name, new Declared(identity, instruments));
    if (known == null) {
      return (I) instruments;
    }
    if (!known.identity().equals(identity)) {
      throw new IllegalArgumentException(
          "meter " + name + " is declared as " + known.identity() + " and as " + identity);
    }
    return (I) known.instruments();
  }

  /** What an instrument shows. */
  private interface Shows {
    double value();

    List<Long> buckets();
  }

  private static final class Adder implements Counter, Shows {

    private final LongAdder sum = new LongAdder();

    @Override
    public void add(long count) {
      sum.add(count);
    }

    @Override
    public double value() {
      return sum.sum();
    }

    @Override
    public List<Long> buckets() {
      return List.of();
    }
  }

  private static final class Buckets implements Histogram, Shows {

    private final long[] bounds;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    Buckets(long[] bounds) {
      this.bounds = bounds;
      this.counts = new LongAdder[bounds.length + 1];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    @Override
    public void record(long value) {
      int bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]) {
        bucket++;
      }
      counts[bucket].increment();
      sum.add(value);
    }

    @Override
    public double value() {
      return sum.sum() / NANOS_PER_SECOND;
    }

    @Override
    public List<Long> buckets() {
      List<Long> values = new ArrayList<>(counts.length);
      for (LongAdder count : counts) {
        values.add(count.sum());
      }
      return values;
    }
  }

  /** Instruments of one name, by the values of their labels. */
  private abstract static class Instances<M> implements Family<M>, Instruments {

    private final String name;
    private final String unit;
    private final String doc;
    private final Kind kind;
    private final List<String> labels;
    private final List<Double> bounds;
    private final Map<List<String>, M> series = new ConcurrentHashMap<>();

    Instances(
        String name, String unit, String doc, Kind kind, List<String> labels, List<Double> bounds) {
      this.name = name;
      this.unit = unit;
      this.doc = doc;
      this.kind = kind;
      this.labels = labels;
      this.bounds = bounds;
    }

    abstract M make();

    @Override
    public M with(String... labelValues) {
      if (labelValues.length != labels.size()) {
        throw new IllegalArgumentException(
            name + " with " + labelValues.length + " label values (expected: " + labels + ")");
      }
      List<String> key = List.of(labelValues);
      M known = series.get(key);
      if (known != null) {
        return known;
      }
      if (series.size() >= MAX_SERIES) {
        String[] overflow = new String[labels.size()];
        Arrays.fill(overflow, OVERFLOW);
        key = List.of(overflow);
      }
      M made = make();
      M before = series.putIfAbsent(key, made);
      return before != null ? before : made;
    }

    @Override
    public Snapshot snapshot() {
      List<Series> shown = new ArrayList<>();
      series.forEach((values, instrument) -> {
        Shows shows = (Shows) instrument;
        shown.add(new Series(values, shows.value(), shows.buckets()));
      });
      return new Snapshot(name, unit, doc, kind, labels, bounds, shown);
    }
  }

  private static final class Adders extends Instances<Counter> {

    Adders(String name, String unit, String doc, List<String> labels) {
      super(name, unit, doc, Kind.COUNTER, labels, List.of());
      if (labels.isEmpty()) {
        with();
      }
    }

    @Override
    Counter make() {
      return new Adder();
    }
  }

  private static final class Histograms extends Instances<Histogram> {

    private final long[] boundsNanos;

    Histograms(
        String name, String doc, List<String> labels, List<Double> bounds, long[] boundsNanos) {
      super(name, "s", doc, Kind.HISTOGRAM, labels, bounds);
      this.boundsNanos = boundsNanos;
      if (labels.isEmpty()) {
        with();
      }
    }

    @Override
    Histogram make() {
      return new Buckets(boundsNanos);
    }
  }

  private static final class Gauges implements Instruments {

    private final String name;
    private final String unit;
    private final String doc;
    private final List<String> labels;
    private final Map<List<String>, DoubleSupplier> values = new ConcurrentHashMap<>();

    Gauges(String name, String unit, String doc, List<String> labels) {
      this.name = name;
      this.unit = unit;
      this.doc = doc;
      this.labels = labels;
    }

    @Override
    public Snapshot snapshot() {
      List<Series> shown = new ArrayList<>();
      values.forEach((key, value) -> shown.add(new Series(key, ask(value), List.of())));
      return new Snapshot(name, unit, doc, Kind.GAUGE, labels, List.of(), shown);
    }

    /** Somebody else's code must not keep the other instruments from being shown. */
    private static double ask(DoubleSupplier value) {
      try {
        return value.getAsDouble();
      } catch (Throwable t) {
        return Double.NaN;
      }
    }
  }
}
