// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.SharedStore;
import dev.flyball.auth.ApiKey.Status;
import dev.flyball.auth.ApiKey.Version;
import dev.flyball.auth.internal.apikey.KeyFormat;
import dev.flyball.auth.internal.apikey.SecretHash;
import dev.flyball.testkit.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds of keys whatever happens to them, and whoever does it at the same time. */
class ApiKeyRegistryProperties {

  private static final KeyFormat FORMAT = new KeyFormat("fbk", "live");
  private static final SecretHash HASH = new SecretHash(null);
  private static final Duration DAY = Duration.ofDays(1);
  private static Path folder;
  private static ExecutorService threads;

  @BeforeContainer
  static void begin() throws IOException {
    folder = Files.createTempDirectory("api-keys");
    threads = Executors.newFixedThreadPool(4);
  }

  @AfterContainer
  static void end() throws IOException {
    threads.shutdownNow();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private final ManualTime time = ManualTime.create();

  private ApiKeyRegistry registry(ApiKeyStore store) {
    return new ApiKeyRegistry(() -> store, FORMAT, HASH, Duration.ofDays(365), time);
  }

  private ApiKeyStore inMemory() {
    return new SharedApiKeys(SharedStore.inMemory(time), event -> {});
  }

  private static ApiKeyStore inFile() throws IOException {
    return new ApiKeyFile(Files.createTempDirectory(folder, "f").resolve("keys.json"));
  }

  // ---- what may happen one after the other

  private enum Step {
    ROTATE,
    ROTATE_WITHOUT_GRACE,
    REVOKE,
    REVOKE_PREVIOUS,
    WAIT
  }

  @Property(tries = 100)
  void key_hasOneActiveSecretAtMost_andARevokedOneNeverWorksAgain(@ForAll List<Step> steps) {
    ApiKeyStore store = inMemory();
    ApiKeyRegistry registry = registry(store);
    ApiKey key = ApiKeyApp.done(registry.issue(request())).key();
    List<String> revoked = new ArrayList<>();
    int newest = 1;
    for (Step step : steps) {
      boolean dead = key.newest().status() == Status.REVOKED;
      newest += take(step, registry, key.id(), dead) ? 1 : 0;
      key = ApiKeyApp.done(registry.list()).get(0);
      assertThat(key.newest().number()).isEqualTo(newest);
      assertThat(key.versions()).hasSizeBetween(1, 2);
      assertThat(key.versions().stream().filter(v -> v.status() == Status.ACTIVE).count())
          .isLessThanOrEqualTo(1);
      for (Version version : key.versions()) {
        if (version.status() == Status.REVOKED) {
          revoked.add(version.hash());
        } else {
          assertThat(revoked).doesNotContain(version.hash());
        }
      }
    }
  }

  private boolean take(Step step, ApiKeyRegistry registry, String id, boolean dead) {
    switch (step) {
      case ROTATE, ROTATE_WITHOUT_GRACE -> {
        Duration grace = step == Step.ROTATE ? Duration.ofHours(1) : Duration.ZERO;
        if (dead) {
          assertThatThrownBy(() -> ApiKeyApp.done(registry.rotate(id, grace, DAY)))
              .hasMessageContaining("is revoked");
          return false;
        }
        ApiKeyApp.done(registry.rotate(id, grace, DAY));
        return true;
      }
      case REVOKE -> ApiKeyApp.done(registry.revoke(id));
      case REVOKE_PREVIOUS -> ApiKeyApp.done(registry.revokePrevious(id));
      case WAIT -> time.advance(Duration.ofMinutes(40));
    }
    return false;
  }

  // ---- what may happen at once

  @Example
  void rotationsAtOnce_haveOneWinner_whoseSecretIsTheOneThatIsKept() throws Exception {
    for (int i = 0; i < 60; i++) {
      rotateAtOnce(inMemory());
    }
  }

  @Example
  void rotationsOfAFileAtOnce_haveOneWinner() throws Exception {
    for (int i = 0; i < 10; i++) {
      rotateAtOnce(inFile());
    }
  }

  private void rotateAtOnce(ApiKeyStore store) throws Exception {
    // all have read the same record before any writes
    CyclicBarrier read = new CyclicBarrier(3);
    ApiKeyRegistry registry = registry(new Together(store, read));
    ApiKey key = ApiKeyApp.done(registry(store).issue(request())).key();
    Callable<ApiKeyRegistry.Issued> rotate =
        () -> ApiKeyApp.done(registry.rotate(key.id(), DAY, DAY));
    List<ApiKeyRegistry.Issued> winners = new ArrayList<>();
    for (Future<ApiKeyRegistry.Issued> each : threads.invokeAll(List.of(rotate, rotate, rotate))) {
      try {
        winners.add(each.get());
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e)
            .hasRootCauseInstanceOf(IllegalStateException.class)
            .hasStackTraceContaining("was changed by somebody else meanwhile");
      }
    }
    assertThat(winners).hasSize(1);
    ApiKey kept = ApiKeyApp.done(store.list()).get(0).key();
    assertThat(kept).isEqualTo(winners.get(0).key());
    String secret = FORMAT.secret(winners.get(0).text(), 0);
    assertThat(HASH.of(secret)).isEqualTo(kept.newest().hash());
    assertThat(kept.versions()).extracting(Version::number).containsExactly(2, 1);
  }

  @Example
  void revocationBesideRotations_alwaysWins() throws Exception {
    for (int i = 0; i < 60; i++) {
      revokeBesideRotations(inMemory());
    }
  }

  @Example
  void revocationInAFileBesideRotations_alwaysWins() throws Exception {
    for (int i = 0; i < 10; i++) {
      revokeBesideRotations(inFile());
    }
  }

  private void revokeBesideRotations(ApiKeyStore store) throws Exception {
    ApiKeyRegistry registry = registry(store);
    ApiKey key = ApiKeyApp.done(registry.issue(request())).key();
    Callable<Object> rotate =
        () -> {
          try {
            return ApiKeyApp.done(registry.rotate(key.id(), DAY, DAY));
          } catch (CompletionException e) {
            return e;
          }
        };
    Callable<Object> revoke = () -> ApiKeyApp.done(registry.revoke(key.id()));
    for (Future<Object> each : threads.invokeAll(List.of(rotate, revoke, rotate, rotate))) {
      each.get();
    }
    ApiKey kept = ApiKeyApp.done(store.list()).get(0).key();
    assertThat(kept.versions()).extracting(Version::status).containsOnly(Status.REVOKED);
  }

  /** Lets writers go on once all of them have read. */
  private static final class Together implements ApiKeyStore {

    private final ApiKeyStore store;
    private final CyclicBarrier read;

    Together(ApiKeyStore store, CyclicBarrier read) {
      this.store = store;
      this.read = read;
    }

    @Override
    public java.util.concurrent.CompletionStage<List<Stored>> list() {
      List<Stored> all = ApiKeyApp.done(store.list());
      try {
        read.await();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      return java.util.concurrent.CompletableFuture.completedFuture(all);
    }

    @Override
    public java.util.concurrent.CompletionStage<Boolean> compareAndSet(ApiKey key, long expected) {
      return store.compareAndSet(key, expected);
    }
  }

  // ---- single rules

  @Example
  void lifetimeBeyondTheMaximum_isRefused() {
    ApiKeyRegistry registry = registry(inMemory());
    for (Duration lifetime : List.of(Duration.ofDays(366), Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatThrownBy(
              () -> registry.issue(new ApiKeyRegistry.Request("a", Set.of("orders"), lifetime)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("flyball.auth.api-keys.max-lifetime");
    }
    ApiKey key = ApiKeyApp.done(registry.issue(request())).key();
    assertThatThrownBy(() -> registry.rotate(key.id(), DAY, Duration.ofDays(366)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> registry.rotate(key.id(), DAY.negated(), DAY))
        .hasMessageContaining("grace is");
  }

  @Example
  void graceEndsWithTheSecretAtTheLatest() {
    ApiKeyRegistry registry = registry(inMemory());
    ApiKey key = ApiKeyApp.done(registry.issue(request())).key();
    time.advance(Duration.ofMinutes(1));
    ApiKey rotated =
        ApiKeyApp.done(registry.rotate(key.id(), Duration.ofDays(300), Duration.ofDays(30))).key();
    assertThat(rotated.versions().get(1).expires()).isEqualTo(key.newest().expires());
    assertThat(rotated.versions().get(1).status()).isEqualTo(Status.GRACE);
  }

  @Example
  void unknownKey_isToldWithoutWhatWasAskedFor() {
    ApiKeyRegistry registry = registry(inMemory());
    String text = ApiKeyApp.done(registry.issue(request())).text();
    assertThatThrownBy(() -> ApiKeyApp.done(registry.revoke(text)))
        .hasCauseInstanceOf(NoSuchElementException.class)
        .hasMessageNotContaining(text);
    assertThatThrownBy(() -> ApiKeyApp.done(registry.revoke("AAAAAAAAAAAA")))
        .hasMessageContaining("there is no key AAAAAAAAAAAA (expected: the id of one of 1)");
  }

  // ---- JSON

  @Property(tries = 100)
  void keys_areReadAsTheyWereWritten(@ForAll("keys") List<ApiKey> keys) throws Exception {
    java.util.Map<String, ApiKey> byId = new java.util.LinkedHashMap<>();
    keys.forEach(key -> byId.put(key.id(), key));
    assertThat(ApiKeyJson.read(ApiKeyJson.write(byId.values()))).isEqualTo(byId);
    for (ApiKey key : keys) {
      assertThat(ApiKeyJson.readKey(ApiKeyJson.write(key))).isEqualTo(key);
    }
  }

  @Property(tries = 100)
  void textThatIsCutOrChanged_isBrokenOrStillKeys(
      @ForAll("keys") List<ApiKey> keys, @ForAll int place, @ForAll char other) {
    byte[] text = ApiKeyJson.write(keys);
    int at = Math.floorMod(place, text.length - 1); // not the end of the last line
    byte[] cut = java.util.Arrays.copyOf(text, at);
    assertThatThrownBy(() -> ApiKeyJson.read(cut)).isInstanceOf(ApiKeyJson.Broken.class);
    text[at] = (byte) other;
    try {
      ApiKeyJson.read(text);
    } catch (ApiKeyJson.Broken e) {
      assertThat(e.line()).isPositive();
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<List<ApiKey>> keys() {
    Arbitrary<String> ids =
        Arbitraries.strings().withCharRange('a', 'z').withCharRange('0', '9').ofLength(12);
    Arbitrary<String> names =
        Arbitraries.strings()
            .ofMinLength(1)
            .ofMaxLength(20)
            .filter(name -> !name.isBlank())
            .filter(name -> name.chars().noneMatch(Character::isISOControl))
            .filter(name -> name.chars().noneMatch(c -> Character.isSurrogate((char) c)));
    Arbitrary<Set<String>> words =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .ofMinLength(1)
            .ofMaxLength(9)
            .set()
            .ofMinSize(1)
            .ofMaxSize(3);
    Arbitrary<List<String>> networks =
        Arbitraries.of("10.0.0.0/8", "::1", "192.0.2.7").list().ofMaxSize(3).uniqueElements();
    Arbitrary<List<Version>> versions =
        Combinators.combine(
                Arbitraries.integers().between(2, 90), Arbitraries.integers().between(1, 2))
            .as(ApiKeyRegistryProperties::versions);
    return Combinators.combine(ids, names, names.injectNull(0.3), words, words, networks, versions)
        .as(ApiKey::new)
        .list()
        .ofMaxSize(4)
        .uniqueElements(ApiKey::id);
  }

  private static List<Version> versions(int number, int count) {
    Instant now = Instant.parse("2026-11-01T12:00:00.001Z");
    List<Version> versions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Status status = i == 0 ? Status.ACTIVE : Status.GRACE;
      String hash = HASH.of("secret " + number + i);
      versions.add(new Version(number - i, hash, status, now, now.plusSeconds(60L * number)));
    }
    return versions;
  }

  private static ApiKeyRegistry.Request request() {
    return new ApiKeyRegistry.Request("team-a", Set.of("orders"), Duration.ofDays(90));
  }
}
