// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.FlagEvaluation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What lines say of the answer of a flag: written once for each of the few answers that there are.
 *
 * <p>A table of fixed size; where two answers fall into one place, the later one stays.
 * Thread-safe.
 */
final class FlagForms {

  private record Answer(
      String key, @Nullable String variant, String reason, EcsLine.@Nullable Members members) {

    boolean is(FlagEvaluation evaluation) {
      return key.equals(evaluation.key())
          && reason.equals(evaluation.reason())
          && Objects.equals(variant, evaluation.variant());
    }
  }

  private static final int PLACES = 64;

  private final @Nullable Answer[] answers = new @Nullable Answer[PLACES];

  /** The fields of the only answer of a call; null where they have to be written. */
  EcsLine.@Nullable Members of(List<FlagEvaluation> evaluations) {
    if (evaluations.size() != 1) {
      return null;
    }
    FlagEvaluation only = evaluations.get(0);
    int place = (only.key().hashCode() * 31 + Objects.hashCode(only.variant())) & (PLACES - 1);
    Answer known = answers[place];
    if (known == null || !known.is(only)) {
      EcsLine line = new EcsLine(new NameTree()).beginCall();
      CallLine.flags(line, evaluations);
      known = new Answer(only.key(), only.variant(), only.reason(), line.members());
      answers[place] = known;
    }
    return known.members;
  }
}
