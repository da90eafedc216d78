// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.SharedStore.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The store of one process keeps what the interface promises. */
class InMemoryStoreTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final TestTime time = new TestTime();
  private final SharedStore store = SharedStore.inMemory(time);
  private final List<String> told = new ArrayList<>();

  private static <T> T now(CompletionStage<T> stage) {
    assertThat(stage.toCompletableFuture()).isDone();
    return stage.toCompletableFuture().join();
  }

  private Optional<Long> set(String key, long expected, String value) {
    return now(store.compareAndSet(key, expected, value, null));
  }

  private String value(String key) {
    return now(store.get(key)).map(Entry::value).orElse(null);
  }

  @Test
  void absentKey_isEmpty() {
    assertThat(now(store.get("a"))).isEmpty();
    assertThat(now(store.list(""))).isEqualTo(new SharedStore.Listing(List.of(), 0));
    assertThat(now(store.snapshots("g")).values()).isEmpty();
  }

  @Test
  void compareAndSet_changesOnlyTheVersionThatWasRead() {
    long first = set("a", SharedStore.ABSENT, "1").orElseThrow();
    assertThat(set("a", SharedStore.ABSENT, "2")).isEmpty();
    long second = set("a", first, "2").orElseThrow();
    assertThat(set("a", first, "3")).isEmpty();

    assertThat(now(store.get("a"))).contains(new Entry("a", "2", second));
    assertThat(second).isGreaterThan(first);
  }

  @Test
  void version_growsOverRemovals() {
    long first = set("a", SharedStore.ABSENT, "1").orElseThrow();
    long removed = set("a", first, null).orElseThrow();
    assertThat(value("a")).isNull();
    long again = set("a", SharedStore.ABSENT, "2").orElseThrow();

    assertThat(removed).isGreaterThan(first);
    assertThat(again).isGreaterThan(removed);
    assertThat(set("a", first, "stale")).as("a holder of the old fencing token").isEmpty();
  }

  @Test
  void removalOfAnAbsentKey_isAChangeThatChangesNothing() {
    assertThat(set("a", SharedStore.ABSENT, null)).isPresent();
    assertThat(value("a")).isNull();
    assertThat(set("a", 7, null)).isEmpty();
  }

  @Test
  void expiredValue_isGone() {
    now(store.compareAndSet("a", SharedStore.ABSENT, "1", HOUR));
    time.advance(HOUR.minusMillis(1));
    assertThat(value("a")).isEqualTo("1");
    time.advance(Duration.ofMillis(1));

    assertThat(value("a")).isNull();
    assertThat(now(store.list("a")).entries()).isEmpty();
    assertThat(set("a", SharedStore.ABSENT, "2")).isPresent();
  }

  @Test
  void claim_isWonByTheFirstUntilItExpires() {
    assertThat(now(store.putIfAbsent("jti/1", "x", HOUR))).isTrue();
    assertThat(now(store.putIfAbsent("jti/1", "y", HOUR))).isFalse();
    assertThat(value("jti/1")).isEqualTo("x");
    time.advance(HOUR);

    assertThat(now(store.putIfAbsent("jti/1", "z", HOUR))).isTrue();
  }

  @Test
  void claimForEver_isNotFreeAtOnce() {
    Duration forEver = Duration.ofMillis(Long.MAX_VALUE);
    assertThat(now(store.putIfAbsent("a", "x", forEver))).isTrue();
    assertThat(now(store.putIfAbsent("a", "y", forEver))).isFalse();
    assertThat(now(store.putIfAbsent("b", "x", Duration.ofSeconds(Long.MAX_VALUE)))).isTrue();
    assertThat(now(store.putIfAbsent("b", "y", Duration.ofSeconds(Long.MAX_VALUE)))).isFalse();
  }

  @Test
  void claimOfManyThreads_isWonByOne() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 200; round++) {
        String key = "race/" + round;
        List<Future<Boolean>> wins = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          wins.add(threads.submit(() -> now(store.putIfAbsent(key, "x", HOUR))));
        }
        int won = 0;
        for (Future<Boolean> win : wins) {
          won += win.get() ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void countingByManyThreads_losesNothing() throws Exception {
    set("n", SharedStore.ABSENT, "0");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(threads.submit(() -> add(500)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(value("n")).isEqualTo("2000");
  }

  private void add(int times) {
    for (int done = 0; done < times; ) {
      Entry entry = now(store.get("n")).orElseThrow();
      String next = String.valueOf(Integer.parseInt(entry.value()) + 1);
      done += set("n", entry.version(), next).isPresent() ? 1 : 0;
    }
  }

  @Test
  void list_isEverythingUnderAPrefixInOrder() {
    set("flags/b", 0, "2");
    set("flags/a", 0, "1");
    set("flags", 0, "no");
    set("flagt/x", 0, "no");
    now(store.compareAndSet("flags/c", 0, "3", HOUR));
    time.advance(HOUR);

    SharedStore.Listing listing = now(store.list("flags/"));

    assertThat(listing.entries()).extracting(Entry::key).containsExactly("flags/a", "flags/b");
    assertThat(listing.sequence()).isEqualTo(5);
    assertThat(now(store.list("")).entries()).hasSize(4);
  }

  @Test
  void snapshots_areTheLastOfEachInstance() {
    now(store.putSnapshot("slo", "a", "1"));
    now(store.putSnapshot("slo", "b", "2"));
    now(store.putSnapshot("slo", "a", "3"));
    now(store.putSnapshot("other", "a", "4"));

    assertThat(now(store.snapshots("slo")).values()).isEqualTo(Map.of("a", "3", "b", "2"));
    assertThat(now(store.snapshots("slo")).sequence()).isEqualTo(4);
  }

  @Test
  void watch_tellsChangesUnderItsPrefixUntilItIsClosed() {
    SharedStore.Watch watch = store.watch("flags/", told::add);
    set("flags/a", 0, "1");
    set("other", 0, "1");
    set("flags/a", 99, "refused");
    now(store.putIfAbsent("flags/b", "x", HOUR));
    now(store.putIfAbsent("flags/b", "y", HOUR));
    set("flags/a", 1, null);
    watch.close();
    set("flags/c", 0, "1");

    assertThat(told).containsExactly("flags/a", "flags/b", "flags/a");
  }

  @Test
  void watcherThatThrows_keepsNoOtherFromTheChange() {
    store.watch(
        "",
        key -> {
          throw new IllegalStateException();
        });
    store.watch("", told::add);

    assertThat(set("a", 0, "1")).isPresent();
    assertThat(told).containsExactly("a");
  }

  @Test
  void watchOfTheSameKind_isClosedAlone() {
    Consumer<String> listener = told::add;
    SharedStore.Watch first = store.watch("", listener);
    store.watch("", listener);
    first.close();
    first.close();
    set("a", 0, "1");

    assertThat(told).containsExactly("a");
  }

  @Test
  void watcher_mayUseTheStore() {
    AtomicLong seen = new AtomicLong();
    store.watch("a", key -> seen.set(now(store.list("a")).sequence()));
    set("a", 0, "1");

    assertThat(seen).hasValue(1);
  }
}
