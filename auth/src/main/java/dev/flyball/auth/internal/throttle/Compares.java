// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import dev.flyball.Call;
import dev.flyball.Stage;

/**
 * A stage that compares credentials, and can tell without comparing whether there is anything to
 * do.
 */
public interface Compares extends Stage {

  /**
   * Whether no credential of a call could be a guess: it was verified before, even if it is to be
   * verified again, or there is none and none is needed. Asked only where a peer is over the limit.
   */
  boolean hasNothingToCompare(Call call);
}
