// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.jose.KeySet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The keys of one issuer, wherever they come from. Thread-safe. */
public interface IssuerKeys {

  /** Begins to fetch, where there is something to fetch. */
  void start();

  /** The set that is in force; empty while there is none. */
  KeySet current();

  /**
   * A set that may hold what the present one does not, if it may be fetched now.
   *
   * @param keyId the id that is missed; null where no key fits
   * @return null where nothing is to be waited for
   */
  @Nullable CompletionStage<KeySet> newer(@Nullable String keyId);

  /** Remembers that a fresh set does not hold an id. */
  void isUnknown(String keyId);

  /**
   * Whether whoever publishes the keys gave no answer when it was asked last, so that nobody can
   * say whether a key that the set does not hold exists.
   */
  boolean isUnreachable();
}
