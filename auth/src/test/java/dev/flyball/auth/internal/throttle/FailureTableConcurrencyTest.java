// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Failures of one peer that come at once. */
class FailureTableConcurrencyTest {

  private static final int THREADS = 4;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void failuresAtOnce_areAllCounted() throws Exception {
    int limit = 40;
    FailureTable table = new FailureTable(limit, 1_000_000, 7);
    for (int round = 0; round < 500; round++) {
      long peer = round;
      inParallel(() -> {
        for (int i = 0; i < limit / THREADS; i++) {
          table.failed(peer, 0);
        }
      });
      assertThat(table.overFor(peer, 1)).as("round %d", round).isEqualTo(999_999);
    }
  }

  @Test
  void failuresOneFewer_neverRefuse() throws Exception {
    int limit = 41;
    FailureTable table = new FailureTable(limit, 1_000_000, 7);
    for (int round = 0; round < 500; round++) {
      long peer = round;
      inParallel(() -> {
        for (int i = 0; i < (limit - 1) / THREADS; i++) {
          assertThat(table.failed(peer, 0)).isZero();
        }
      });
      assertThat(table.overFor(peer, 1)).isZero();
    }
  }

  private void inParallel(Runnable action) throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(
          threads.submit(() -> {
            together.await(10, TimeUnit.SECONDS);
            action.run();
            return null;
          }));
    }
    for (Future<?> each : running) {
      each.get(10, TimeUnit.SECONDS);
    }
  }
}
