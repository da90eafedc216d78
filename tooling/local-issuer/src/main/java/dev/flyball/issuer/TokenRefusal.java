// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

/** The token endpoint says no, with an error of RFC 6749, section 5.2. */
public final class TokenRefusal extends Exception {

  private final transient int status;
  private final transient String error;

  private TokenRefusal(int status, String error, String description) {
    super(description);
    this.status = status;
    this.error = error;
  }

  /**
   * The client is not known, or its secret is wrong.
   *
   * @param description one sentence for the developer
   * @return a refusal with status 401
   */
  public static TokenRefusal invalidClient(String description) {
    return new TokenRefusal(401, "invalid_client", description);
  }

  /**
   * The client may not have a scope, or a scope is malformed.
   *
   * @param description one sentence for the developer
   * @return a refusal with status 400
   */
  public static TokenRefusal invalidScope(String description) {
    return new TokenRefusal(400, "invalid_scope", description);
  }

  /**
   * Any other refusal.
   *
   * @param error the code, for example {@code unauthorized_client}
   * @param description one sentence for the developer
   * @return a refusal with status 400
   */
  public static TokenRefusal of(String error, String description) {
    return new TokenRefusal(400, error, description);
  }

  static TokenRefusal serverError(String description) {
    return new TokenRefusal(500, "server_error", description);
  }

  /**
   * The code.
   *
   * @return for example {@code invalid_client}
   */
  public String error() {
    return error;
  }

  int status() {
    return status;
  }

  /** The message in the characters that RFC 6749 allows in a description. */
  String description() {
    return String.valueOf(getMessage()).replace('"', '\'').replaceAll("[^ !#-\\[\\]-~]", "?");
  }
}
