// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.AdminRoute;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Meters;
import dev.flyball.observability.ObservabilityModule;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a scraper reads, parsed as strictly as the format is written down. */
class MetricsPageTest {

  private static final String OPEN_METRICS =
      "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5";

  private InProcessApp app;
  private Meters meters;

  @BeforeEach
  void start() {
    app =
        InProcessApp.with(new ObservabilityModule())
            .property("flyball.auth.delegated", "authorization is not under test")
            .property("flyball.service.name", "orders")
            .property("flyball.service.version", "1.2.3");
    GovernedEndpoint orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    meters = app.governor().meters();
    app.call(
        orders,
        InProcessCarrier.get("/orders/7"),
        () -> {
          app.time().advance(Duration.ofMillis(75));
          return null;
        });
  }

  @AfterEach
  void close() {
    app.close();
  }

  private AdminRoute.Response scrape(String accept) {
    AdminRoute route =
        app.governor().adminRoutes().stream()
            .filter(each -> each.path().equals("metrics"))
            .findFirst()
            .orElseThrow();
    assertThat(route.scope()).as("scrapers have no credential").isNull();
    return route.handler().handle(new AdminRoute.Request(null, accept, "", null));
  }

  @Test
  void page_isStrictTextOfPrometheus() {
    AdminRoute.Response response = scrape(null);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.contentType()).startsWith("text/plain; version=0.0.4");
    PrometheusText text = PrometheusText.parse(response.body());
    Map<String, String> labels =
        Map.of(
            "http_request_method",
            "GET",
            "http_route",
            "/orders/{id}",
            "http_response_status_code",
            "200",
            "url_scheme",
            "http",
            "error_type",
            "");
    PrometheusText.Family family = text.family("http_server_request_duration_seconds");
    assertThat(family.type()).isEqualTo("histogram");
    assertThat(family.help()).isEqualTo("Duration of HTTP server requests.");
    assertThat(family.value("http_server_request_duration_seconds_count", labels)).isEqualTo(1);
    assertThat(family.value("http_server_request_duration_seconds_sum", labels)).isEqualTo(0.075);
    assertThat(family.bounds())
        .containsExactly(
            "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
            "5.0", "7.5", "10.0", "+Inf");
    assertThat(
            text.family("target_info")
                .value("target_info", Map.of("service_name", "orders", "service_version", "1.2.3")))
        .isEqualTo(1);
    assertThat(text.family("flyball_trace_invalid_traceparent_total").type()).isEqualTo("counter");
    assertThat(text.families()).allSatisfy(each -> assertThat(each.help()).isNotBlank());
  }

  @Test
  void row37_openMetricsForThoseWhoAskForIt() {
    AdminRoute.Response response = scrape(OPEN_METRICS);
    assertThat(response.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(response.body())
        .endsWith("# EOF\n")
        .contains("# UNIT http_server_request_duration_seconds seconds\n");
    assertThat(scrape("text/plain").body()).doesNotContain("# EOF", "# UNIT");
    assertThat(scrape("*/*").contentType()).startsWith("text/plain");
  }

  @Test
  void row36_hostileLabelValues_areEscaped() {
    for (String each : List.of("\"", "\\", "\n", "a\"b\\c\nd", "\uD800", "\u0000", "{}", "é")) {
      meters.counter("test.hostile", "{x}", "A \"test\"\nof \\ text.", "label").with(each).add(1);
    }
    PrometheusText text = PrometheusText.parse(scrape(null).body());
    PrometheusText.Family family = text.family("test_hostile_total");
    assertThat(family.help()).isEqualTo("A \"test\"\nof \\ text.");
    assertThat(family.value("test_hostile_total", Map.of("label", "a\"b\\c\nd"))).isEqualTo(1);
    assertThat(family.samples()).hasSize(8);
    PrometheusText.parse(scrape(OPEN_METRICS).body());
  }

  @Test
  void row35_namesThatMeetOnceWritten_hideNothingElse() {
    meters.counter("test.same.name", "{x}", "One.").with().add(1);
    meters.counter("test.same_name", "{x}", "Two.").with().add(2);
    meters.gauge("test.same-name", "1", "Three.", Map.of(), () -> 3);
    PrometheusText text = PrometheusText.parse(scrape(null).body());
    assertThat(text.families().stream().filter(each -> each.name().startsWith("test_same")))
        .hasSize(1);
    assertThat(text.family("http_server_request_duration_seconds").samples()).isNotEmpty();
  }

  @Test
  void gaugeThatThrows_isNotANumberAndHidesNothing() {
    meters.gauge(
        "test.throws",
        "By",
        "Throws.",
        Map.of(),
        () -> {
          throw new IllegalStateException();
        });
    PrometheusText text = PrometheusText.parse(scrape(null).body());
    assertThat(text.family("test_throws_bytes").value("test_throws_bytes", Map.of())).isNaN();
  }

  @Test
  void row38_scrapesAtTheSameTime_areAllWhole() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> scrapes =
          IntStream.range(0, 64)
              .<Callable<Integer>>mapToObj(i ->
                  () -> {
                    meters.counter("test.busy", "{x}", "Busy.", "i").with("" + i).add(1);
                    return PrometheusText.parse(scrape(i % 2 == 0 ? null : OPEN_METRICS).body())
                        .families()
                        .size();
                  })
              .collect(Collectors.toList());
      for (Future<Integer> each : threads.invokeAll(scrapes)) {
        assertThat(each.get()).isGreaterThan(5);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
