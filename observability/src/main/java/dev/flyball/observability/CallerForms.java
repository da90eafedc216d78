// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.Principal;
import org.jspecify.annotations.Nullable;

/**
 * What lines say of callers who call again: written once for each principal that comes back, as
 * that of a token does that is known.
 *
 * <p>A table of fixed size; where two callers fall into one place, the later one stays. Who comes
 * once only leaves a note that he was there. Thread-safe.
 */
final class CallerForms {

  private record Caller(Principal principal, boolean isBack, EcsLine.@Nullable Members members) {}

  private static final int PLACES = 512;

  private final @Nullable Caller[] callers = new @Nullable Caller[PLACES];
  private final LogSource source;

  CallerForms(LogSource source) {
    this.source = source;
  }

  /** The fields of a caller; null where they have to be written. */
  @SuppressWarnings("ReferenceEquality") // the very principal: to compare all of it costs too much
  EcsLine.@Nullable Members of(Principal principal) {
    int place = principal.subject().hashCode() & (PLACES - 1);
    Caller known = callers[place];
    if (known == null || known.principal != principal) {
      callers[place] = new Caller(principal, false, null);
      return null;
    }
    if (!known.isBack) {
      EcsLine line = new EcsLine(new NameTree()).beginCall();
      CallLine.caller(line, principal, source);
      known = new Caller(principal, true, line.members());
      callers[place] = known;
    }
    return known.members;
  }
}
