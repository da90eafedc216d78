// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.HealthCheck;
import dev.flyball.auth.internal.jose.KeySet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether the service can check anybody's tokens: it is not ready before the keys of at least one
 * issuer were read. What was read once never takes it out again (see docs/decisions.md).
 */
public final class FirstKeys implements HealthCheck {

  private final List<JwksSource> sources = new CopyOnWriteArrayList<>();
  private volatile boolean required;

  /** A check over no issuer yet. */
  public FirstKeys() {}

  /** Adds the keys of an issuer. */
  public void add(JwksSource source) {
    sources.add(source);
  }

  /** Says that there are endpoints that ask who is calling. */
  public void require() {
    required = true;
  }

  @Override
  public String name() {
    return "auth-keys";
  }

  @Override
  public CompletionStage<Result> check() {
    CompletableFuture<Void> first = CompletableFuture.completedFuture(null);
    for (JwksSource source : sources) {
      CompletionStage<KeySet> awaited = source.awaited();
      if (awaited != null) {
        first = first.thenCombine(awaited, (unused, set) -> null);
      }
    }
    return first.handle((unused, error) -> result());
  }

  private Result result() {
    if (!required || sources.isEmpty()) {
      return new Result(Status.UP, "no keys are needed");
    }
    for (JwksSource source : sources) {
      if (source.wasRead()) {
        return new Result(Status.UP, "keys were read");
      }
    }
    return new Result(
        Status.DOWN,
        "the keys of no issuer were ever read, so no token can be checked"
            + " (flyball.auth.ready-without-keys)");
  }
}
