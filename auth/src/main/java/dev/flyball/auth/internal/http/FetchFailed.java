// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.http;

/** What another side should have told us and did not, with a message for operators. */
public final class FetchFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure without a stack trace: it is nothing exceptional, and the message says it all.
   *
   * @param message who did not do what, and what was expected; never a secret
   */
  public FetchFailed(String message) {
    super(message, null, false, false);
  }
}
