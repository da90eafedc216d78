// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

/**
 * A token that is not valid, and why exactly. It has no stack trace: hostile tokens are not
 * exceptional, and the reason says it all.
 */
public final class TokenRejected extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why, in a stable word of snake_case that operators see and callers do not. */
  private final String reason;

  public TokenRejected(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
