// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.CallListener;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Phase;
import dev.flyball.Stage;
import dev.flyball.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An endpoint, the stages that its calls run and the listeners that see their records. */
final class BoundEndpoint implements GovernedEndpoint {

  /** What calls come to that nothing has refused; calls and their children begin differently. */
  private static final class Proceeded {

    private final BoundStage[] service;
    private final List<Verdict> verdicts;

    Proceeded(BoundStage[] service, List<Verdict> verdicts) {
      this.service = service;
      this.verdicts = verdicts;
    }
  }

  final GovernorEngine governor;
  final Endpoint endpoint;
  final BoundStage[] stages;
  final CallListener[] listeners;
  final long bodyLimit;

  /** Whether somebody has to be kept out. */
  final boolean isProtected;

  private final int firstAuthenticate;
  private final int firstAuthorize;
  private volatile @Nullable Proceeded proceeded;

  BoundEndpoint(
      GovernorEngine governor,
      Endpoint endpoint,
      List<BoundStage> stages,
      List<CallListener> listeners,
      long bodyLimit) {
    this.governor = governor;
    this.endpoint = endpoint;
    this.stages = stages.toArray(BoundStage.NONE);
    this.listeners = listeners.toArray(new CallListener[0]);
    this.bodyLimit = bodyLimit;
    this.isProtected = GovernorEngine.isProtected(endpoint);
    this.firstAuthenticate = first(Phase.AUTHENTICATE);
    this.firstAuthorize = first(Phase.AUTHORIZE);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public List<Stage> stages() {
    List<Stage> unbound = new ArrayList<>();
    for (BoundStage bound : stages) {
      unbound.add(bound.stage);
    }
    return List.copyOf(unbound);
  }

  /** Where a child begins: the request may hold a validated credential already. */
  int childStart(boolean authenticated) {
    return authenticated ? firstAuthorize : firstAuthenticate;
  }

  /** The verdicts of nearly every call: all stages of the service and these have let it go on. */
  @SuppressWarnings("ReferenceEquality") // these very stages
  List<Verdict> proceeded(BoundStage[] service) {
    Proceeded known = proceeded;
    if (known == null || known.service != service) {
      known = new Proceeded(service, proceeded(service, stages));
      proceeded = known;
    }
    return known.verdicts;
  }

  private static List<Verdict> proceeded(BoundStage[] service, BoundStage[] stages) {
    List<Verdict> proceeded = new ArrayList<>();
    for (BoundStage stage : service) {
      proceeded.add(stage.proceeded);
    }
    for (BoundStage stage : stages) {
      proceeded.add(stage.proceeded);
    }
    return List.copyOf(proceeded);
  }

  @Override
  public String toString() {
    return endpoint.id();
  }

  private int first(Phase phase) {
    int index = 0;
    while (index < stages.length && stages[index].phase.compareTo(phase) < 0) {
      index++;
    }
    return index;
  }
}
