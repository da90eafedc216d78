// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The table beside a model that forgets nothing and counts exactly. */
class FailureTableProperties {

  private static final long WINDOW = 60_000;

  /** Something that one of a few peers does after some time. */
  record Step(long peer, long after, boolean fails) {}

  @Property(tries = 1_000)
  void fewPeers_areRefusedExactlyWhileTheirLastFailuresAreWithinTheWindow(
      @ForAll @IntRange(min = 1, max = 12) int limit,
      @ForAll long seed,
      @ForAll long start,
      @ForAll("steps") @Size(max = 300) List<Step> steps) {
    FailureTable table = new FailureTable(limit, WINDOW, seed);
    Map<Long, Deque<Long>> model = new HashMap<>();
    long now = start;
    for (Step step : steps) {
      now += step.after();
      Deque<Long> failures = model.computeIfAbsent(step.peer(), unused -> new ArrayDeque<>());
      if (step.fails()) {
        table.failed(step.peer(), now);
        failures.addLast(now);
        if (failures.size() > limit) {
          failures.removeFirst();
        }
      }
      long expected = failures.size() < limit ? 0 : Math.max(0, failures.getFirst() + WINDOW - now);
      assertThat(table.overFor(step.peer(), now)).isEqualTo(expected);
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> step =
        Combinators.combine(
                Arbitraries.longs().between(1, 6),
                Arbitraries.longs().between(0, WINDOW / 4),
                Arbitraries.of(true, true, true, false))
            .as(Step::new);
    return step.list();
  }

  @Property(tries = 20)
  void manyPeers_areNeverRefusedBeforeTheyHaveFailedAsOften(@ForAll long seed) {
    int limit = 10;
    FailureTable table = new FailureTable(limit, WINDOW, seed);
    SplittableRandom random = new SplittableRandom(seed);
    int[] failures = new int[20_000];
    for (int i = 0; i < 150_000; i++) {
      int peer = random.nextInt(failures.length);
      boolean over = table.overFor(peer, i / 10) > 0;
      assertThat(over && failures[peer] < limit).isFalse();
      table.failed(peer, i / 10);
      failures[peer]++;
    }
  }

  @Property(tries = 20)
  void peersThatFitIn_areAlwaysRefusedAfterwards(@ForAll long seed) {
    int limit = 3;
    FailureTable table = new FailureTable(limit, WINDOW, seed);
    SplittableRandom random = new SplittableRandom(seed);
    long[] peers = random.longs(200).toArray();
    for (int i = 0; i < limit; i++) {
      for (long peer : peers) {
        table.failed(peer, i);
      }
    }
    for (long peer : peers) {
      assertThat(table.overFor(peer, 10)).isEqualTo(WINDOW - 10);
    }
  }

  @Example
  void millionPeers_takeNoMoreMemoryThanOne() {
    FailureTable table = new FailureTable(10, WINDOW, 7);
    int before = table.words();
    for (long peer = 0; peer < 1_000_000; peer++) {
      table.failed(peer, peer / 100);
    }
    assertThat(table.words()).isEqualTo(before);
    assertThat(table.size()).isEqualTo(FailureTable.PLACES);
  }

  /** Whoever passes by with many addresses does not wash out a peer that is over the limit. */
  @Example
  void peerOverTheLimit_staysWhileThousandsFailOnce() {
    FailureTable table = new FailureTable(10, WINDOW, 7);
    for (int i = 0; i < 10; i++) {
      table.failed(-1, 0);
    }
    for (long peer = 0; peer < 100_000; peer++) {
      table.failed(peer, peer / 100);
    }
    assertThat(table.overFor(-1, 1_000)).isPositive();
  }

  @Example
  void peerOverTheLimit_isNewsOnceInAWindow() {
    FailureTable table = new FailureTable(2, WINDOW, 7);
    table.failed(1, 0);
    table.failed(1, 0);
    assertThat(table.isNews(1, 5)).isTrue();
    assertThat(table.isNews(1, 6)).isFalse();
    assertThat(table.isNews(1, WINDOW + 4)).isFalse();
    assertThat(table.isNews(1, WINDOW + 5)).isTrue();
    assertThat(table.isNews(2, 5)).isFalse();
  }

  @Example
  void forgottenPeer_beginsAnew() {
    FailureTable table = new FailureTable(1, WINDOW, 7);
    table.failed(1, 0);
    table.forget(1);
    table.forget(2);
    assertThat(table.overFor(1, 1)).isZero();
    assertThat(table.failed(1, 2)).isEqualTo(WINDOW);
  }
}
