// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.CallListener;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Meters;
import dev.flyball.Meters.Family;
import dev.flyball.Meters.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rate, errors and duration of every request, outgoing call and job, by route and never by path.
 *
 * <p>One sample per request: a call inside another is no request of its own.
 */
public final class RedMetrics implements CallListener {

  /** The route of requests that entered no endpoint. */
  static final String UNMATCHED = "_UNMATCHED";

  private static final String OVERFLOW = "_OVERFLOW";
  private static final int MAX_ERROR_TYPES = 32;

  /** The buckets that the semantic conventions advise. */
  private static final List<Long> BOUNDS =
      nanos(5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000);

  private final Routes routes;
  private final Family<Histogram> requests;
  private final Family<Histogram> dependencies;
  private final Family<Histogram> jobs;
  private final Map<Endpoint, Samples> samples = new ConcurrentHashMap<>();
  private final Set<String> errorTypes = ConcurrentHashMap.newKeySet();

  /** Metrics of one governor. */
  public RedMetrics(Meters meters, Routes routes) {
    this.routes = routes;
    this.requests =
        meters.durations(
            "http.server.request.duration",
            "Duration of HTTP server requests.",
            BOUNDS,
            "http.request.method",
            "http.route",
            "http.response.status_code",
            "url.scheme",
            "error.type");
    this.dependencies =
        meters.durations(
            "http.client.request.duration",
            "Duration of HTTP client requests.",
            BOUNDS,
            "http.request.method",
            "flyball.dependency",
            "http.response.status_code",
            "error.type");
    this.jobs =
        meters.durations(
            "flyball.job.duration",
            "Duration of jobs.",
            BOUNDS,
            "flyball.job",
            "flyball.outcome",
            "error.type");
  }

  private static List<Long> nanos(int... millis) {
    List<Long> nanos = new ArrayList<>();
    for (int each : millis) {
      nanos.add(each * 1_000_000L);
    }
    return List.copyOf(nanos);
  }

  @Override
  public int order() {
    return 50;
  }

  @Override
  public boolean interest(Endpoint endpoint) {
    return switch (endpoint.kind()) {
      case CLIENT, JOB, ENVELOPE -> true;
      case SERVER -> endpoint.protocol().equals("http");
    };
  }

  @Override
  public void onEnd(CallRecord record) {
    if (record.parent() == null) {
      Samples known = samples.get(record.endpoint());
      if (known == null) {
        known = samples.computeIfAbsent(record.endpoint(), unused -> new Samples());
      }
      known.of(record, this).record(record.durationNanos());
    }
  }

  /** The instrument for records that look like this one: found by labels, once. */
  Histogram instrument(CallRecord record, String errorType) {
    Endpoint endpoint = record.endpoint();
    String method = HttpMethods.known(record.method());
    String status = status(record);
    String error = bounded(errorType);
    return switch (endpoint.kind()) {
      case CLIENT -> dependencies.with(method, endpoint.operation(), status, error);
      case JOB -> jobs.with(endpoint.operation(), outcome(record), error);
      default -> requests.with(method, route(record), status, record.scheme(), error);
    };
  }

  private String route(CallRecord record) {
    String template = record.entered() ? routes.of(record.endpoint()).template() : null;
    return Objects.requireNonNullElse(template, UNMATCHED);
  }

  private static String status(CallRecord record) {
    int code = record.outcome().code();
    return code > 0 ? Integer.toString(code) : "";
  }

  private static String outcome(CallRecord record) {
    return record.outcome().kind().name().toLowerCase(Locale.ROOT);
  }

  /** Classes of exceptions are few, unless somebody makes them up as he goes. */
  private String bounded(String errorType) {
    if (errorType.isEmpty() || errorTypes.contains(errorType)) {
      return errorType;
    }
    if (errorTypes.size() >= MAX_ERROR_TYPES) {
      return OVERFLOW;
    }
    errorTypes.add(errorType);
    return errorType;
  }
}
