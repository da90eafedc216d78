// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.flags.Flag;
import dev.flyball.flags.Flags;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Scope;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A governed service without a host: the modules that are on the class path, and their defaults.
 */
final class GovernedService implements AutoCloseable {

  private static final int RESPONSE_BYTES = 128;

  private final Governor governor;
  private final GovernedEndpoint ping;
  private final @Nullable GovernedEndpoint orders;
  private final @Nullable Flag<Boolean> flag;

  private GovernedService(GovernorBuilder builder, boolean on) {
    DiscardedLog.asConfigured();
    governor =
        builder
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .build();
    ping = govern("ping", "GET /ping");
    orders = on ? govern("get", "GET " + Orders.ROUTE) : null;
    governor.start();
    flag = on ? governor.find(Flags.class).orElseThrow().bool(Shop.FLAG, false) : null;
  }

  /**
   * A service that trusts the issuer of tokens.
   *
   * @param telemetry the SDK; null for a service without one
   * @param cacheSize how many tokens are recognised
   */
  static GovernedService trusting(Tokens tokens, @Nullable OpenTelemetry telemetry, int cacheSize) {
    Path folder = Shop.folder();
    String issuer = "flyball.auth.issuers.shop.";
    GovernorBuilder builder =
        Governor.builder()
            .directory(folder)
            .property(issuer + "issuer", Tokens.ISSUER)
            .property(issuer + "audience", Tokens.AUDIENCE)
            .property(issuer + "jwks", tokens.publish().toString())
            .property(issuer + "tenant-claim", "tenant")
            .property("flyball.auth.token-cache.size", Integer.toString(cacheSize))
            .property("flyball.flags.file", Shop.flags(folder).toString());
    if (telemetry != null) {
      builder.offer(OpenTelemetry.class, "default", telemetry);
    }
    return new GovernedService(builder, true);
  }

  /** A service that is switched off and has nothing to protect. */
  static GovernedService switchedOff() {
    GovernorBuilder builder =
        Governor.builder().directory(Shop.folder()).property("flyball.enabled", "false");
    return new GovernedService(builder, false);
  }

  private GovernedEndpoint govern(String method, String operation) {
    return governor.govern(
        Endpoint.builder("http", operation).source(Orders.class, Orders.method(method)).build());
  }

  /** One call of what is open to all. */
  Call ping(Request request) {
    Call call = governor.begin(request);
    if (call.enter(ping, Parameters.none()) instanceof Decision.Refuse refused) {
      call.end(Outcome.of(refused.problem(), null));
      return call;
    }
    try (Scope scope = call.openScope()) {
      answer(call);
    }
    call.end(Outcome.http(200));
    return call;
  }

  /** One call of what is protected, whose handler asks for a flag. */
  CallRecord order(Request request) {
    Call call = governor.begin(request);
    GovernedEndpoint target = Objects.requireNonNull(orders);
    if (call.enter(target, Parameters.none()) instanceof Decision.Refuse refused) {
      call.end(Outcome.of(refused.problem(), null));
      return (CallRecord) call;
    }
    try (Scope scope = call.openScope()) {
      Objects.requireNonNull(flag).get();
      answer(call);
    }
    call.end(Outcome.http(200));
    return (CallRecord) call;
  }

  private static void answer(Call call) {
    call.responseStarted(200);
    call.bytesSent(RESPONSE_BYTES);
  }

  @Override
  public void close() {
    governor.close();
  }
}
