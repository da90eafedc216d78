// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.jose.KeySetParser;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A JWK set that is written in the settings, and stays as it is until the next start. */
public final class InlineKeys implements KeyFetcher {

  private final KeySet set;

  /**
   * Reads a set.
   *
   * @param json the whole set
   * @throws KeySetParser.Refused if it is not usable
   */
  public InlineKeys(String json) throws KeySetParser.Refused {
    this.set = KeySetParser.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the text of a setting is meant as a set, and not as the place of one. */
  public static boolean isMeant(String text) {
    return text.stripLeading().startsWith("{");
  }

  @Override
  public CompletableFuture<Fetched> fetch(@Nullable String etag) {
    return CompletableFuture.completedFuture(new Fetched(set, null, Long.MAX_VALUE));
  }

  @Override
  public String place() {
    return "the settings";
  }

  @Override
  public boolean isChanging() {
    return false;
  }
}
