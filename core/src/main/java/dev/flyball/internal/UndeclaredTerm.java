// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.internal.CoreSettings.Undeclared;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Letting undeclared endpoints through needs a reason and a last day. */
final class UndeclaredTerm {

  private UndeclaredTerm() {}

  static List<StartupProblem> problems(Settings settings, LocalDate today) {
    if (settings.get(CoreSettings.UNDECLARED) != Undeclared.OBSERVE) {
      return List.of();
    }
    List<StartupProblem> problems = new ArrayList<>();
    String where = settings.explain(CoreSettings.UNDECLARED).origin().place();
    if (settings.get(CoreSettings.UNDECLARED_REASON) == null) {
      problems.add(
          new StartupProblem(
              "flyball.auth.undeclared=observe gives no reason",
              where,
              "add flyball.auth.undeclared-reason=..."));
    }
    LocalDate until = settings.get(CoreSettings.UNDECLARED_UNTIL);
    if (until == null) {
      problems.add(
          new StartupProblem(
              "flyball.auth.undeclared=observe has no last day",
              where,
              "add flyball.auth.undeclared-until=" + today.plusMonths(1)));
    } else if (today.isAfter(until)) {
      problems.add(
          new StartupProblem(
              "flyball.auth.undeclared=observe was allowed until " + until + ", today is " + today,
              settings.explain(CoreSettings.UNDECLARED_UNTIL).origin().place(),
              "declare who may call, then remove flyball.auth.undeclared"));
    }
    return problems;
  }
}
