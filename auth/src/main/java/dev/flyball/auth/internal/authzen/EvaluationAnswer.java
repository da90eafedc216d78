// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.jose.StrictJson;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An access evaluation response (Authorization API 1.0 of AuthZEN, section 6.2): true, false, or
 * none at all. What else it holds is not read, but for obligations: nobody here can meet them.
 */
enum EvaluationAnswer {
  PERMIT,
  DENY,
  /** A permission with duties. */
  OBLIGES;

  private static final StrictJson JSON = new StrictJson(16, 1_000);

  /**
   * What an answer says.
   *
   * @throws FetchFailed if it is not 200, not JSON, or holds no decision
   */
  static EvaluationAnswer of(HttpResponse<byte[]> response) {
    JsonClient.requireJson(response);
    Map<String, Object> answer;
    try {
      answer = JSON.object(response.body());
    } catch (StrictJson.Malformed e) {
      throw new FetchFailed(
          response.uri() + " answered what is " + e.getMessage() + " (expected: a decision)");
    }
    if (!(answer.get("decision") instanceof Boolean decision)) {
      throw new FetchFailed(
          response.uri() + " answered without a decision (expected: true or false)");
    }
    if (!decision) {
      return DENY;
    }
    return obliges(answer.get("context")) ? OBLIGES : PERMIT;
  }

  private static boolean obliges(@Nullable Object context) {
    Object obligations = context instanceof Map<?, ?> map ? map.get("obligations") : null;
    return obligations != null && !(obligations instanceof List<?> list && list.isEmpty());
  }
}
