// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.CallRecord;
import dev.flyball.SharedStore;
import dev.flyball.issuer.DpopKey;
import dev.flyball.issuer.DpopProofBuilder;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A service that is called with tokens bound to keys, as {@code GET http://orders.example/guarded}.
 */
final class BindingApp implements AutoCloseable {

  static final String URI = "http://orders.example/guarded";

  final AuthApp auth;
  final DpopKey key;

  private BindingApp(AuthApp auth) {
    this.auth = auth;
    this.key = auth.issuer.dpopKey();
  }

  static BindingApp start() {
    return with(app -> {});
  }

  static BindingApp with(Consumer<InProcessApp> change) {
    return new BindingApp(AuthApp.with(change));
  }

  /** A service that shares a store with others. */
  static BindingApp on(SharedStore store, Consumer<InProcessApp> change) {
    return with(app -> {
      app.configure(builder -> builder.offer(SharedStore.class, "default", store));
      change.accept(app);
    });
  }

  TokenBuilder token() {
    return auth.issuer.token().subject("alice");
  }

  String boundToken() {
    return token().boundTo(key).sign();
  }

  DpopProofBuilder proof(String token) {
    return key.proof("GET", URI).accessToken(token);
  }

  static InProcessCarrier request() {
    return InProcessCarrier.get("/guarded").header("Host", "orders.example");
  }

  static InProcessCarrier request(String token, String proof) {
    return request().header("Authorization", "DPoP " + token).header("DPoP", proof);
  }

  CallRecord call(InProcessCarrier request) {
    return auth.call(request);
  }

  CallRecord call(String token, String proof) {
    return call(request(token, proof));
  }

  /** A call with a new bound token and a proof that is changed. */
  CallRecord callProving(UnaryOperator<DpopProofBuilder> change) {
    String token = boundToken();
    return call(token, change.apply(proof(token)).sign());
  }

  /** How many proofs came to something. */
  long proofs(String result) {
    return auth.app.governor().meters().snapshots().stream()
        .filter(meter -> meter.name().equals("flyball.auth.dpop.proofs"))
        .flatMap(meter -> meter.series().stream())
        .filter(series -> series.labelValues().contains(result))
        .mapToLong(series -> (long) series.value())
        .sum();
  }

  @Override
  public void close() {
    auth.close();
  }
}
