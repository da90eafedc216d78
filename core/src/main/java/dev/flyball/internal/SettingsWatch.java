// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Event;
import dev.flyball.settings.Settings;
import dev.flyball.settings.Settings.Reload;
import dev.flyball.settings.StartupProblem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at the property files now and then, and says once what changed. */
final class SettingsWatch {

  private static final Reload NOTHING = new Reload(List.of(), List.of(), List.of());

  private final Settings settings;
  private final Consumer<Event> events;
  private Reload last = NOTHING;

  SettingsWatch(Settings settings, Consumer<Event> events) {
    this.settings = settings;
    this.events = events;
  }

  void every(@Nullable Duration interval, ScheduledExecutorService scheduler) {
    if (interval != null && !interval.isZero()) {
      long nanos = interval.toNanos();
      scheduler.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    Reload now = settings.reload();
    if (now.equals(last)) {
      return;
    }
    last = now;
    if (!now.problems().isEmpty()) {
      String problems =
          now.problems().stream().map(StartupProblem::toString).collect(Collectors.joining("; "));
      events.accept(
          Event.error(
                  "settings.rejected", "changed settings are wrong; the former ones stay in force")
              .with("flyball.problems", problems));
    }
    if (!now.changed().isEmpty()) {
      events.accept(
          Event.info("settings.reloaded", "changed settings are in force")
              .with("flyball.keys", String.join(",", now.changed())));
    }
    if (!now.needsRestart().isEmpty()) {
      events.accept(
          Event.warn("settings.need-restart", "changed settings wait for the next start")
              .with("flyball.keys", String.join(",", now.needsRestart())));
    }
  }
}
