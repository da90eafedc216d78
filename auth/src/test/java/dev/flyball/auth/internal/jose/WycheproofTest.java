// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The JSON Web Signature cases of Project Wycheproof, below the checks of type and claims: gate,
 * key selection, signature. All 401: as published, but for the 8 that are listed.
 */
class WycheproofTest {

  private static final StrictJson JSON = new StrictJson(64, 100_000);

  @Test
  void cases_haveTheirPublishedResultOrTheListedOne() throws Exception {
    Set<Long> deviations = deviations();
    List<String> wrong = new ArrayList<>();
    int asPublished = 0;
    int asListed = 0;
    for (Object each :
        (List<?>) read("auth/wycheproof_json_web_signature.json").get("testGroups")) {
      Map<?, ?> group = (Map<?, ?>) each;
      for (Object one : (List<?>) group.get("tests")) {
        Map<?, ?> test = (Map<?, ?>) one;
        boolean valid = "valid".equals(test.get("result"));
        boolean listed = deviations.contains((Long) test.get("tcId"));
        boolean accepted = accepts(group, (String) test.get("jws"));
        asPublished += accepted == valid ? 1 : 0;
        asListed += accepted != valid && listed ? 1 : 0;
        if (accepted == valid == listed) {
          wrong.add(test.get("tcId") + " " + test.get("comment") + " accepted=" + accepted);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(asPublished).isEqualTo(393);
    assertThat(asListed).isEqualTo(8);
  }

  private static boolean accepts(Map<?, ?> group, String jws) {
    try {
      KeySet keys = keys(group);
      CompactToken token = CompactToken.parse(jws, 0, new KnownHeaders());
      VerificationKey key =
          token.keyId() == null ? keys.only(token.algorithm()) : keys.find(token.keyId());
      return key != null && key.algorithms().contains(token.algorithm()) && token.isSignedBy(key);
    } catch (TokenRejected | KeySetParser.Refused e) {
      return false;
    }
  }

  /** A published set; in groups without one, the secret that both sides share. */
  private static KeySet keys(Map<?, ?> group) throws KeySetParser.Refused {
    if (group.get("public") instanceof Map<?, ?> jwk) {
      return KeySetParser.parse(keySet(jwk));
    }
    Map<?, ?> jwk = (Map<?, ?>) group.get("private");
    byte[] secret = Base64.getUrlDecoder().decode((String) jwk.get("k"));
    Algorithm pinned = Algorithm.of((String) jwk.get("alg"));
    return KeySet.ofSecret(VerificationKey.symmetric(secret, Set.of(pinned)));
  }

  private static byte[] keySet(Map<?, ?> jwk) {
    String set = jwk.containsKey("keys") ? json(jwk) : "{\"keys\":[" + json(jwk) + "]}";
    return set.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Object value) {
    if (value instanceof Map<?, ?> map) {
      List<String> members = new ArrayList<>();
      map.forEach((name, member) -> members.add("\"" + name + "\":" + json(member)));
      return "{" + String.join(",", members) + "}";
    }
    if (value instanceof List<?> list) {
      return "[" + String.join(",", list.stream().map(WycheproofTest::json).toList()) + "]";
    }
    return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
  }

  private static Set<Long> deviations() throws Exception {
    Set<Long> ids = new HashSet<>();
    for (Object each : (List<?>) read("auth/expected-deviations.json").get("cases")) {
      ids.add((Long) ((Map<?, ?>) each).get("tcId"));
    }
    return ids;
  }

  private static Map<String, Object> read(String name) throws IOException, StrictJson.Malformed {
    return JSON.object(Files.readAllBytes(Vectors.path(name)));
  }
}
