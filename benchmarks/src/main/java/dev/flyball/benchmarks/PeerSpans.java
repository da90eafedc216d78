// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server span of the SDK, made by hand, with the attributes that a governed call gives it. */
final class PeerSpans {

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
  private static final AttributeKey<String> AGENT = AttributeKey.stringKey("user_agent.original");
  private static final AttributeKey<String> VERSION =
      AttributeKey.stringKey("network.protocol.version");
  private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");

  private static final TextMapGetter<Request> HEADERS =
      new TextMapGetter<>() {
        @Override
        @SuppressWarnings("deprecation") // and yet it has to be there
        public Iterable<String> keys(Request request) {
          return List.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable Request request, String name) {
          return request == null ? null : request.header(name);
        }
      };

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  PeerSpans(OpenTelemetry telemetry) {
    tracer = telemetry.getTracer("benchmarks");
    propagator = telemetry.getPropagators().getTextMapPropagator();
  }

  /** The context of a request, with its span. */
  Context start(Request request) {
    Context caller = propagator.extract(Context.current(), request, HEADERS);
    Span span =
        tracer
            .spanBuilder("GET")
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(METHOD, request.method())
            .setAttribute(PATH, request.path())
            .setAttribute(SCHEME, request.scheme())
            .setAttribute(CLIENT, request.peerAddress())
            .setAttribute(AGENT, request.header("User-Agent"))
            .setAttribute(VERSION, request.protocolVersion())
            .setAttribute(SERVER, request.authority())
            .startSpan();
    return caller.with(span);
  }
}
