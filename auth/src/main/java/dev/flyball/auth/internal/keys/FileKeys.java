// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.jose.KeySetParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A JWK set in a file, read again each time. */
public final class FileKeys implements KeyFetcher {

  /** How long a file is good: the shortest time that there is. */
  private static final long MAX_AGE_SECONDS = 0;

  private final Path file;

  public FileKeys(Path file) {
    this.file = file;
  }

  @Override
  public CompletableFuture<Fetched> fetch() {
    try {
      return CompletableFuture.completedFuture(new Fetched(read(file), MAX_AGE_SECONDS));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(new FetchFailed("cannot read " + file + ": " + e));
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
