// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.internal.GovernorEngine;
import dev.flyball.internal.Plan;
import dev.flyball.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a governor is made of. What is not said comes from the class path and the places of
 * this process. Not thread-safe.
 */
public final class GovernorBuilder {

  private final Settings.Builder settings = Settings.builder();
  private final List<Plan.Offer<?>> offers = new ArrayList<>();
  private final List<CallListener> callListeners = new ArrayList<>();
  private final List<EventListener> eventListeners = new ArrayList<>();
  private final List<HealthCheck> healthChecks = new ArrayList<>();
  private @Nullable List<FlyballModule> modules;
  private @Nullable ScheduledExecutorService scheduler;
  private Time time = Time.system();
  private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

  GovernorBuilder() {}

  /**
   * Gives a value in code; it stands above every other layer of settings.
   *
   * @param key a declared key
   * @param value the value, as a user would write it
   * @return this builder
   */
  public GovernorBuilder property(String key, String value) {
    settings.property(key, value);
    return this;
  }

  /**
   * Sets the folder that counts as beside the process.
   *
   * @param directory an existing folder
   * @return this builder
   */
  public GovernorBuilder directory(Path directory) {
    settings.directory(directory);
    return this;
  }

  /**
   * Changes where settings are read.
   *
   * @param change gets the builder of the settings
   * @return this builder
   */
  public GovernorBuilder settings(Consumer<Settings.Builder> change) {
    change.accept(settings);
    return this;
  }

  /**
   * Names the modules in place of those on the class path.
   *
   * @param modules installed in this order
   * @return this builder
   */
  public GovernorBuilder modules(List<? extends FlyballModule> modules) {
    this.modules = List.copyOf(modules);
    return this;
  }

  /**
   * Offers an object to modules: a policy, a store, an audit trail.
   *
   * @param type the type by which it is wanted
   * @param name tells offers of one type apart; {@code default} for the usual one
   * @param object the object
   * @param <T> the type
   * @return this builder
   */
  public <T> GovernorBuilder offer(Class<T> type, String name, T object) {
    offers.add(new Plan.Offer<>(type, name, object, "the application"));
    return this;
  }

  /**
   * Adds a listener to the records of calls.
   *
   * @param listener sees every record
   * @return this builder
   */
  public GovernorBuilder callListener(CallListener listener) {
    callListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds a listener to events.
   *
   * @param listener sees every event
   * @return this builder
   */
  public GovernorBuilder eventListener(EventListener listener) {
    eventListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds a health check.
   *
   * @param check asked now and then
   * @return this builder
   */
  public GovernorBuilder healthCheck(HealthCheck check) {
    healthChecks.add(Objects.requireNonNull(check, "check"));
    return this;
  }

  /**
   * Replaces the clocks, for tests.
   *
   * @param time the one source of time
   * @return this builder
   */
  public GovernorBuilder time(Time time) {
    this.time = Objects.requireNonNull(time, "time");
    return this;
  }

  /**
   * Replaces the scheduler, for tests.
   *
   * @param scheduler stopped when the governor closes
   * @return this builder
   */
  public GovernorBuilder scheduler(ScheduledExecutorService scheduler) {
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    return this;
  }

  /**
   * Makes span ids and jitter repeatable, for tests.
   *
   * @param seed any number
   * @return this builder
   */
  public GovernorBuilder seed(long seed) {
    SplittableRandom seeded = new SplittableRandom(seed);
    this.random =
        () -> {
          synchronized (seeded) {
            return seeded.nextLong();
          }
        };
    return this;
  }

  /**
   * Reads the settings and installs the modules. What is wrong is kept for {@link
   * Governor#start()}, so that endpoints can be looked at too.
   *
   * @return a governor that has not started
   */
  public Governor build() {
    List<FlyballModule> installed = modules != null ? modules : discover();
    return new GovernorEngine(
        new Plan(
            settings,
            installed,
            List.copyOf(offers),
            List.copyOf(callListeners),
            List.copyOf(eventListeners),
            List.copyOf(healthChecks),
            time,
            random,
            scheduler != null ? scheduler : newScheduler()));
  }

  private static ScheduledExecutorService newScheduler() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "flyball-scheduler");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  private static List<FlyballModule> discover() {
    List<FlyballModule> found = new ArrayList<>();
    for (FlyballModule module : ServiceLoader.load(FlyballModule.class)) {
      found.add(module);
    }
    return found;
  }
}
