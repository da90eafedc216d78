// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.HealthCheck.Result;
import dev.flyball.HealthCheck.Status;
import dev.flyball.Setup;
import dev.flyball.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the health checks now and then, each at most once at a time and never for a request, and
 * keeps what they came to.
 */
public final class HealthMonitor {

  /** What is known of one check. */
  record Finding(String name, @Nullable Status status, @Nullable Duration age) {

    /** UNKNOWN where there is no result, or none that is young enough. */
    String word() {
      return status == null ? "UNKNOWN" : status.name();
    }

    boolean lets() {
      return status == Status.UP || status == Status.DEGRADED;
    }
  }

  private static final int MISSED_INTERVALS = 3;

  private final Setup setup;
  private final Time time;
  private final Duration interval;
  private final Duration deadline;
  private volatile List<WatchedCheck> checks = List.of();
  private @Nullable ExecutorService executor;

  /** A monitor that starts and ends with the governor. */
  public HealthMonitor(Setup setup, Duration interval, Duration deadline) {
    this.setup = setup;
    this.time = setup.time();
    this.interval = interval;
    this.deadline = deadline;
    setup.onStart(this::start);
    setup.onClose(this::close);
  }

  /** What is known of every check. */
  List<Finding> findings() {
    return checks.stream().map(this::finding).toList();
  }

  private Finding finding(WatchedCheck check) {
    WatchedCheck.Observation last = check.last();
    if (last == null) {
      return new Finding(check.name(), null, null);
    }
    Duration age = Duration.ofNanos(Math.max(0, time.nanoTime() - last.nanoTime()));
    boolean old = age.compareTo(interval.multipliedBy(MISSED_INTERVALS)) > 0;
    return new Finding(check.name(), old ? null : last.result().status(), age);
  }

  private void start() {
    List<WatchedCheck> watched = new ArrayList<>();
    for (HealthCheck check : setup.healthChecks().all().values()) {
      watched.add(new WatchedCheck(check, time, this::tell));
    }
    checks = List.copyOf(watched);
    executor = executor(checks.size());
    look();
    setup
        .scheduler()
        .scheduleWithFixedDelay(
            this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** One thread for each check at most, and none while nothing is looked at. */
  private static ExecutorService executor(int most) {
    return new ThreadPoolExecutor(
        0,
        Math.max(1, most),
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "flyball-health");
          thread.setDaemon(true);
          return thread;
        });
  }

  private void look() {
    ExecutorService running = executor;
    ScheduledExecutorService scheduler = setup.scheduler();
    if (running != null) {
      for (WatchedCheck check : checks) {
        check.look(running, scheduler, deadline);
      }
    }
  }

  private void tell(String check, @Nullable Result before, Result now) {
    if (before == null && now.status() == Status.UP) {
      return;
    }
    String message = "the check " + check + " is " + now.status().name().toLowerCase(Locale.ROOT);
    Event event =
        now.status() == HealthCheck.Status.UP
            ? Event.info("health.changed", message)
            : Event.warn("health.changed", message);
    setup.publish(event.with("flyball.check", check).with("flyball.detail", now.detail()));
  }

  private void close() {
    ExecutorService running = executor;
    if (running != null) {
      running.shutdownNow();
    }
  }
}
