// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Phase;
import dev.flyball.Stage;
import dev.flyball.Stage.OnFailure;
import dev.flyball.Verdict;
import dev.flyball.Verdict.Result;

/** A stage and what the engine asked it once: nothing of it is asked again per call. */
final class BoundStage {

  static final BoundStage[] NONE = {};

  final Stage stage;
  final String id;
  final Phase phase;
  final OnFailure onFailure;
  final Verdict proceeded;

  BoundStage(Stage stage) {
    this.stage = stage;
    this.id = stage.id();
    this.phase = stage.phase();
    this.onFailure = stage.onFailure();
    this.proceeded = new Verdict(id, phase, Result.PROCEED, id, null, null, stage.explanation());
  }
}
