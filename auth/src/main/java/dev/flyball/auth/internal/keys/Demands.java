// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which demands for keys that the set does not hold cause a fetch.
 *
 * <p>Whoever demands and however often, there is one fetch in 15 seconds at most, two in 30. An id
 * that a fresh set does not hold is remembered for a minute: it is asked for again after half of
 * that, and nobody waits for it. Scheduled refreshes do not count, so that nobody can spend them.
 * Guarded by its owner.
 */
final class Demands {

  /** What becomes of a demand. */
  enum Answer {
    /** It is met. */
    NOW,
    /** It is met when the budget allows, for all who ask until then. */
    LATER,
    /** It was looked for a moment ago. */
    NEVER
  }

  private static final long SECOND = 1_000_000_000L;
  private static final long BETWEEN = 15 * SECOND;
  private static final long MISSING_FOR = 60 * SECOND;
  private static final long AGAIN_AFTER = 30 * SECOND;
  private static final int MOST_MISSING = 256;

  /** The ids that were not there, and of when the set was. */
  private final Map<String, Long> missing =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_MISSING;
        }
      };

  private long met;
  private boolean hasMet;

  Answer answer(@Nullable String keyId, long now) {
    Long looked = keyId == null ? null : missing.get(keyId);
    if (looked != null && now - looked < MISSING_FOR) {
      return now - looked < AGAIN_AFTER ? Answer.NEVER : Answer.LATER;
    }
    return until(now) == 0 ? Answer.NOW : Answer.LATER;
  }

  /** How long until the budget allows a fetch. */
  long until(long now) {
    return hasMet ? Math.max(0, BETWEEN - (now - met)) : 0;
  }

  void meet(long now) {
    met = now;
    hasMet = true;
  }

  /**
   * Notes that a set does not hold an id.
   *
   * @param read when the set was read
   */
  void miss(String keyId, long read) {
    missing.put(keyId, read);
  }
}
