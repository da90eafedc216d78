// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.jose.KeySet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gets the JWK set of one issuer from where it is published. */
public interface KeyFetcher {

  /** What came back: a set, or the news that it has not changed. */
  final class Fetched {

    private final @Nullable KeySet set;
    private final @Nullable String etag;
    private final long ttlNanos;

    /**
     * What came back.
     *
     * @param set null where it has not changed since the one that the validator stands for
     * @param etag the validator of the set; null where it has none
     * @param ttlNanos how long it is good
     */
    Fetched(@Nullable KeySet set, @Nullable String etag, long ttlNanos) {
      this.set = set;
      this.etag = etag;
      this.ttlNanos = ttlNanos;
    }

    @Nullable KeySet set() {
      return set;
    }

    @Nullable String etag() {
      return etag;
    }

    long ttlNanos() {
      return ttlNanos;
    }
  }

  /**
   * Fetches once.
   *
   * @param etag the validator of the set that is in force; null where there is none. It is given
   *     only once a set was taken in: the validator of a refused one would make the next answer
   *     "not modified", and the refusal forgotten
   * @return fails with {@link FetchFailed} where nothing came, and with {@link KeysRefused} where
   *     what came is not to be trusted
   */
  CompletableFuture<Fetched> fetch(@Nullable String etag);

  /** Where the set is, for messages. */
  String place();

  /** Whether a later fetch may bring something else. */
  default boolean isChanging() {
    return true;
  }

  /** Whether somebody else has to answer. */
  default boolean isRemote() {
    return false;
  }
}
