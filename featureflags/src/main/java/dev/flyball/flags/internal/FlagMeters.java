// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.Meters;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import dev.flyball.flags.FlagDetail.ErrorCode;
import java.util.EnumMap;
import java.util.Map;

/** The instruments of the flags. */
public final class FlagMeters {

  private static final String CODE_DEFAULT = "_CODE_DEFAULT";

  private final Family<Counter> evaluations;
  private final Map<ErrorCode, Counter> errors = new EnumMap<>(ErrorCode.class);
  private final Family<Counter> reloads;

  /** Declares the instruments. */
  public FlagMeters(Meters meters) {
    evaluations =
        meters.counter(
            "flyball.flag.evaluations",
            "{evaluation}",
            "Evaluations of flags; in a call, each flag counts once.",
            "flag",
            "variant",
            "reason");
    Family<Counter> byCode =
        meters.counter(
            "flyball.flag.errors",
            "{evaluation}",
            "Evaluations that gave the default of the code because something is wrong.",
            "code");
    for (ErrorCode code : ErrorCode.values()) {
      errors.put(code, byCode.with(code.name()));
    }
    reloads =
        meters.counter(
            "flyball.flag.reloads",
            "{reload}",
            "Changed flag files, by what became of them.",
            "result");
  }

  Counter evaluations(Resolution resolution) {
    Variant variant = resolution.variant();
    String name = variant == null ? CODE_DEFAULT : variant.name();
    return evaluations.with(resolution.flag().key(), name, resolution.reason().name());
  }

  void error(ErrorCode code) {
    Counter counter = errors.get(code);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Counts a changed flag file. */
  public void reloaded(String result) {
    reloads.with(result).increment();
  }
}
