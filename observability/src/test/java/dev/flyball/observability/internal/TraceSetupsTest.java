// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.observability.ObservabilityModule;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import dev.flyball.testkit.Vectors;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows 40 and 41: one SERVER span, one sample and valid ids, whatever OpenTelemetry is there. */
class TraceSetupsTest {

  enum SetUp {
    SDK,
    SDK_THAT_SAMPLES_NOTHING,
    SDK_WITHOUT_PROCESSOR,
    GLOBAL_SDK,
    API_ONLY,
    LOCAL_SPAN
  }

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private InProcessApp app;
  private GovernedEndpoint orders;

  @AfterEach
  void close() {
    if (app != null) {
      app.close();
    }
    GlobalOpenTelemetry.resetForTest();
  }

  private void start(OpenTelemetry offered) {
    app =
        InProcessApp.with(new ObservabilityModule())
            .property("flyball.auth.delegated", "authorization is not under test");
    if (offered != null) {
      app.configure(builder -> builder.offer(OpenTelemetry.class, "default", offered));
    }
    orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
  }

  private OpenTelemetrySdk sdk(Sampler sampler) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  private OpenTelemetrySdk sdk() {
    return sdk(Sampler.parentBased(Sampler.alwaysOn()));
  }

  private OpenTelemetry prepare(SetUp setUp) {
    return switch (setUp) {
      case SDK, LOCAL_SPAN -> sdk();
      case SDK_THAT_SAMPLES_NOTHING -> sdk(Sampler.alwaysOff());
      case SDK_WITHOUT_PROCESSOR ->
          OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder().build()).build();
      case GLOBAL_SDK -> {
        GlobalOpenTelemetry.set(sdk());
        yield null;
      }
      case API_ONLY -> null;
    };
  }

  @ParameterizedTest
  @EnumSource(SetUp.class)
  void row40_everySetUp_hasOneServerSpanOneSampleAndValidIds(SetUp setUp) {
    OpenTelemetry telemetry = prepare(setUp);
    start(setUp == SetUp.LOCAL_SPAN ? null : telemetry);
    Map<String, Object> inside = new HashMap<>();
    CallRecord record;
    if (setUp == SetUp.LOCAL_SPAN) {
      record = callUnderASpanOf(telemetry, inside);
    } else {
      record = call(inside, TRACEPARENT);
    }
    assertThat(record.trace().traceId()).isEqualTo(TRACE);
    assertThat(record.trace().spanIdHex()).matches("[0-9a-f]{16}").isNotEqualTo(PARENT);
    assertThat(record.trace().parentSpanId()).isEqualTo(Long.parseUnsignedLong(PARENT, 16));
    assertThat(inside)
        .as("what the context of the handler says")
        .containsEntry("trace", TRACE)
        .containsEntry("span", record.trace().spanIdHex());
    boolean recorded = setUp == SetUp.SDK || setUp == SetUp.GLOBAL_SDK || setUp == SetUp.LOCAL_SPAN;
    assertThat(exporter.getFinishedSpanItems()).hasSize(recorded ? 1 : 0);
    assertThat(samples("http.server.request.duration")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = SetUp.class,
      names = {"LOCAL_SPAN"},
      mode = EnumSource.Mode.EXCLUDE)
  void row41_withoutAParent_idsAreValidAndFlagsTellTheTruth(SetUp setUp) {
    start(prepare(setUp));
    CallRecord record = call(new HashMap<>(), null);
    assertThat(record.trace().traceId()).matches("[0-9a-f]{32}").isNotEqualTo("0".repeat(32));
    assertThat(record.trace().spanIdHex()).isNotEqualTo("0".repeat(16));
    boolean recorded = setUp == SetUp.SDK || setUp == SetUp.GLOBAL_SDK;
    assertThat(record.trace().flags() & 1).isEqualTo(recorded ? 1 : 0);
    assertThat(record.trace().flags() & 2).as("random").isEqualTo(2);
  }

  @Test
  void row41_unsampledParent_staysUnsampled() {
    start(sdk());
    CallRecord record = call(new HashMap<>(), "00-" + TRACE + "-" + PARENT + "-02");
    assertThat(record.trace().traceId()).isEqualTo(TRACE);
    assertThat(record.trace().flags()).isEqualTo(2);
    assertThat(exporter.getFinishedSpanItems()).isEmpty();
  }

  private CallRecord call(Map<String, Object> inside, String traceparent) {
    InProcessCarrier carrier = InProcessCarrier.get("/orders/7?q=secret");
    if (traceparent != null) {
      carrier.header("traceparent", traceparent).header("tracestate", "a@=1");
    }
    return app.call(
        orders,
        carrier,
        () -> {
          SpanContext current = Span.current().getSpanContext();
          inside.put("trace", current.getTraceId());
          inside.put("span", current.getSpanId());
          return null;
        });
  }

  /** As an agent does: the span is there before the adapter is asked, and ends after it. */
  private CallRecord callUnderASpanOf(OpenTelemetry telemetry, Map<String, Object> inside) {
    Span agents =
        telemetry
            .getTracer("agent")
            .spanBuilder("GET")
            .setSpanKind(SpanKind.SERVER)
            .setParent(
                Context.root()
                    .with(
                        Span.wrap(
                            SpanContext.createFromRemoteParent(
                                TRACE,
                                PARENT,
                                io.opentelemetry.api.trace.TraceFlags.getSampled(),
                                io.opentelemetry.api.trace.TraceState.getDefault()))))
            .startSpan();
    try (Scope scope = agents.makeCurrent()) {
      CallRecord record = call(inside, TRACEPARENT);
      assertThat(exporter.getFinishedSpanItems()).as("ended by its owner alone").isEmpty();
      assertThat(agents.getSpanContext().getSpanId()).isEqualTo(record.trace().spanIdHex());
      return record;
    } finally {
      agents.end();
    }
  }

  private long samples(String meter) {
    return app.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(meter))
        .flatMap(snapshot -> snapshot.series().stream())
        .flatMap(series -> series.buckets().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  @Test
  void joinedSpan_keepsItsNameAndGainsWhatGovernanceKnows() {
    OpenTelemetry telemetry = prepare(SetUp.LOCAL_SPAN);
    start(null);
    callUnderASpanOf(telemetry, new HashMap<>());
    SpanData span = exporter.getFinishedSpanItems().get(0);
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(attributes(span))
        .containsEntry("flyball.endpoint", "http:GET /orders/{id}")
        .containsEntry("flyball.outcome", "ok")
        .containsEntry("http.route", "/orders/{id}")
        .doesNotContainKey("http.request.method");
  }

  @Test
  void ownSpan_saysWhatTheConventionsAskFor() {
    start(sdk());
    InProcessCarrier carrier =
        InProcessCarrier.get("/orders/7?q=secret")
            .header("traceparent", TRACEPARENT)
            .header("tracestate", "a@=1,b=2")
            .header("Host", "[2001:db8::1]:8443")
            .header("User-Agent", "curl/8")
            .peer("192.0.2.9");
    app.call(
        orders,
        carrier,
        () -> {
          throw new IllegalStateException("boom");
        });
    SpanData span = exporter.getFinishedSpanItems().get(0);
    assertThat(span.getName()).isEqualTo("GET /orders/{id}");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getParentSpanId()).isEqualTo(PARENT);
    assertThat(span.getParentSpanContext().isRemote()).isTrue();
    assertThat(span.getSpanContext().getTraceState().asMap())
        .containsExactly(Map.entry("a@", "1"), Map.entry("b", "2"));
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.hasEnded()).isTrue();
    assertThat(attributes(span))
        .containsEntry("http.request.method", "GET")
        .containsEntry("url.path", "/orders/7")
        .containsEntry("url.scheme", "http")
        .containsEntry("http.route", "/orders/{id}")
        .containsEntry("http.response.status_code", 500L)
        .containsEntry("server.address", "2001:db8::1")
        .containsEntry("server.port", 8443L)
        .containsEntry("client.address", "192.0.2.9")
        .containsEntry("user_agent.original", "curl/8")
        .containsEntry("network.protocol.version", "1.1")
        .containsEntry("error.type", "java.lang.IllegalStateException")
        .containsEntry("flyball.outcome", "server_error");
    assertThat(attributes(span).values()).noneMatch(value -> value.toString().contains("secret"));
    assertThat(span.getEvents()).as("no exception, which may hold anything").isEmpty();
  }

  @Test
  void row33_row34_unknownRouteAndMethod_leaveNamesOfFewWords() {
    start(sdk());
    Call lost = app.governor().begin(InProcessCarrier.of("FOO" + "x".repeat(10_000), "/a/b/c"));
    lost.end(Outcome.http(404));
    SpanData span = exporter.getFinishedSpanItems().get(0);
    assertThat(span.getName()).isEqualTo("HTTP");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attributes(span))
        .containsEntry("http.request.method", "_OTHER")
        .containsEntry("http.request.method_original", "FOO" + "x".repeat(61))
        .containsEntry("flyball.rule", "host")
        .doesNotContainKeys("http.route", "error.type");
  }

  @Test
  void refusedCall_isNoErrorOfTheServer() {
    start(sdk());
    Call call = app.governor().begin(InProcessCarrier.get("/orders/7"));
    call.enter(orders, Parameters.none());
    call.end(Outcome.http(403));
    call.end(Outcome.http(500));
    assertThat(exporter.getFinishedSpanItems()).hasSize(1);
    SpanData span = exporter.getFinishedSpanItems().get(0);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attributes(span)).containsEntry("http.response.status_code", 403L);
  }

  @ParameterizedTest
  @EnumSource(
      value = SetUp.class,
      names = {"SDK", "API_ONLY"})
  void outgoingCall_isAChildAndCarriesItsIds(SetUp setUp) {
    start(prepare(setUp));
    W3cTraceContextTest.Outgoing outgoing = new W3cTraceContextTest.Outgoing();
    List<Call> calls = new ArrayList<>();
    CallRecord record =
        app.call(
            orders,
            InProcessCarrier.get("/orders/7")
                .header("traceparent", TRACEPARENT)
                .header("tracestate", "a@=1"),
            () -> {
              Call client = app.governor().beginOutgoing(outgoing);
              calls.add(client);
              assertThat(Call.current()).as("the server call stays").isNotSameAs(client);
              client.end(Outcome.http(404));
              return null;
            });
    CallRecord client = (CallRecord) calls.get(0);
    assertThat(client.trace().traceId()).isEqualTo(TRACE);
    assertThat(client.trace().parentSpanId()).isEqualTo(record.trace().spanId());
    assertThat(outgoing.sent)
        .containsEntry("traceparent", client.trace().traceparent())
        .containsEntry("tracestate", "a@=1");
    if (setUp == SetUp.SDK) {
      SpanData span = exporter.getFinishedSpanItems().get(0);
      assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
      assertThat(span.getName()).isEqualTo("GET");
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(attributes(span))
          .containsEntry("server.address", "pay.example")
          .containsEntry("server.port", 443L)
          .containsEntry("url.full", "https://pay.example/charges/7")
          .containsEntry("error.type", "404")
          .containsEntry("flyball.dependency", "payments");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, https://pay.example/charges/7",
    "80, https://pay.example:80/charges/7",
    "443, https://pay.example/charges/7",
    "8443, https://pay.example:8443/charges/7"
  })
  void urlOfAnOutgoingCall_namesAPortThatIsNotUsual(int port, String url) {
    start(prepare(SetUp.SDK));
    W3cTraceContextTest.Outgoing outgoing = new W3cTraceContextTest.Outgoing();
    outgoing.port = port;
    app.governor().beginOutgoing(outgoing).end(Outcome.http(200));
    assertThat(attributes(exporter.getFinishedSpanItems().get(0))).containsEntry("url.full", url);
  }

  @ParameterizedTest
  @EnumSource(
      value = SetUp.class,
      names = {"SDK", "API_ONLY"})
  void job_isARootOrAChildOfWhatIsCurrent(SetUp setUp) throws Exception {
    start(prepare(setUp));
    app.governor().run("job:alone", null, () -> null);
    app.call(
        orders,
        InProcessCarrier.get("/orders/7").header("traceparent", TRACEPARENT),
        () -> app.governor().run("job:inside", null, () -> null));
    List<CallRecord> records = app.records();
    assertThat(records.get(0).trace().parentSpanId()).isZero();
    assertThat(records.get(1).trace().traceId()).isEqualTo(TRACE);
    assertThat(records.get(1).trace().parentSpanId()).isEqualTo(records.get(2).trace().spanId());
    if (setUp == SetUp.SDK) {
      assertThat(exporter.getFinishedSpanItems())
          .extracting(SpanData::getName, SpanData::getKind)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("job:alone", SpanKind.INTERNAL),
              org.assertj.core.groups.Tuple.tuple("job:inside", SpanKind.INTERNAL),
              org.assertj.core.groups.Tuple.tuple("GET /orders/{id}", SpanKind.SERVER));
    }
  }

  @Test
  void globalOpenTelemetry_isNeverSetAndIsFoundLater() {
    start(null);
    call(new HashMap<>(), null);
    assertThat(GlobalOpenTelemetry.isSet()).isFalse();
    GlobalOpenTelemetry.set(sdk());
    app.time().advance(Duration.ofSeconds(2));
    call(new HashMap<>(), null);
    assertThat(exporter.getFinishedSpanItems()).hasSize(1);
  }

  @Test
  void parentFoundByTheHostInAMalformedHeader_isNotContinued() {
    start(sdk());
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            TRACE,
            PARENT,
            io.opentelemetry.api.trace.TraceFlags.getSampled(),
            io.opentelemetry.api.trace.TraceState.getDefault());
    try (Scope scope = Context.root().with(Span.wrap(remote)).makeCurrent()) {
      CallRecord record = call(new HashMap<>(), TRACEPARENT.toUpperCase(java.util.Locale.ROOT));
      assertThat(record.trace().traceId()).isNotEqualTo(TRACE);
    }
  }

  @Test
  void tracingSwitchedOff_givesNoIds() {
    app =
        InProcessApp.with(new ObservabilityModule())
            .property("flyball.auth.delegated", "authorization is not under test")
            .property("flyball.trace.enabled", "false");
    orders = app.govern(Endpoint.builder("http", "GET /orders/{id}"));
    app.start();
    assertThat(call(new HashMap<>(), TRACEPARENT).trace()).isNull();
    assertThat(samples("http.server.request.duration")).isEqualTo(1);
  }

  @Test
  void samplerThatThrows_leavesTheCallAlone() {
    start(
        sdk(
            new Sampler() {
              @Override
              public io.opentelemetry.sdk.trace.samplers.SamplingResult shouldSample(
                  Context parent,
                  String traceId,
                  String name,
                  SpanKind kind,
                  io.opentelemetry.api.common.Attributes attributes,
                  List<io.opentelemetry.sdk.trace.data.LinkData> links) {
                throw new IllegalStateException("sampler");
              }

              @Override
              public String getDescription() {
                return "throws";
              }
            }));
    CallRecord record = call(new HashMap<>(), TRACEPARENT);
    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(record.trace().traceId()).isEqualTo(TRACE);
    assertThat(record.trace().spanIdHex()).isNotEqualTo(PARENT);
    assertThat(
            app.governor().meters().snapshots().stream()
                .filter(each -> each.name().equals("flyball.trace.span_failures"))
                .flatMap(each -> each.series().stream()))
        .singleElement()
        .satisfies(each -> assertThat(each.value()).isEqualTo(1));
  }

  @Test
  void attributeNames_areThoseOfTheSemanticConventions() throws IOException {
    Set<String> known = conventions();
    Stream<AttributeKey<?>> ours =
        Stream.of(
            SpanFacts.METHOD,
            SpanFacts.METHOD_ORIGINAL,
            SpanFacts.FULL_URL,
            SpanFacts.PATH,
            SpanFacts.SCHEME,
            SpanFacts.ROUTE,
            SpanFacts.STATUS,
            SpanFacts.SERVER_ADDRESS,
            SpanFacts.SERVER_PORT,
            SpanFacts.CLIENT_ADDRESS,
            SpanFacts.USER_AGENT,
            SpanFacts.PROTOCOL_VERSION,
            SpanFacts.ERROR_TYPE);
    assertThat(ours.map(AttributeKey::getKey)).isSubsetOf(known);
  }

  private static Set<String> conventions() throws IOException {
    Pattern id = Pattern.compile("^ +- (?:id|key): ['\"]?([a-z_.]+)['\"]?\\s*$", Pattern.MULTILINE);
    try (Stream<Path> files = Files.walk(Vectors.path("observability/otel-semconv/model"))) {
      return files
          .filter(file -> file.endsWith("registry.yaml"))
          .flatMap(file -> id.matcher(read(file)).results())
          .map(match -> match.group(1))
          .collect(Collectors.toSet());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, Object> attributes(SpanData span) {
    Map<String, Object> attributes = new HashMap<>();
    span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
    return attributes;
  }
}
