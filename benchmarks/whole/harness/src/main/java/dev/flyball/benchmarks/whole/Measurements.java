// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Everything that was measured: rounds of load and starts, in order. Not thread-safe. */
final class Measurements {

  private final Map<Variant, List<Round>> rounds = new EnumMap<>(Variant.class);
  private final Map<Server, List<StartUp>> starts = new EnumMap<>(Server.class);

  void add(Variant variant, Round round) {
    rounds.computeIfAbsent(variant, unused -> new ArrayList<>()).add(round);
  }

  void add(Server server, StartUp start) {
    starts.computeIfAbsent(server, unused -> new ArrayList<>()).add(start);
  }

  boolean has(Variant... variants) {
    return List.of(variants).stream().allMatch(rounds::containsKey);
  }

  boolean wereStarted(Server... servers) {
    return List.of(servers).stream().allMatch(starts::containsKey);
  }

  List<Round> rounds(Variant variant) {
    return rounds.getOrDefault(variant, List.of());
  }

  List<StartUp> starts(Server server) {
    return starts.getOrDefault(server, List.of());
  }

  /** A figure of all rounds of a variant. */
  double[] values(Variant variant, ToDoubleFunction<Round> figure) {
    return rounds(variant).stream().mapToDouble(figure).toArray();
  }

  /** A figure of all starts of a server. */
  double[] values(Server server, ToDoubleFunction<StartUp> figure) {
    return starts(server).stream().mapToDouble(figure).toArray();
  }
}
