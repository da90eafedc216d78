// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import io.prometheus.metrics.core.metrics.Histogram;

/** The histogram of requests in the Prometheus client: classic buckets, found by labels. */
final class PeerMetrics {

  private static final double NANOS_PER_SECOND = 1e9;

  private final Histogram requests =
      Histogram.builder()
          .name("http_server_request_duration_seconds")
          .labelNames(
              "http_request_method", "http_route", "http_response_status_code", "url_scheme")
          .classicOnly()
          .classicUpperBounds(
              0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
          .withoutExemplars()
          .build();

  void record(Request request, String route, String status, long nanos) {
    requests
        .labelValues(request.method(), route, status, request.scheme())
        .observe(nanos / NANOS_PER_SECOND);
  }
}
