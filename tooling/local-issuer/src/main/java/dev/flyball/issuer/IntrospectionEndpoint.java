// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what opaque tokens mean (RFC 7662), to every client that names itself and a secret. */
final class IntrospectionEndpoint {

  private final TokenDefaults defaults;

  IntrospectionEndpoint(TokenDefaults defaults) {
    this.defaults = defaults;
  }

  Answer answer(RecordedRequest request) {
    try {
      return decide(request);
    } catch (TokenRefusal refusal) {
      Answer answer =
          Answer.json(
              refusal.status(),
              Map.of("error", refusal.error(), "error_description", refusal.description()));
      return refusal.status() == 401
          ? answer.withHeader("WWW-Authenticate", "Basic realm=\"local issuer\"")
          : answer;
    }
  }

  private Answer decide(RecordedRequest request) throws TokenRefusal {
    Form form = Form.parse(request.body());
    if (ClientCredentials.of(request, form).secret() == null) {
      throw TokenRefusal.invalidClient("the client has no secret");
    }
    String token = form.single("token");
    if (token == null) {
      throw TokenRefusal.of("invalid_request", "token is missing");
    }
    return Answer.json(200, members(token)).withHeader("Cache-Control", "no-store");
  }

  private Map<String, @Nullable Object> members(String token) {
    Map<String, @Nullable Object> claims =
        defaults.references().find(token, defaults.clock().instant().getEpochSecond());
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("active", claims != null);
    if (claims != null) {
      members.put("token_type", "Bearer");
      members.putAll(claims);
    }
    return members;
  }
}
