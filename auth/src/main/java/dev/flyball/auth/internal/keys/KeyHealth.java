// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.HealthCheck;
import dev.flyball.auth.internal.jose.KeySet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether the keys of an issuer are fresh; an old set is no reason to take the service out. */
final class KeyHealth implements HealthCheck {

  private final String issuer;
  private final JwksSource source;

  KeyHealth(String issuer, JwksSource source) {
    this.issuer = issuer;
    this.source = source;
  }

  @Override
  public String name() {
    return "auth-keys-" + issuer;
  }

  @Override
  public CompletionStage<Result> check() {
    CompletionStage<KeySet> first = source.awaited();
    return first == null
        ? CompletableFuture.completedFuture(result())
        : first.handle((set, error) -> result());
  }

  private Result result() {
    int keys = source.current().size();
    boolean isTroubled = source.isInTrouble();
    if (keys > 0 && !isTroubled) {
      return new Result(Status.UP, keys + " keys");
    }
    return new Result(Status.DEGRADED, isTroubled ? "cannot be refreshed" : "not fetched yet");
  }
}
