// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

/** An answer that came and is not to be trusted: asking again would bring the same. */
final class KeysRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A refusal without a stack trace.
   *
   * @param message what is wrong with it, and what was expected
   */
  KeysRefused(String message) {
    super(message, null, false, false);
  }
}
