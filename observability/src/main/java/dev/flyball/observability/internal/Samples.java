// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.CallRecord;
import dev.flyball.Meters.Histogram;
import dev.flyball.Outcome;
import java.util.Arrays;
import java.util.Objects;

/**
 * The instruments of one endpoint, bound as they are needed: a handful of combinations of method,
 * status and error, looked through in order.
 */
final class Samples {

  private static final int MAX_BOUND = 64;

  private record Bound(
      String method,
      String scheme,
      Outcome.Kind kind,
      int status,
      String errorType,
      Histogram instrument) {

    boolean fits(CallRecord record, String error) {
      Outcome outcome = record.outcome();
      return status == outcome.code()
          && kind == outcome.kind()
          && method.equals(record.method())
          && scheme.equals(record.scheme())
          && errorType.equals(error);
    }
  }

  private volatile Bound[] bound = {};

  Histogram of(CallRecord record, RedMetrics metrics) {
    String error = Objects.requireNonNullElse(ErrorTypes.of(record), "");
    for (Bound each : bound) {
      if (each.fits(record, error)) {
        return each.instrument;
      }
    }
    Histogram instrument = metrics.instrument(record, error);
    if (isKnown(record)) {
      bind(record, error, instrument);
    }
    return instrument;
  }

  private synchronized void bind(CallRecord record, String error, Histogram instrument) {
    Bound[] known = bound;
    if (known.length < MAX_BOUND) {
      Outcome outcome = record.outcome();
      Bound[] more = Arrays.copyOf(known, known.length + 1);
      more[known.length] =
          new Bound(
              record.method(), record.scheme(), outcome.kind(), outcome.code(), error, instrument);
      bound = more;
    }
  }

  /** A made-up method must not take up room. */
  private static boolean isKnown(CallRecord record) {
    return record.method().isEmpty() || HttpMethods.known(record.method()).equals(record.method());
  }
}
