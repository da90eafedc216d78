// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.GovernedEndpoint;
import dev.flyball.flags.FlagDetail.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations on several threads while the flags change again and again. */
class ReloadUnderLoadTest {

  private static final int RELOADS = Integer.getInteger("flyball.flags.reloads", 100);
  private static final int THREADS = Integer.getInteger("flyball.flags.threads", 4);

  /** Two flags that always have the same variant, one of them by a rule. */
  private static final String FLAGS =
      """
      {"flags": {
        "left": {"state": "ENABLED", "variants": {"odd": 1, "even": 2}, "defaultVariant": "NAME"},
        "right": {"state": "ENABLED", "variants": {"odd": 1, "even": 2},
          "targeting": {"fractional": [["NAME", 1]]}}
      }}
      """;

  @TempDir private Path folder;

  @Test
  void sets_areNeverTorn() throws InterruptedException {
    try (FlagApp app = FlagApp.with(folder, FLAGS.replace("NAME", "odd"))) {
      GovernedEndpoint endpoint = app.open("GET /");
      app.start();
      Flag<Long> left = app.flags().integer("left", 0);
      Flag<Long> right = app.flags().integer("right", 0);
      AtomicBoolean goesOn = new AtomicBoolean(true);
      AtomicLong evaluations = new AtomicLong();
      CountDownLatch running = new CountDownLatch(THREADS);
      Queue<String> wrong = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        String unit = "unit-" + i;
        Thread thread =
            new Thread(() -> {
              do {
                app.call(endpoint, unit, () -> compare(left, right, wrong));
                FlagDetail<Long> detail = right.detail(FlagContext.of(unit));
                if (detail.reason() != Reason.TARGETING_MATCH) {
                  wrong.add(detail.toString());
                }
                evaluations.addAndGet(3);
                app.app().records().clear();
                running.countDown();
              } while (goesOn.get());
            });
        thread.setUncaughtExceptionHandler((t, e) -> wrong.add(e.toString()));
        threads.add(thread);
        thread.start();
      }
      running.await();
      String before = app.flags().version();
      for (int i = 0; i < RELOADS; i++) {
        app.rewrite(FLAGS.replace("NAME", i % 2 == 0 ? "even" : "odd") + " ".repeat(i));
        app.app().time().advance(Duration.ofSeconds(1));
        assertThat(app.flags().version()).isNotEqualTo(before);
        before = app.flags().version();
      }
      goesOn.set(false);
      for (Thread thread : threads) {
        thread.join();
      }

      assertThat(wrong).isEmpty();
      assertThat(evaluations.get()).isGreaterThanOrEqualTo(3L * THREADS);
      assertThat(app.events("flags.swapped")).hasSize(RELOADS);
    }
  }

  private static Object compare(Flag<Long> left, Flag<Long> right, Queue<String> wrong) {
    long a = left.get();
    long b = right.get();
    if (a != b || a == 0) {
      wrong.add(a + " beside " + b);
    }
    return a;
  }
}
