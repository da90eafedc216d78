// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.http.FetchFailed;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gets the JWK set of one issuer from where it is published. */
public interface KeyFetcher {

  /** What came back: the bytes of a set, or the news that it has not changed. */
  final class Fetched {

    private final byte @Nullable [] body;
    private final long maxAgeSeconds;

    /**
     * What came back.
     *
     * @param body null where the set has not changed since the last time
     * @param maxAgeSeconds how long the publisher says that it is good; -1 where it does not say
     */
    Fetched(byte @Nullable [] body, long maxAgeSeconds) {
      this.body = body;
      this.maxAgeSeconds = maxAgeSeconds;
    }

    byte @Nullable [] body() {
      return body;
    }

    long maxAgeSeconds() {
      return maxAgeSeconds;
    }
  }

  /** Fetches once; completes exceptionally with {@link FetchFailed} where that fails. */
  CompletableFuture<Fetched> fetch();

  /** Where the set is, for messages. */
  String place();
}
