// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A JWK set in a file, read again each time. */
final class FileKeys implements KeyFetcher {

  /** How long a file is good: the shortest time that there is. */
  private static final long MAX_AGE_SECONDS = 0;

  private final Path file;

  FileKeys(Path file) {
    this.file = file;
  }

  @Override
  public CompletableFuture<Fetched> fetch() {
    try {
      return CompletableFuture.completedFuture(
          new Fetched(Files.readAllBytes(file), MAX_AGE_SECONDS));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(new Failed("cannot read " + file + ": " + e));
    }
  }

  @Override
  public String place() {
    return file.toString();
  }
}
