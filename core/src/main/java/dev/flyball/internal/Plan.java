// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.CallListener;
import dev.flyball.EventListener;
import dev.flyball.FlyballModule;
import dev.flyball.HealthCheck;
import dev.flyball.Time;
import dev.flyball.settings.Settings;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** What a governor is made of. */
public record Plan(
    Settings.Builder settings,
    List<FlyballModule> modules,
    List<Offer<?>> offers,
    List<CallListener> callListeners,
    List<EventListener> eventListeners,
    List<HealthCheck> healthChecks,
    Time time,
    RandomGenerator random,
    ScheduledExecutorService scheduler) {

  /** Something that one gives to others. */
  public record Offer<T>(Class<T> type, String name, T object, String by) {

    /** Checks that all is there. */
    public Offer {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(object, "object");
    }
  }
}
