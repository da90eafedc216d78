// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.AdminRoute;
import dev.flyball.Meters;
import dev.flyball.Meters.Snapshot;
import dev.flyball.ServiceIdentity;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every instrument of a governor as Prometheus reads it, in OpenMetrics for who asks for it. */
final class Exposition {

  private static final Logger logger = LoggerFactory.getLogger(Exposition.class);

  private final Meters meters;
  private final InfoSnapshot target;
  private final PrometheusTextFormatWriter text = PrometheusTextFormatWriter.create();
  private final OpenMetricsTextFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  Exposition(Meters meters, ServiceIdentity service) {
    this.meters = meters;
    this.target = target(service);
  }

  AdminRoute.Response page(@Nullable String accept) {
    ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
    ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(body, snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written anywhere but to memory
    }
    return new AdminRoute.Response(
        200, writer.getContentType(), body.toString(StandardCharsets.UTF_8));
  }

  /** One instrument that cannot be shown, or whose name another has, must not hide the others. */
  private MetricSnapshots snapshots() {
    Map<String, MetricSnapshot> shown = new LinkedHashMap<>();
    shown.put("target", target);
    for (Snapshot snapshot : meters.snapshots()) {
      try {
        MetricSnapshot metric = metric(snapshot);
        if (shown.putIfAbsent(metric.getMetadata().getPrometheusName(), metric) != null) {
          tell(snapshot, "another is shown under the same name");
        }
      } catch (RuntimeException e) {
        tell(snapshot, e.toString());
      }
    }
    return new MetricSnapshots(shown.values());
  }

  private void tell(Snapshot snapshot, String why) {
    if (told.add(snapshot.name())) {
      logger.warn("the meter {} is not shown in metrics: {}", snapshot.name(), why);
    }
  }

  private static MetricSnapshot metric(Snapshot snapshot) {
    return switch (snapshot.kind()) {
      case COUNTER -> counter(snapshot);
      case GAUGE -> gauge(snapshot);
      case HISTOGRAM -> histogram(snapshot);
    };
  }

  private static MetricSnapshot counter(Snapshot snapshot) {
    CounterSnapshot.Builder builder = describe(CounterSnapshot.builder(), snapshot);
    for (Meters.Series series : snapshot.series()) {
      builder.dataPoint(
          CounterDataPointSnapshot.builder()
              .value(series.value())
              .labels(labels(snapshot, series))
              .build());
    }
    return builder.build();
  }

  private static MetricSnapshot gauge(Snapshot snapshot) {
    GaugeSnapshot.Builder builder = describe(GaugeSnapshot.builder(), snapshot);
    for (Meters.Series series : snapshot.series()) {
      builder.dataPoint(
          GaugeDataPointSnapshot.builder()
              .value(series.value())
              .labels(labels(snapshot, series))
              .build());
    }
    return builder.build();
  }

  private static MetricSnapshot histogram(Snapshot snapshot) {
    HistogramSnapshot.Builder builder = describe(HistogramSnapshot.builder(), snapshot);
    List<Double> bounds = new ArrayList<>(snapshot.bounds());
    bounds.add(Double.POSITIVE_INFINITY);
    for (Meters.Series series : snapshot.series()) {
      builder.dataPoint(
          HistogramDataPointSnapshot.builder()
              .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, series.buckets()))
              .sum(series.value())
              .labels(labels(snapshot, series))
              .build());
    }
    return builder.build();
  }

  private static <B extends MetricSnapshot.Builder<B>> B describe(B builder, Snapshot snapshot) {
    Unit unit = unit(snapshot.unit());
    String clean =
        PrometheusNaming.prometheusName(PrometheusNaming.sanitizeMetricName(snapshot.name()));
    if (unit == null) {
      return builder.name(clean).help(snapshot.doc());
    }
    return builder
        .name(PrometheusNaming.sanitizeMetricName(clean, unit))
        .help(snapshot.doc())
        .unit(unit);
  }

  /** The units that Prometheus writes into a name; things in braces are counted, not measured. */
  private static @Nullable Unit unit(String unit) {
    return switch (unit) {
      case "s" -> Unit.SECONDS;
      case "By" -> Unit.BYTES;
      default -> null;
    };
  }

  private static Labels labels(Snapshot snapshot, Meters.Series series) {
    return Labels.of(
        snapshot.labels().stream().map(Exposition::label).toList(), series.labelValues());
  }

  private static String label(String name) {
    return PrometheusNaming.prometheusName(PrometheusNaming.sanitizeLabelName(name));
  }

  private static InfoSnapshot target(ServiceIdentity service) {
    List<String> names = new ArrayList<>(List.of("service_name"));
    List<String> values = new ArrayList<>(List.of(service.name()));
    if (service.version() != null) {
      names.add("service_version");
      values.add(service.version());
    }
    if (service.environment() != null) {
      names.add("deployment_environment_name");
      values.add(service.environment());
    }
    return InfoSnapshot.builder()
        .name("target")
        .help("What the service is.")
        .dataPoint(InfoDataPointSnapshot.builder().labels(Labels.of(names, values)).build())
        .build();
  }
}
