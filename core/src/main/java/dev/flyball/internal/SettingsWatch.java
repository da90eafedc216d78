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

  /** Whatever happens, the next look is taken: a scheduler gives up tasks that throw. */
  private void look() {
    try {
      tell(settings.reload());
    } catch (RuntimeException e) {
      events.accept(Event.error("settings.unreadable", "settings could not be looked at: " + e));
    }
  }

  /** Changes are news each time; what is wrong, or waits, is told once. */
  private void tell(Reload now) {
    if (!now.problems().isEmpty() && !now.problems().equals(last.problems())) {
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
              .with("flyball.settings.keys", String.join(",", now.changed())));
    }
    if (!now.needsRestart().isEmpty() && !now.needsRestart().equals(last.needsRestart())) {
      events.accept(
          Event.warn("settings.need-restart", "changed settings wait for the next start")
              .with("flyball.settings.keys", String.join(",", now.needsRestart())));
    }
    last = now;
  }
}
