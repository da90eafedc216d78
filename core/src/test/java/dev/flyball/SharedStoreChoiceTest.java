// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.settings.StartupException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which store modules get, and which peers they may believe. */
class SharedStoreChoiceTest {

  private Setup setup;

  private TestApp app(Map<String, SharedStore> offers) {
    TestModule module =
        TestModule.installing(given -> {
          setup = given;
          given.sharedStore();
        });
    return TestApp.with(
        builder -> offers.forEach((name, store) -> builder.offer(SharedStore.class, name, store)),
        module);
  }

  private static SharedStore store() {
    return SharedStore.inMemory(new TestTime());
  }

  private static boolean holds(SharedStore store, String key) {
    return store.get(key).toCompletableFuture().join().isPresent();
  }

  private void put() {
    setup.sharedStore().putIfAbsent("a", "1", Duration.ofHours(1)).toCompletableFuture().join();
  }

  @Test
  void store_whereNobodyOffersOne_isOneInMemoryForAllModules() {
    try (TestApp app = app(Map.of()).start()) {
      assertThat(app.governor.find(SharedStore.class)).isEmpty();
      put();
      assertThat(holds(setup.sharedStore(), "a")).isTrue();
    }
  }

  @Test
  void store_thatIsOffered_isTheSharedOne() {
    SharedStore offered = store();
    try (TestApp app = app(Map.of("postgres", offered)).start()) {
      put();
      assertThat(app.governor.find(SharedStore.class)).contains(offered);
      assertThat(holds(offered, "a")).isTrue();
    }
  }

  @Test
  void store_ofSeveral_isTheDefault() {
    SharedStore usual = store();
    SharedStore other = store();
    try (TestApp app = app(Map.of("other", other, "default", usual)).start()) {
      put();
      assertThat(holds(usual, "a")).isTrue();
      assertThat(holds(other, "a")).isFalse();
    }
  }

  @Test
  void stores_withoutADefault_areAProblem() {
    TestApp app = app(Map.of("one", store(), "other", store()));
    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("none is called default")
        .hasMessageContaining("one");
  }

  @Test
  void store_duringInstallation_cannotBeUsed() {
    TestApp app = TestApp.of(TestModule.installing(given -> given.sharedStore().get("a")));
    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("during installation");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,true",
    "10.0.0.1%eth0,true",
    "10.1.0.1,false",
    "'',false",
    "proxy.example,false",
    "::1,false"
  })
  void peer_isTrustedAsTheSettingsSay(String peer, boolean trusted) {
    TestModule module = TestModule.installing(given -> setup = given);
    try (TestApp app =
        TestApp.with(b -> b.property("flyball.proxies.trusted", "10.0.0.0/24"), module).start()) {
      assertThat(app.governor).isNotNull();
      assertThat(setup.isTrustedProxy(peer)).isEqualTo(trusted);
    }
  }
}
