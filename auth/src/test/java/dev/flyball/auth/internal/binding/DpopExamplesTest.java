// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.testkit.Vectors;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The proofs that RFC 9449 shows. */
class DpopExamplesTest {

  private static final Set<Algorithm> ES256 = Set.of(Algorithm.ES256);

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> cases(Map<String, Object> document) {
    return (List<Map<String, Object>>) document.get("cases");
  }

  private static Map<String, Object> document() throws Exception {
    return JSONObjectUtils.parse(Files.readString(Vectors.path("auth/dpop-examples.json")));
  }

  @Test
  void examples_areReadAndVerified() throws Exception {
    Map<String, Object> document = document();
    assertThat(cases(document)).hasSize(2);
    for (Map<String, Object> each : cases(document)) {
      DpopProof proof = DpopProof.parse((String) each.get("proof"), ES256);
      assertThat(proof.isSigned()).isTrue();
      assertThat(proof.thumbprint()).isEqualTo(document.get("jkt"));
      assertThat(proof.text("htm")).isEqualTo(each.get("htm"));
      assertThat(proof.text("htu")).isEqualTo(each.get("htu"));
      assertThat(proof.id()).isEqualTo(each.get("jti"));
      assertThat(proof.issuedAt()).isEqualTo(((Number) each.get("iat")).longValue());
      if (each.containsKey("ath")) {
        assertThat(proof.text("ath"))
            .isEqualTo(each.get("ath"))
            .isEqualTo(Sha256.of((String) each.get("access_token")));
      }
    }
  }

  @Test
  void examples_changedInAnySegment_areRefused() throws Exception {
    for (Map<String, Object> each : cases(document())) {
      String proof = (String) each.get("proof");
      String[] segments = proof.split("\\.");
      String otherClaims = segments[0] + "." + flipped(segments[1]) + "." + segments[2];
      String otherSignature = segments[0] + "." + segments[1] + "." + flipped(segments[2]);
      for (String changed : List.of(otherClaims, otherSignature)) {
        assertThat(isGood(changed)).as(changed).isFalse();
      }
      assertThatThrownBy(() -> DpopProof.parse(proof, Set.of(Algorithm.RS256)))
          .isInstanceOf(TokenRejected.class)
          .hasMessage("alg");
    }
  }

  private static boolean isGood(String proof) {
    try {
      return DpopProof.parse(proof, ES256).isSigned();
    } catch (TokenRejected e) {
      return false;
    }
  }

  private static String flipped(String segment) {
    int middle = segment.length() / 2;
    char other = segment.charAt(middle) == 'A' ? 'B' : 'A';
    return segment.substring(0, middle) + other + segment.substring(middle + 1);
  }
}
