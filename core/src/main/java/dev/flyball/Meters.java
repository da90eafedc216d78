// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The instruments of a service: counters, gauges and histograms by declared name, unit and labels.
 *
 * <p>They are plain adders that cost nothing to keep; the observability module shows them. Names
 * are dotted, as in the semantic conventions of OpenTelemetry. Not to be implemented; thread-safe.
 */
public interface Meters {

  /** Counts things that only grow in number. */
  interface Counter {

    /**
     * Adds.
     *
     * @param count zero or more
     */
    void add(long count);

    /** Adds one. */
    default void increment() {
      add(1);
    }
  }

  /** Sorts values into buckets. */
  interface Histogram {

    /**
     * Adds one value.
     *
     * @param value in the raw unit of the family: nanoseconds for durations
     */
    void record(long value);
  }

  /**
   * The instruments of one name, one for each combination of label values.
   *
   * @param <M> the kind of instrument
   */
  interface Family<M> {

    /**
     * The instrument for label values. Keep it: looking it up costs more than using it. Beyond
     * 1,000 combinations one instrument, whose labels are all {@code _OVERFLOW}, stands for the
     * rest.
     *
     * @param labelValues one for each label, of a small, fixed set
     * @return the same instrument for the same values
     * @throws IllegalArgumentException if the number of values is not that of the labels
     */
    M with(String... labelValues);
  }

  /**
   * Declares counters.
   *
   * @param name unique in the service, for example {@code flyball.flag.reloads}
   * @param unit in braces for things, for example <code>{reload}</code>
   * @param doc one sentence
   * @param labels names of the labels
   * @return the family
   * @throws IllegalArgumentException if the name stands for something else already
   */
  Family<Counter> counter(String name, String unit, String doc, String... labels);

  /**
   * Declares histograms of durations, recorded in nanoseconds and shown in seconds.
   *
   * @param name unique in the service, for example {@code http.server.request.duration}
   * @param doc one sentence
   * @param boundsNanos the upper bounds of the buckets, ascending, without infinity
   * @param labels names of the labels
   * @return the family
   * @throws IllegalArgumentException if the name stands for something else already, or the bounds
   *     do not ascend
   */
  Family<Histogram> durations(String name, String doc, List<Long> boundsNanos, String... labels);

  /**
   * Declares a gauge, or one more combination of labels of it.
   *
   * @param name unique in the service
   * @param unit the unit of the value
   * @param doc one sentence
   * @param labels label values by name
   * @param value asked whenever somebody looks; NaN where there is none
   * @throws IllegalArgumentException if the name stands for something else already
   */
  void gauge(
      String name, String unit, String doc, Map<String, String> labels, DoubleSupplier value);

  /**
   * What all instruments show now.
   *
   * @return in the order of their names
   */
  List<Snapshot> snapshots();

  /** The kinds of instruments. */
  enum Kind {
    /** Only grows. */
    COUNTER,
    /** A present value. */
    GAUGE,
    /** Values in buckets. */
    HISTOGRAM
  }

  /**
   * What the instruments of one name show.
   *
   * @param name the name
   * @param unit the unit of what is shown: {@code s} for durations
   * @param doc one sentence
   * @param kind the kind
   * @param labels names of the labels
   * @param bounds the upper bounds of the buckets, without infinity; empty unless a histogram
   * @param series one for each combination of label values
   */
  record Snapshot(
      String name,
      String unit,
      String doc,
      Kind kind,
      List<String> labels,
      List<Double> bounds,
      List<Series> series) {}

  /**
   * What one instrument shows.
   *
   * @param labelValues in the order of the labels
   * @param value the count, the present value, or the sum of a histogram
   * @param buckets how many values each bucket holds, infinity last; empty unless a histogram
   */
  record Series(List<String> labelValues, double value, List<Long> buckets) {}
}
