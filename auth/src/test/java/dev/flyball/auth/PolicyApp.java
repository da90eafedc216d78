// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.AccessPolicy;
import dev.flyball.CallRecord;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Meters;
import dev.flyball.Parameters;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** A service whose endpoint asks the policy {@code p}, which each test makes. */
final class PolicyApp implements AutoCloseable {

  final InProcessApp app;
  final LocalIssuer issuer;
  private final GovernedEndpoint guarded;
  private final GovernedEndpoint scoped;
  private final GovernedEndpoint handler;
  private final GovernedEndpoint role;

  @SuppressWarnings("unused")
  private static final class Orders {

    @Policy("p")
    void guarded() {}

    @RequiresScope({"orders:read", "orders:write"})
    void scoped() {}

    @RequiresRole({"clerk", "admin"})
    void role() {}

    @RequiresScope("orders:read")
    void handler() {}
  }

  PolicyApp(Consumer<InProcessApp> change) {
    app = InProcessApp.with(new AuthModule());
    issuer = LocalIssuer.builder().port(0).audience("orders").clock(app.time()::now).start();
    app.property("flyball.auth.issuers.main.issuer", issuer.issuer());
    app.property("flyball.auth.issuers.main.audience", "orders");
    change.accept(app);
    guarded = app.govern(Orders.class, "guarded", "GET /orders/{id}");
    scoped = app.govern(Orders.class, "scoped", "POST /orders");
    role = app.govern(Orders.class, "role", "DELETE /orders");
    handler = app.govern(Orders.class, "handler", "GET /orders");
    app.start();
  }

  static PolicyApp of(AccessPolicy policy, String... properties) {
    return new PolicyApp(app -> {
      app.configure(builder -> builder.offer(AccessPolicy.class, "p", policy));
      for (int i = 0; i < properties.length; i += 2) {
        app.property(properties[i], properties[i + 1]);
      }
    });
  }

  String token() {
    return issuer.token().subject("ann").claim("jti", "token-7").scopes("orders:read").sign();
  }

  /** A call of the endpoint that the policy guards. */
  CallRecord call(String id) {
    return call(id, () -> null);
  }

  CallRecord call(String id, Callable<Object> handler) {
    return call(guarded, Map.of("id", id), handler);
  }

  CallRecord callWithoutParameters() {
    return call(guarded, Map.of(), () -> null);
  }

  CallRecord callScoped() {
    return call(scoped, Map.of(), () -> null);
  }

  CallRecord callRole() {
    return call(role, Map.of(), () -> null);
  }

  /** A call whose handler asks for itself. */
  CallRecord handle(Callable<Object> body) {
    return call(handler, Map.of("id", "ann"), body);
  }

  private CallRecord call(
      GovernedEndpoint endpoint, Map<String, String> parameters, Callable<Object> body) {
    return app.call(
        endpoint, InProcessCarrier.get("/orders").bearer(token()), Parameters.of(parameters), body);
  }

  long count(String name, String... labels) {
    double count = 0;
    for (Meters.Snapshot snapshot : app.governor().meters().snapshots()) {
      for (Meters.Series series : snapshot.series()) {
        if (snapshot.name().equals(name) && series.labelValues().equals(List.of(labels))) {
          count += series.value();
        }
      }
    }
    return (long) count;
  }

  @Override
  public void close() {
    app.close();
    issuer.close();
  }
}
