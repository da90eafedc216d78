// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.jose.KeySetParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A JWK set in a file, read again each time. */
public final class FileKeys implements KeyFetcher {

  /** How long a file is good: looking at it again costs next to nothing. */
  private static final long TTL_NANOS = 5_000_000_000L;

  private final Path file;

  public FileKeys(Path file) {
    this.file = file;
  }

  @Override
  public CompletableFuture<Fetched> fetch(@Nullable String etag) {
    try {
      return CompletableFuture.completedFuture(
          new Fetched(KeySetParser.parse(read(file)), null, TTL_NANOS));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(new FetchFailed("cannot read " + file + ": " + e));
    } catch (KeySetParser.Refused e) {
      return CompletableFuture.failedFuture(
          new KeysRefused("the set is refused: " + e.getMessage()));
    }
  }

  /**
   * Reads a set, and no more than one may have. What is no file is not opened: a pipe that nobody
   * writes to would hold the thread that all modules share.
   */
  public static byte[] read(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("not a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(KeySetParser.MAX_BYTES + 1);
    }
  }

  @Override
  public String place() {
    return file.toString();
  }
}
