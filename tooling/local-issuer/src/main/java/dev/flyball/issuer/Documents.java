// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients may read and keep: the metadata of RFC 8414 and the key set of RFC 7517. */
final class Documents {

  final Members metadata = new Members();
  volatile @Nullable String cacheControl = "max-age=300";
  volatile boolean etags = true;

  private final String issuer;
  private final String url;
  private final KeySet keys;

  Documents(String issuer, String url, KeySet keys) {
    this.issuer = issuer;
    this.url = url;
    this.keys = keys;
  }

  Answer metadata(RecordedRequest request) {
    return cached(request, Json.object(metadata.over(defaultMetadata())));
  }

  Answer keys(RecordedRequest request) {
    return cached(request, keys.json());
  }

  private Map<String, Object> defaultMetadata() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("issuer", issuer);
    members.put("token_endpoint", url + LocalIssuer.TOKEN);
    members.put("introspection_endpoint", url + LocalIssuer.INTROSPECTION);
    members.put("jwks_uri", url + LocalIssuer.JWKS);
    members.put("grant_types_supported", List.of("client_credentials", SubjectToken.GRANT));
    members.put(
        "token_endpoint_auth_methods_supported",
        List.of("client_secret_basic", "client_secret_post", "none"));
    // required of everybody, although there is no endpoint that would give a response of any type
    members.put("response_types_supported", List.of("none"));
    members.put("subject_types_supported", List.of("public"));
    members.put(
        "id_token_signing_alg_values_supported",
        Arrays.stream(Algorithm.values()).map(Algorithm::id).toList());
    return members;
  }

  private Answer cached(RecordedRequest request, String json) {
    Answer answer =
        Answer.text(200, "application/json", json).withHeader("Cache-Control", cacheControl);
    if (!etags) {
      return answer;
    }
    String etag = etag(json);
    answer = answer.withHeader("ETag", etag);
    return matches(request.header("If-None-Match"), etag) ? answer.withStatus(304) : answer;
  }

  private static boolean matches(@Nullable String condition, String etag) {
    if (condition == null) {
      return false;
    }
    Set<String> known = Set.of("*", etag, "W/" + etag);
    return Arrays.stream(condition.split(",")).map(String::trim).anyMatch(known::contains);
  }

  private static String etag(String json) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(json.getBytes(StandardCharsets.UTF_8));
      return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + '"';
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
