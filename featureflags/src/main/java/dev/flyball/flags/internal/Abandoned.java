// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

/**
 * Why a rule cannot be followed to its end. Made once and thrown without a stack, so that it costs
 * little; never leaves the engine.
 */
@SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack that could be a wrong one
final class Abandoned extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A rollout by unit was reached, and there is no unit. */
  static final Abandoned NO_UNIT = new Abandoned("no unit");

  /** A text or list grew beyond {@link Values#MAX_SIZE}. */
  static final Abandoned TOO_LARGE = new Abandoned("too large");

  private Abandoned(String message) {
    super(message, null, false, false);
  }
}
