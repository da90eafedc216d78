// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Meters;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;

/** What the engine counts of itself. */
final class Counters {

  final Counter doubleEnds;
  final Counter lateWrites;
  final Counter handledAfterRefusal;
  final Family<Counter> stageFailures;
  final Family<Counter> listenerFailures;
  final Family<Counter> dropped;
  final Family<Counter> ungoverned;

  Counters(Meters meters) {
    doubleEnds =
        meters.counter("flyball.call.double_ends", "{end}", "Calls that were ended again.").with();
    lateWrites =
        meters
            .counter("flyball.call.late_writes", "{write}", "Writes to calls that had ended.")
            .with();
    handledAfterRefusal =
        meters
            .counter(
                "flyball.call.handled_after_refusal",
                "{call}",
                "Refused calls whose handler ran: a bug of an adapter.")
            .with();
    stageFailures =
        meters.counter(
            "flyball.stage.failures", "{failure}", "Stages that failed.", "stage", "reason");
    listenerFailures =
        meters.counter(
            "flyball.listener.failures", "{failure}", "Listeners that failed.", "listener");
    dropped =
        meters.counter(
            "flyball.listener.dropped",
            "{record}",
            "Records that a queue had no room for.",
            "listener");
    ungoverned =
        meters.counter("flyball.call.ungoverned", "{call}", "Answers that nobody governs.", "name");
  }
}
