// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.AdminRoute;
import dev.flyball.AdminRoute.Response;
import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.HealthCheck.Result;
import dev.flyball.HealthCheck.Status;
import dev.flyball.observability.ObservabilityModule;
import dev.flyball.testkit.InProcessApp;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Live, ready, startup: answered at once from what checks came to before. */
class HealthTest {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final InProcessApp app =
      InProcessApp.with(new ObservabilityModule())
          .property("flyball.auth.delegated", "authorization is not under test");
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    app.close();
  }

  private Response page(String path) {
    AdminRoute route =
        app.governor().adminRoutes().stream()
            .filter(each -> each.path().equals(path))
            .findFirst()
            .orElseThrow();
    assertThat(route.scope()).as("probes have no credential").isNull();
    return route.handler().handle(new AdminRoute.Request(null, null, "", null));
  }

  /** The words of the checks on a page, by their names. */
  private Map<String, String> checks(String path) {
    Response response = page(path);
    JsonNode body = JsonMapper.shared().readTree(response.body());
    Map<String, String> words = new HashMap<>();
    for (JsonNode check : body.get("checks")) {
      words.put(check.get("name").stringValue(), check.get("status").stringValue());
    }
    assertThat(body.get("status").stringValue())
        .isEqualTo(response.status() == 200 ? "UP" : "DOWN");
    return words;
  }

  private void check(Supplier<CompletionStage<Result>> look) {
    app.configure(builder ->
        builder.healthCheck(
            new HealthCheck() {
              @Override
              public String name() {
                return "database";
              }

              @Override
              public CompletionStage<Result> check() {
                runs.incrementAndGet();
                return look.get();
              }
            }));
  }

  private static CompletionStage<Result> result(Status status) {
    return CompletableFuture.completedFuture(new Result(status, "host db-7.internal refused"));
  }

  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - until).as("time to wait").isNegative();
      Thread.onSpinWait();
    }
  }

  private void awaitReady(String word) {
    await(() -> word.equals(checks("ready").get("database")));
  }

  @Test
  void beforeTheStart_onlyLiveIsUp() {
    app.governor();
    assertThat(page("live").status()).isEqualTo(200);
    assertThat(page("startup").status()).isEqualTo(503);
    assertThat(page("ready").status()).isEqualTo(503);
  }

  @Test
  void runningService_isReadyOnceItsChecksAreUp() {
    check(() -> result(Status.UP));
    app.start();
    assertThat(page("startup").status()).isEqualTo(200);
    awaitReady("UP");
    await(() -> page("ready").status() == 200);
    assertThat(page("ready").contentType()).isEqualTo("application/json");
    assertThat(checks("ready")).containsEntry("lifecycle", "UP").containsEntry("ungoverned", "UP");
  }

  @Test
  void degradedCheck_leavesTheServiceReadyAndTheDetailInTheEvent() {
    check(() -> result(Status.DEGRADED));
    app.start();
    awaitReady("DEGRADED");
    await(() -> page("ready").status() == 200);
    assertThat(page("ready").body()).doesNotContain("db-7");
    await(() -> app.events().stream().anyMatch(HealthTest::isAboutDatabase));
    Event event = app.events().stream().filter(HealthTest::isAboutDatabase).findFirst().get();
    assertThat(event.severity()).isEqualTo(Event.Severity.WARN);
    assertThat(event.fields()).containsEntry("flyball.detail", "host db-7.internal refused");
  }

  private static boolean isAboutDatabase(Event event) {
    return event.name().equals("health.changed")
        && "database".equals(event.fields().get("flyball.check"));
  }

  @Test
  void checkThatIsDownOrThrows_takesReadinessAndNotLife() {
    AtomicInteger turn = new AtomicInteger();
    check(() -> {
      switch (turn.getAndIncrement()) {
        case 0:
          return result(Status.DOWN);
        case 1:
          throw new IllegalStateException("password=hunter2");
        case 2:
          return CompletableFuture.failedFuture(new java.io.IOException("hunter2"));
        case 3:
          return CompletableFuture.completedFuture(null);
        default:
          return result(Status.UP);
      }
    });
    app.start();
    for (int i = 0; i < 4; i++) {
      int run = i + 1;
      await(() -> runs.get() == run);
      awaitReady("DOWN");
      assertThat(page("ready").status()).isEqualTo(503);
      assertThat(page("live").status()).isEqualTo(200);
      assertThat(page("ready").body()).doesNotContain("hunter2");
      settle();
      app.time().advance(INTERVAL);
    }
    awaitReady("UP");
    await(() -> page("ready").status() == 200);
  }

  /** A run is over a moment after its result is there; the next one waits for that. */
  private void settle() {
    await(() ->
        Thread.getAllStackTraces().entrySet().stream()
            .filter(each -> each.getKey().getName().equals("flyball-health"))
            .noneMatch(each ->
                java.util.Arrays.stream(each.getValue())
                    .anyMatch(frame -> frame.getClassName().contains("WatchedCheck"))));
  }

  @Test
  void row54_checkThatHangs_isUnknownAndThePageAnswers() {
    CountDownLatch hang = new CountDownLatch(1);
    AtomicInteger turn = new AtomicInteger();
    check(() -> {
      if (turn.getAndIncrement() > 0) {
        awaitUninterruptibly(hang);
      }
      return result(Status.UP);
    });
    app.start();
    awaitReady("UP");
    settle();
    app.time().advance(INTERVAL);
    await(() -> runs.get() == 2);
    for (int i = 0; i < 3; i++) {
      assertThat(checks("ready")).containsEntry("database", "UP");
      app.time().advance(INTERVAL);
    }
    assertThat(checks("ready")).containsEntry("database", "UNKNOWN");
    assertThat(page("ready").status()).isEqualTo(503);
    assertThat(page("live").status()).isEqualTo(200);
    JsonNode ready = JsonMapper.shared().readTree(page("ready").body());
    assertThat(ready.get("checks").findValuesAsString("age_ms")).contains("20000");
    assertThat(runs).as("not begun again while it hangs").hasValue(2);
    hang.countDown();
    settle();
    app.time().advance(INTERVAL);
    awaitReady("UP");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void row54_resultThatNeverComes_isGivenUpAndAskedForAgain() {
    CompletableFuture<Result> never = new CompletableFuture<>();
    AtomicInteger turn = new AtomicInteger();
    check(() -> turn.getAndIncrement() == 0 ? never : result(Status.UP));
    app.start();
    await(() -> runs.get() == 1);
    settle();
    assertThat(checks("ready")).containsEntry("database", "UNKNOWN");
    app.time().advance(Duration.ofSeconds(2));
    assertThat(never).as("told that nobody waits").isCancelled();
    app.time().advance(Duration.ofSeconds(3));
    awaitReady("UP");
  }

  @Test
  void row55_hammeredPage_runsChecksOncePerInterval() {
    check(() -> result(Status.UP));
    app.start();
    awaitReady("UP");
    for (int i = 0; i < 10_000; i++) {
      page("ready");
    }
    assertThat(runs).hasValue(1);
    settle();
    app.time().advance(INTERVAL);
    await(() -> runs.get() == 2);
  }

  @Test
  void drainingService_isLiveAndNotReady() {
    app.start();
    await(() -> page("ready").status() == 200);
    app.governor().drain();
    assertThat(page("ready").status()).isEqualTo(503);
    assertThat(checks("ready")).containsEntry("lifecycle", "DOWN");
    assertThat(page("ready").body()).contains("draining");
    assertThat(page("live").status()).isEqualTo(200);
    assertThat(page("startup").status()).isEqualTo(200);
  }
}
