// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.flyball.CallRecord;
import dev.flyball.Meters;
import dev.flyball.observability.EcsEncoder;
import dev.flyball.testkit.InProcessCarrier;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** What the operators of a service see of the calls that it makes. */
class ObservedCallTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String INBOUND = "00-" + TRACE + "-b7ad6b7169203331-01";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final Lines lines = new Lines();
  private Peer peer;
  private Service service;
  private HttpClient client;

  @BeforeEach
  void start() throws Exception {
    lines.start();
    peer = new Peer();
    OpenTelemetry telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    service =
        Service.observed(app ->
            app.configure(builder -> builder.offer(OpenTelemetry.class, "default", telemetry)));
    client = service.client(HttpClient.newHttpClient());
  }

  @AfterEach
  void stop() {
    peer.close();
    service.close();
    lines.stop();
  }

  static Sending[] sendings() {
    return Sending.here();
  }

  private HttpRequest get(String target) {
    return HttpRequest.newBuilder(peer.uri(target)).build();
  }

  private void send(Sending sending, String target) throws Exception {
    service.inside(
        InProcessCarrier.get("/orders/7")
            .header("traceparent", INBOUND)
            .header("tracestate", "a@=1,b=2"),
        () -> sending.send(client, get(target), BodyHandlers.ofString()));
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void traceOfTheInboundCall_goesOn(Sending sending) throws Exception {
    send(sending, "/text");

    CallRecord inbound =
        service.app.records().stream()
            .filter(record -> record.remoteHost() == null)
            .findFirst()
            .orElseThrow();
    CallRecord outgoing = service.record();
    assertThat(outgoing.trace().traceId()).isEqualTo(TRACE);
    assertThat(outgoing.trace().parentSpanId()).isEqualTo(inbound.trace().spanId());
    assertThat(peer.onlyRequest().get("traceparent"))
        .containsExactly("00-" + TRACE + "-" + outgoing.trace().spanIdHex() + "-01");
    assertThat(peer.onlyRequest().get("tracestate")).containsExactly("a@=1,b=2");
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void span_isThatOfAClient(Sending sending) throws Exception {
    send(sending, "/status/404?token=secret");

    List<SpanData> spans = exporter.getFinishedSpanItems();
    assertThat(spans).hasSize(2);
    SpanData span = spans.get(0);
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(span.getParentSpanId()).isEqualTo(spans.get(1).getSpanId());
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    Map<String, Object> attributes = new HashMap<>();
    span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
    assertThat(attributes)
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.response.status_code", 404L)
        .containsEntry("server.address", "127.0.0.1")
        .containsEntry("server.port", (long) peer.uri("/").getPort())
        .containsEntry("url.full", peer.uri("/status/404").toString())
        .containsEntry("error.type", "404")
        .containsEntry("flyball.dependency", "payments")
        .containsEntry("flyball.outcome", "client_error");
  }

  @Test
  void spansThatTheClientInsideStarts_areChildrenOfTheCalls() throws Exception {
    String[] inside = new String[1];
    HttpClient noting =
        service.client(
            new ForwardingClient(HttpClient.newHttpClient()) {
              @Override
              public <T> java.net.http.HttpResponse<T> send(
                  HttpRequest request, java.net.http.HttpResponse.BodyHandler<T> handler)
                  throws java.io.IOException, InterruptedException {
                inside[0] = Span.current().getSpanContext().getSpanId();
                return super.send(request, handler);
              }
            });
    noting.send(get("/text"), BodyHandlers.ofString());
    assertThat(inside[0]).isEqualTo(service.record().trace().spanIdHex());
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void metric_hasTheDependencyAsLabel(Sending sending) throws Exception {
    send(sending, "/status/200?token=secret");
    send(sending, "/status/503");
    peer.close();
    assertThat(catchThrowable(() -> send(sending, "/text"))).isNotNull();

    assertThat(service.series("http.client.request.duration").map(Meters.Series::labelValues))
        .containsExactlyInAnyOrder(
            List.of("GET", "payments", "200", ""),
            List.of("GET", "payments", "503", "503"),
            List.of("GET", "payments", "", "java.net.ConnectException"));
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void line_saysWhatWasCalledAndHowItWent(Sending sending) throws Exception {
    send(sending, "/text?token=secret");

    assertThat(lines.text()).doesNotContain("secret");
    assertThat(lines.parsed().get(0))
        .containsEntry("message", "client:payments 200")
        .containsEntry("log.level", "INFO")
        .containsEntry("trace.id", TRACE)
        .containsEntry("span.id", service.record().trace().spanIdHex())
        .containsEntry("event.action", "client-call")
        .containsEntry("event.outcome", "success")
        .containsEntry("flyball.endpoint", "client:payments")
        .containsEntry("flyball.dependency", "payments")
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.response.status_code", 200)
        .containsEntry("http.request.body.bytes", 0)
        .containsEntry("http.response.body.bytes", 9)
        .containsEntry("url.path", "/text")
        .containsEntry("url.scheme", "http")
        .containsEntry("server.address", "127.0.0.1");
  }

  @Test
  void lineOfACallThatFailed_saysWhy() throws Exception {
    peer.close();
    assertThat(catchThrowable(() -> send(Sending.BLOCKING, "/text?token=secret"))).isNotNull();

    assertThat(lines.text()).doesNotContain("secret");
    assertThat(lines.parsed().get(0))
        .containsEntry("log.level", "ERROR")
        .containsEntry("event.outcome", "failure")
        .containsEntry("flyball.outcome", "server_error")
        .containsEntry("error.type", "java.net.ConnectException")
        .doesNotContainKey("http.response.status_code");
  }

  /** The lines of calls, as the service writes them. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {

    private final Logger logger = (Logger) LoggerFactory.getLogger("flyball.call");
    private final EcsEncoder encoder = new EcsEncoder();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void start() {
      setContext(logger.getLoggerContext());
      encoder.setContext(logger.getLoggerContext());
      encoder.start();
      logger.setLevel(Level.TRACE);
      logger.setAdditive(false);
      logger.addAppender(this);
      super.start();
    }

    @Override
    public void stop() {
      super.stop();
      logger.detachAppender(this);
      logger.setLevel(null);
      logger.setAdditive(true);
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
    }

    String text() {
      return String.join("", lines);
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> parsed() {
      return lines.stream()
          .map(line -> (Map<String, Object>) JsonMapper.shared().readValue(line, Map.class))
          .toList();
    }
  }
}
