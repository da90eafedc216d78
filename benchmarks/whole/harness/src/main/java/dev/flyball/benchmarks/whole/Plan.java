// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is measured, how often and how long.
 *
 * @param variants in the order of each round
 * @param starts of each server whose start is compared; the last one stays for the load
 * @param warmUp of a host; the peer's takes longer
 * @param slowWarmUp of the peer
 * @param rounds of load
 * @param round how long each variant is measured in a round
 */
record Plan(
    List<Variant> variants,
    int starts,
    Duration warmUp,
    Duration slowWarmUp,
    int rounds,
    Duration round) {

  /** Before each round, not measured: connections are made, caches of the processor filled. */
  static final Duration LEAD_IN = Duration.ofMillis(300);

  static Plan of(boolean quick, List<Variant> variants) {
    return quick
        ? new Plan(
            variants, 3, Duration.ofSeconds(6), Duration.ofSeconds(20), 3, Duration.ofSeconds(3))
        : new Plan(
            variants, 5, Duration.ofSeconds(20), Duration.ofSeconds(60), 9, Duration.ofSeconds(6));
  }

  /**
   * The variants whose servers were built.
   *
   * @param root the folder of the modules
   * @param only names with commas between them; blank for all
   */
  static List<Variant> variants(Path root, String only) {
    List<Variant> built = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      if (Files.exists(ServerProcess.classPathFile(root, variant.server()))) {
        built.add(variant);
      }
    }
    if (!only.isBlank()) {
      built.retainAll(named(only));
    }
    return built;
  }

  private static Set<Variant> named(String only) {
    Set<Variant> named = EnumSet.noneOf(Variant.class);
    for (String name : only.split(",", -1)) {
      named.add(Variant.valueOf(name.strip().toUpperCase(Locale.ROOT)));
    }
    return named;
  }

  Set<Server> servers() {
    Set<Server> servers = EnumSet.noneOf(Server.class);
    variants.forEach(variant -> servers.add(variant.server()));
    return servers;
  }

  Duration warmUp(Server server) {
    return server.kind().isSlowToWarm() ? slowWarmUp : warmUp;
  }

  /** About how long it all takes. */
  Duration duration() {
    long compared = servers().stream().filter(Server::isStartCompared).count();
    long startCount = servers().size() + (starts - 1) * compared;
    Duration startUps = Duration.ofSeconds(2).multipliedBy(startCount);
    Duration warmUps = servers().stream().map(this::warmUp).reduce(Duration.ZERO, Duration::plus);
    Duration one = round.plus(LEAD_IN).plus(LEAD_IN);
    return startUps.plus(warmUps).plus(one.multipliedBy((long) rounds * variants.size()));
  }
}
