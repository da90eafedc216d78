// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.logstash.logback.encoder.LogstashEncoder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same jobs with plain libraries, as somebody would wire them who knows them well: java-jwt
 * with a map of known tokens, OpenFeature, the OpenTelemetry SDK, the Prometheus client, and one
 * line of fifteen fields through the encoder of Logstash.
 */
final class PeerService {

  private record Caller(
      String subject, String client, String country, Set<String> scopes, long expires) {}

  private final Logger logger = LoggerFactory.getLogger("access");
  private final PeerSpans spans = new PeerSpans(Telemetry.sdk());
  private final PeerMetrics metrics = new PeerMetrics();
  private final PeerFlags flags = PeerFlags.byHashCode();
  private final Map<String, Caller> known = new ConcurrentHashMap<>();
  private final JWTVerifier verifier;
  private final boolean cached;

  /**
   * A service that trusts the issuer of tokens.
   *
   * @param cached whether it recognises tokens
   */
  PeerService(Tokens tokens, boolean cached) {
    DiscardedLog.through(new LogstashEncoder());
    this.verifier =
        JWT.require(Algorithm.RSA256((RSAPublicKey) tokens.key(), null))
            .withIssuer(Tokens.ISSUER)
            .withAudience(Tokens.AUDIENCE)
            .build();
    this.cached = cached;
  }

  /** One call of what is open to all. */
  int ping(Request request) {
    long start = System.nanoTime();
    Context context = spans.start(request);
    try (Scope scope = context.makeCurrent()) {
      return end(request, context, start, "/ping", 200, null, false);
    }
  }

  /** One call of what is protected, whose handler asks for a flag. */
  int order(Request request) {
    long start = System.nanoTime();
    Context context = spans.start(request);
    try (Scope scope = context.makeCurrent()) {
      Caller caller = authenticate(request.authorization());
      if (caller == null || !caller.scopes.contains(Orders.SCOPE)) {
        return end(
            request, context, start, Orders.ROUTE, caller == null ? 401 : 403, caller, false);
      }
      boolean on = flags.isOn(caller.subject, caller.country);
      return end(request, context, start, Orders.ROUTE, 200, caller, on);
    }
  }

  private @Nullable Caller authenticate(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Caller caller = known.get(header);
    if (caller != null && caller.expires > System.currentTimeMillis() / 1_000) {
      return caller;
    }
    try {
      Caller verified = caller(verifier.verify(header.substring("Bearer ".length())));
      if (cached) {
        known.put(header, verified);
      }
      return verified;
    } catch (JWTVerificationException e) {
      return null;
    }
  }

  private static Caller caller(DecodedJWT token) {
    return new Caller(
        token.getSubject(),
        token.getClaim("client_id").asString(),
        token.getClaim("country").asString(),
        Set.of(token.getClaim("scope").asString().split(" ")),
        token.getExpiresAtAsInstant().getEpochSecond());
  }

  private int end(
      Request request,
      Context context,
      long start,
      String route,
      int status,
      @Nullable Caller caller,
      boolean on) {
    Span span = Span.fromContext(context);
    span.end();
    long nanos = System.nanoTime() - start;
    metrics.record(request, route, Integer.toString(status), nanos);
    SpanContext ids = span.getSpanContext();
    logger
        .atInfo()
        .addKeyValue("event.action", "server-call")
        .addKeyValue("http.request.method", request.method())
        .addKeyValue("http.route", route)
        .addKeyValue("http.response.status_code", status)
        .addKeyValue("url.path", request.path())
        .addKeyValue("url.scheme", request.scheme())
        .addKeyValue("client.ip", request.peerAddress())
        .addKeyValue("user_agent.original", request.header("User-Agent"))
        .addKeyValue("event.duration", nanos)
        .addKeyValue("trace.id", ids.getTraceId())
        .addKeyValue("span.id", ids.getSpanId())
        .addKeyValue("user.id", caller == null ? "" : caller.subject)
        .addKeyValue("client", caller == null ? "" : caller.client)
        .addKeyValue("feature_flag.key", Shop.FLAG)
        .addKeyValue("feature_flag.result.variant", on ? "on" : "off")
        .log("GET");
    return status;
  }
}
