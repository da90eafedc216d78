// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.jose.KeySet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keys that are known at the start and never change. */
public final class FixedKeys implements IssuerKeys {

  private final KeySet keys;

  public FixedKeys(KeySet keys) {
    this.keys = keys;
  }

  @Override
  public void start() {
    // they are here already
  }

  @Override
  public KeySet current() {
    return keys;
  }

  @Override
  public @Nullable CompletionStage<KeySet> newer(@Nullable String keyId) {
    return null;
  }

  @Override
  public void isUnknown(String keyId) {
    // nobody would be asked
  }

  @Override
  public boolean isUnreachable() {
    return false;
  }
}
