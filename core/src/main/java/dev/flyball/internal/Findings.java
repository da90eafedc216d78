// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Event;
import dev.flyball.Finding;
import dev.flyball.Finding.Level;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What was found that somebody should look at, each thing once. What is found before the start is
 * told, or fatal, then; what is found later is told at once. Thread-safe.
 */
final class Findings {

  private static final int MAX = 500;

  private final Settings settings;
  private final Consumer<Event> events;
  private final Set<Finding> found = new LinkedHashSet<>();
  private boolean started;

  Findings(Settings settings, Consumer<Event> events) {
    this.settings = settings;
    this.events = events;
  }

  /**
   * Takes a finding in.
   *
   * @throws IllegalArgumentException if nobody has declared its kind
   */
  void add(Finding finding) {
    Level level = level(finding);
    boolean late;
    synchronized (this) {
      if (level == Level.OFF || found.size() >= MAX || !found.add(finding)) {
        return;
      }
      late = started;
    }
    if (late) {
      tell(finding, level);
    }
  }

  /** Why the service cannot start. */
  List<StartupProblem> fatal() {
    List<StartupProblem> problems = new ArrayList<>();
    for (Finding finding : all()) {
      if (level(finding) == Level.FATAL) {
        problems.add(problem(finding));
      }
    }
    return problems;
  }

  /** Tells what was found until now, and from now on at once. */
  void start() {
    List<Finding> first;
    synchronized (this) {
      started = true;
      first = all();
    }
    for (Finding finding : first) {
      tell(finding, level(finding));
    }
  }

  synchronized List<Finding> all() {
    return List.copyOf(found);
  }

  private void tell(Finding finding, Level level) {
    String message = finding.id() + ": " + finding.message();
    Event event =
        (level == Level.FATAL
                ? Event.error("finding.reported", message)
                : Event.warn("finding.reported", message))
            .with("flyball.finding", finding.id());
    if (finding.where() != null) {
      event = event.with("flyball.where", finding.where());
    }
    events.accept(finding.hint() == null ? event : event.with("flyball.hint", finding.hint()));
  }

  private StartupProblem problem(Finding finding) {
    String by =
        Finding.key(finding.id())
            + "=fatal ("
            + settings.explain(setting(finding.id())).origin().place()
            + ") keeps the service from starting";
    return new StartupProblem(
        finding.id() + ": " + finding.message(),
        finding.where(),
        finding.hint() == null ? by : finding.hint() + "; " + by);
  }

  private Level level(Finding finding) {
    Level level = settings.get(setting(finding.id()));
    return level == null ? Level.WARN : level;
  }

  /** The declaration is found by its key. */
  private static Setting<Level> setting(String id) {
    return Finding.kind(id, "declared elsewhere");
  }
}
