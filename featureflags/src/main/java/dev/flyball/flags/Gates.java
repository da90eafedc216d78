// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Endpoint;
import dev.flyball.Event;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.annotation.FeatureGate;
import dev.flyball.flags.internal.CompiledFlag;
import dev.flyball.flags.internal.FlagSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** The endpoints behind gates, and which of their flags are not there. */
final class Gates {

  private final Flags flags;
  private final Consumer<Event> events;
  private final Map<String, Set<String>> endpointsByKey = new ConcurrentSkipListMap<>();
  private Set<String> without = Set.of();
  private boolean started;

  Gates(Flags flags, Setup setup) {
    this.flags = flags;
    this.events = setup::publish;
  }

  /** The stage that an endpoint needs, or nothing. */
  List<Stage> look(Endpoint endpoint) {
    FeatureGate gate = endpoint.annotation(FeatureGate.class).orElse(null);
    if (gate == null) {
      return List.of();
    }
    if (gate.value().isBlank()) {
      throw new IllegalArgumentException(
          "@FeatureGate of " + endpoint + " is blank (expected: the key of a flag)");
    }
    add(gate.value(), endpoint.id());
    return List.of(new FeatureGateStage(flags.bool(gate.value(), false)));
  }

  private synchronized void add(String key, String endpoint) {
    endpointsByKey.computeIfAbsent(key, unused -> new TreeSet<>()).add(endpoint);
    if (started) {
      check(flags.set());
    }
  }

  synchronized void start() {
    started = true;
    check(flags.set());
  }

  /** Says once which gates stay closed because nothing could open them. */
  synchronized void check(FlagSet set) {
    Set<String> now = new TreeSet<>();
    for (Map.Entry<String, Set<String>> gate : endpointsByKey.entrySet()) {
      CompiledFlag flag = set.find(gate.getKey());
      if (flag == null || !flag.isBoolean()) {
        String why = flag == null ? " (no such flag)" : " (not a boolean flag)";
        now.add(gate.getKey() + why + " of " + String.join(", ", gate.getValue()));
      }
    }
    if (!now.equals(without) && !now.isEmpty()) {
      String gates = String.join("; ", now);
      events.accept(
          Event.warn("flags.gates-without-flag", "gates that stay closed: " + gates)
              .with("flyball.flags.version", set.version()));
    }
    without = now;
  }
}
