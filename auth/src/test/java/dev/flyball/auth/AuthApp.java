// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.CallRecord;
import dev.flyball.GovernedEndpoint;
import dev.flyball.HealthCheck;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import dev.flyball.testkit.ManualTime;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A service without a host that trusts a real issuer; both go by one clock. */
final class AuthApp implements AutoCloseable {

  private static final int PATIENCE = 2;

  final InProcessApp app;
  final ManualTime time;
  final LocalIssuer issuer;
  final GovernedEndpoint guarded;
  final GovernedEndpoint scoped;

  /** Endpoints that are called. */
  @SuppressWarnings("unused")
  private static final class Shop {

    @Authenticated
    void guarded() {}

    @RequiresScope("orders:read")
    void scoped() {}
  }

  private final boolean ownsIssuer;

  private AuthApp(@Nullable LocalIssuer trusted, Consumer<InProcessApp> change) {
    app = InProcessApp.with(new AuthModule());
    time = app.time();
    ownsIssuer = trusted == null;
    issuer = trusted != null ? trusted : issuer(time);
    app.property("flyball.auth.issuers.main.issuer", issuer.issuer());
    app.property("flyball.auth.issuers.main.audience", "orders,orders-old");
    app.property(
        "flyball.auth.throttle.failures", "0"); // tests try one bad credential after another
    change.accept(app);
    guarded = app.govern(Shop.class, "guarded", "GET /guarded");
    scoped = app.govern(Shop.class, "scoped", "GET /scoped");
    app.start();
    awaitFirstKeys();
  }

  /**
   * Waits for the first keys, which on a busy machine may take longer than a call waits for them.
   */
  private void awaitFirstKeys() {
    for (int i = 0; i < PATIENCE && !health("auth-keys-main").equals("UP"); i++) {
      // the check itself waits
    }
  }

  static AuthApp start() {
    return new AuthApp(null, app -> {});
  }

  static AuthApp with(Consumer<InProcessApp> change) {
    return new AuthApp(null, change);
  }

  /** Another service that trusts the same issuer, whose clock stays where it began. */
  AuthApp trusting(Consumer<InProcessApp> change) {
    return new AuthApp(issuer, change);
  }

  private static LocalIssuer issuer(ManualTime time) {
    return LocalIssuer.builder()
        .port(0)
        .audience("orders")
        .algorithms(Algorithm.RS256, Algorithm.PS256, Algorithm.ES256, Algorithm.EDDSA)
        .clock(time::now)
        .start();
  }

  CallRecord call(String token) {
    return app.call(guarded, InProcessCarrier.get("/guarded").bearer(token));
  }

  CallRecord call(InProcessCarrier carrier) {
    return app.call(guarded, carrier);
  }

  CallRecord callScoped(String token) {
    return app.call(scoped, InProcessCarrier.get("/scoped").bearer(token));
  }

  void advance(Duration duration) {
    time.advance(duration);
  }

  /** What a health check says now. */
  String health(String check) {
    return app.governor()
        .find(HealthCheck.class, check)
        .orElseThrow()
        .check()
        .toCompletableFuture()
        .join()
        .status()
        .name();
  }

  double counter(String name) {
    return app.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .flatMap(snapshot -> snapshot.series().stream())
        .mapToDouble(series -> series.value())
        .sum();
  }

  @Override
  public void close() {
    app.close();
    if (ownsIssuer) {
      issuer.close();
    }
  }
}
