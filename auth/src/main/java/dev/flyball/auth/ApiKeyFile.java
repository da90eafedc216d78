// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.auth.internal.apikey.OwnedFile;
import dev.flyball.json.JsonScanner;
import dev.flyball.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * API keys in a JSON file that a program or a person changes while services read it.
 *
 * <p>Writers of several processes take turns by a lock; whether a record is still the one that was
 * read is told by its content, so that a change by hand counts too. When keys were last used is
 * kept beside it, in {@code <file>.used}: a service needs no right to write to what it believes.
 * Everything happens on the thread that asks. Thread-safe.
 */
final class ApiKeyFile implements ApiKeyStore {

  /** A content as it was read last. */
  private static final class Read {

    final byte[] content;
    final List<Stored> keys;

    Read(byte[] content, List<Stored> keys) {
      this.content = content;
      this.keys = keys;
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final OwnedFile file;
  private final OwnedFile uses;
  private volatile @Nullable Read last;

  ApiKeyFile(Path path) {
    this.file = new OwnedFile(path);
    this.uses = new OwnedFile(path.resolveSibling(path.getFileName() + ".used"));
  }

  /** What is unwise about who may read the file; null where nothing is. */
  @Nullable String exposure() {
    try {
      return file.isReadableByOthers() ? file.path() + " can be read by everybody" : null;
    } catch (IOException e) {
      return null; // reading it will tell
    }
  }

  @Override
  public CompletionStage<List<Stored>> list() {
    try {
      return CompletableFuture.completedFuture(read());
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * All keys; the same list as long as the file is the same. It is read each time: what file
   * systems say of changes is too coarse for two in one moment.
   */
  List<Stored> read() throws IOException {
    byte[] content = file.read();
    if (content == null) {
      throw new IOException(file.path() + " is not there");
    }
    Read before = last;
    if (before != null && Arrays.equals(before.content, content)) {
      return before.keys;
    }
    List<Stored> keys = stored(parse(content));
    last = new Read(content, keys);
    return keys;
  }

  private Map<String, ApiKey> parse(byte @Nullable [] content) throws IOException {
    if (content == null) {
      return Map.of();
    }
    if (file.isWritableByOthers()) {
      throw new IOException(
          file.path() + " can be written by everybody (expected: by its owner alone)");
    }
    try {
      return ApiKeyJson.read(content);
    } catch (ApiKeyJson.Broken e) {
      throw new IOException(file.path() + ":" + e.line() + ": " + e.getMessage(), e);
    }
  }

  private static List<Stored> stored(Map<String, ApiKey> keys) {
    List<Stored> all = new ArrayList<>();
    for (ApiKey key : keys.values()) {
      all.add(new Stored(key, version(key)));
    }
    return List.copyOf(all);
  }

  /** Tells contents apart: 64 bits of no secret, against accidents only. */
  private static long version(ApiKey key) {
    String text = ApiKeyJson.write(key);
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return hash == ABSENT ? 1 : hash;
  }

  @Override
  public CompletionStage<Boolean> compareAndSet(ApiKey key, long expected) {
    boolean[] written = new boolean[1];
    try {
      file.change(
          PATIENCE,
          content -> {
            Map<String, ApiKey> keys = new TreeMap<>(parse(content));
            ApiKey present = keys.get(key.id());
            if ((present == null ? ABSENT : version(present)) != expected) {
              return null;
            }
            keys.put(key.id(), key);
            written[0] = true;
            return ApiKeyJson.write(keys.values());
          });
      return CompletableFuture.completedFuture(written[0]);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  // ---- uses

  @Override
  public CompletionStage<Void> used(Map<String, Instant> moments) {
    try {
      uses.change(
          Duration.ZERO,
          content -> {
            Map<String, Instant> all = new TreeMap<>(parseUses(content));
            moments.forEach((id, moment) -> all.merge(id, moment, ApiKeyFile::later));
            return writeUses(all);
          });
      return CompletableFuture.completedFuture(null);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletionStage<Map<String, Instant>> lastUses() {
    try {
      return CompletableFuture.completedFuture(parseUses(uses.read()));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static byte[] writeUses(Map<String, Instant> all) {
    JsonWriter json = new JsonWriter().beginObject();
    all.forEach((id, moment) -> json.name(id).value(moment.toString()));
    return json.endObject().toLine();
  }

  /** What cannot be read is begun anew: nothing is decided by it. */
  private static Map<String, Instant> parseUses(byte @Nullable [] content) {
    Map<String, Instant> all = new TreeMap<>();
    if (content == null) {
      return all;
    }
    JsonScanner json = new JsonScanner(new String(content, StandardCharsets.UTF_8), 2, 1);
    try {
      json.next();
      while (json.next() == JsonScanner.Token.NAME) {
        String id = json.text();
        json.next();
        all.put(id, Instant.parse(Objects.requireNonNull(json.text())));
      }
    } catch (JsonScanner.Malformed | DateTimeException e) {
      return new TreeMap<>();
    }
    return all;
  }
}
