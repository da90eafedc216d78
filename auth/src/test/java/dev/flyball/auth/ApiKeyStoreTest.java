// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.SharedStore;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.ManualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in what instances share, and in stores that the application offers. */
class ApiKeyStoreTest {

  @TempDir Path folder;

  private final SharedStore shared = SharedStore.inMemory(ManualTime.create());

  private ApiKeyApp instance() {
    return instance(shared);
  }

  private static ApiKeyApp instance(SharedStore store) {
    return ApiKeyApp.with(app ->
        app.property("flyball.auth.api-keys.store", "shared")
            .configure(governor -> governor.offer(SharedStore.class, "default", store)));
  }

  // ---- shared

  @Test
  void keyOfOneInstance_worksOnTheOtherAtOnce() {
    try (ApiKeyApp one = instance();
        ApiKeyApp other = instance()) {
      ApiKeyRegistry.Issued key =
          ApiKeyApp.done(
              one.registry()
                  .issue(
                      new ApiKeyRegistry.Request(
                          "team-a", java.util.Set.of("orders"), Duration.ofDays(1))));
      assertThat(other.call(key.text())).isOk().hasSubject("team-a");
      ApiKeyRegistry.Issued rotated =
          ApiKeyApp.done(
              other.registry().rotate(key.key().id(), Duration.ofHours(1), Duration.ofDays(1)));
      assertThat(one.call(rotated.text())).isOk();
      assertThat(one.call(key.text())).isOk();
      ApiKeyApp.done(one.registry().revoke(key.key().id()));
      assertThat(other.call(rotated.text())).hasReason("revoked");
      assertThat(other.call(key.text())).hasReason("revoked");
      assertThat(ApiKeyApp.done(other.registry().list())).hasSize(1);
    }
  }

  @Test
  void brokenRecord_disablesItsKeyAlone() {
    try (ApiKeyApp one = instance()) {
      ApiKeyRegistry.Issued good = one.issue("team-a");
      ApiKeyRegistry.Issued bad = one.issue("team-b");
      String place = "auth/api-keys/" + bad.key().id();
      SharedStore.Entry entry = ApiKeyApp.done(shared.get(place)).orElseThrow();
      ApiKeyApp.done(
          shared.compareAndSet(place, entry.version(), entry.value().substring(1), null));
      one.refresh();
      assertThat(one.call(good.text())).isOk();
      assertThat(one.call(bad.text())).hasProblem(401, "invalid_token").hasReason("key_unknown");
      assertThat(one.events("auth.api-keys.broken")).as("told once").isEqualTo(1);
    }
  }

  @Test
  void recordUnderAnotherKeysName_isNotBelieved() {
    try (ApiKeyApp one = instance()) {
      ApiKeyRegistry.Issued key = one.issue("team-a");
      String value =
          ApiKeyApp.done(shared.get("auth/api-keys/" + key.key().id())).orElseThrow().value();
      ApiKeyApp.done(shared.compareAndSet("auth/api-keys/AAAAAAAAAAAA", 0, value, null));
      one.refresh();
      assertThat(one.call(key.text())).isOk();
      assertThat(one.events("auth.api-keys.broken")).isEqualTo(1);
    }
  }

  @Test
  void lastUse_isShared() {
    try (ApiKeyApp one = instance();
        ApiKeyApp other = instance()) {
      ApiKeyRegistry.Issued key = one.issue("team-a");
      one.call(key.text());
      other.time.advance(Duration.ofMinutes(2));
      other.call(key.text());
      Instant later = other.time.now();
      other.time.advance(Duration.ofMinutes(10));
      one.time.advance(Duration.ofMinutes(10));
      assertThat(ApiKeyApp.done(new SharedApiKeys(shared, event -> {}).lastUses()))
          .isEqualTo(Map.of(key.key().id(), later));
    }
  }

  @Test
  void storeThatIsAway_leavesTheKnownKeys() {
    Flaky flaky = new Flaky(shared);
    try (ApiKeyApp one = instance(flaky)) {
      ApiKeyRegistry.Issued key = one.issue("team-a");
      flaky.away = true;
      one.refresh();
      one.refresh();
      assertThat(one.call(key.text())).isOk();
      assertThat(one.events("auth.api-keys.refresh-failed")).isEqualTo(1);
      flaky.away = false;
      one.refresh();
      assertThat(one.events("auth.api-keys.recovered")).isEqualTo(1);
    }
  }

  @Test
  void storeThatIsAwayAtTheStart_opensNoDoorAndClosesNone() {
    Flaky flaky = new Flaky(shared);
    String key;
    try (ApiKeyApp before = instance()) {
      key = before.issue("team-a").text();
    }
    flaky.away = true;
    try (ApiKeyApp one = instance(flaky)) {
      assertThat(one.call(key)).hasProblem(503, "keys_unavailable");
      assertThat(one.call("x")).hasProblem(401, "invalid_token");
      flaky.away = false;
      one.refresh();
      assertThat(one.call(key)).isOk();
    }
  }

  @Test
  void watch_endsWithTheService() {
    List<SharedStore.Watch> open = new ArrayList<>();
    Flaky counting =
        new Flaky(shared) {
          @Override
          public Watch watch(String prefix, Consumer<String> onChange) {
            Watch watch = super.watch(prefix, onChange);
            if (!prefix.startsWith("auth/api-key")) {
              return watch;
            }
            Watch[] mine = new Watch[1];
            mine[0] =
                () -> {
                  open.remove(mine[0]);
                  watch.close();
                };
            open.add(mine[0]);
            return mine[0];
          }
        };
    ApiKeyApp one = instance(counting);
    assertThat(open).hasSize(1);
    one.close();
    assertThat(open).isEmpty();
  }

  @Test
  void sharedStoreThatNobodyOffers_stopsTheStart() {
    assertThatThrownBy(
            () -> ApiKeyApp.with(app -> app.property("flyball.auth.api-keys.store", "shared")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("nobody offers a store that the instances share");
  }

  @Test
  void fileAndSharedStoreAtOnce_stopTheStart() {
    assertThatThrownBy(() ->
            ApiKeyApp.with(
                folder.resolve("keys.json"),
                app -> app.property("flyball.auth.api-keys.store", "shared")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.api-keys.store stands beside");
  }

  // ---- offered

  @Test
  void offeredStore_goesFirst() throws Exception {
    Path offered = folder.resolve("offered.json");
    Files.writeString(offered, "{\"keys\":[]}");
    ApiKeyStore store = new ApiKeyFile(offered);
    try (ApiKeyApp one =
        ApiKeyApp.with(
            folder.resolve("keys.json"),
            app -> app.configure(g -> g.offer(ApiKeyStore.class, "mine", store)))) {
      ApiKeyRegistry.Issued key = one.issue("team-a");
      assertThat(one.call(key.text())).isOk();
      assertThat(offered).content().contains(key.key().id());
      assertThat(folder.resolve("keys.json")).hasContent("{\"keys\":[]}");
    }
  }

  @Test
  void offeredStoreAlone_isEnough() {
    ApiKeyStore broken =
        new ApiKeyStore() {
          @Override
          public CompletionStage<List<Stored>> list() {
            throw new IllegalStateException("no connection");
          }

          @Override
          public CompletionStage<Boolean> compareAndSet(ApiKey key, long expected) {
            return CompletableFuture.completedFuture(false);
          }
        };
    try (ApiKeyApp one =
        ApiKeyApp.with(app -> app.configure(g -> g.offer(ApiKeyStore.class, "default", broken)))) {
      assertThat(one.call(ApiKeyApp.carrier()))
          .as("keys are on, and no issuer is needed")
          .hasProblem(401, "credentials_missing");
      assertThatThrownBy(() -> one.issue("team-a"))
          .as("the registry is there, and writes to the store")
          .hasMessageContaining("was changed by somebody else meanwhile");
      assertThat(one.events("auth.api-keys.refresh-failed")).isEqualTo(1);
    }
  }

  @Test
  void severalOffersWithoutDefault_stopTheStart() {
    ApiKeyStore store = new ApiKeyFile(folder.resolve("a.json"));
    assertThatThrownBy(() ->
            ApiKeyApp.with(app ->
                app.configure(g ->
                    g.offer(ApiKeyStore.class, "a", store).offer(ApiKeyStore.class, "b", store))))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("several stores of API keys are offered: [a, b]");
  }

  @Test
  void storeThatListsAKeyTwice_isNotBelieved() throws Exception {
    Path file = folder.resolve("twice.json");
    ApiKeyFile good = new ApiKeyFile(file);
    ApiKeyRegistry.Issued key;
    try (ApiKeyApp maker = ApiKeyApp.with(file, app -> {})) {
      key = maker.issue("team-a");
    }
    ApiKeyStore twice =
        new ApiKeyStore() {
          @Override
          public CompletionStage<List<Stored>> list() {
            List<Stored> all = new ArrayList<>(ApiKeyApp.done(good.list()));
            all.addAll(all);
            return CompletableFuture.completedFuture(all);
          }

          @Override
          public CompletionStage<Boolean> compareAndSet(ApiKey changed, long expected) {
            return CompletableFuture.completedFuture(false);
          }
        };
    try (ApiKeyApp one =
        ApiKeyApp.with(app -> app.configure(g -> g.offer(ApiKeyStore.class, "x", twice)))) {
      assertThat(one.call(key.text())).hasProblem(503, "keys_unavailable");
    }
  }

  /** A store that is not always there. */
  private static class Flaky implements SharedStore {

    final SharedStore store;
    volatile boolean away;

    Flaky(SharedStore store) {
      this.store = store;
    }

    private <T> CompletionStage<T> or(CompletionStage<T> stage) {
      return away
          ? CompletableFuture.failedFuture(new IllegalStateException("no connection"))
          : stage;
    }

    @Override
    public CompletionStage<Optional<Entry>> get(String key) {
      return or(store.get(key));
    }

    @Override
    public CompletionStage<Optional<Long>> compareAndSet(
        String key, long expected, String value, Duration expiry) {
      return or(store.compareAndSet(key, expected, value, expiry));
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, String value, Duration expiry) {
      return or(store.putIfAbsent(key, value, expiry));
    }

    @Override
    public CompletionStage<Listing> list(String prefix) {
      return or(store.list(prefix));
    }

    @Override
    public CompletionStage<Void> putSnapshot(String group, String instance, String value) {
      return or(store.putSnapshot(group, instance, value));
    }

    @Override
    public CompletionStage<Snapshots> snapshots(String group) {
      return or(store.snapshots(group));
    }

    @Override
    public Watch watch(String prefix, Consumer<String> onChange) {
      return store.watch(prefix, onChange);
    }
  }
}
