// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.Principal;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class PseudonymsTest {

  private static final String KEY = "0123456789abcdef";

  private static Principal principal(String subject, String issuer) {
    return Principal.builder(subject, issuer).build();
  }

  @Test
  void pseudonym_isTheFirstHalfOfAKeyedHash() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] expected = mac.doFinal("issuer\0alice".getBytes(StandardCharsets.UTF_8));
    assertThat(Pseudonyms.keyedBy(KEY).of(principal("alice", "issuer")))
        .isEqualTo(HexFormat.of().formatHex(expected, 0, 16));
  }

  @Test
  void sameCaller_hasTheSamePseudonymUnderTheSameKey() {
    Pseudonyms one = Pseudonyms.keyedBy(KEY);
    String alice = one.of(principal("alice", "issuer"));
    assertThat(one.of(principal("alice", "issuer"))).isSameAs(alice);
    assertThat(Pseudonyms.keyedBy(KEY).of(principal("alice", "issuer"))).isEqualTo(alice);
    assertThat(one.of(principal("alice", "other"))).isNotEqualTo(alice);
    assertThat(Pseudonyms.random().of(principal("alice", "issuer"))).isNotEqualTo(alice);
  }

  @Test
  void moreCallersThanPlaces_areStillToldApart() {
    Pseudonyms pseudonyms = Pseudonyms.keyedBy(KEY);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      seen.add(pseudonyms.of(principal("caller-" + i, "issuer")));
    }
    assertThat(seen).hasSize(10_000);
    // these two fall into one place, as their hashes are the same
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    assertThat(pseudonyms.of(principal("Aa", "issuer")))
        .isNotEqualTo(pseudonyms.of(principal("BB", "issuer")));
  }

  @Test
  void shortKey_stopsTheStartAndIsNotShown() {
    try (InProcessApp app =
        InProcessApp.with(new ObservabilityModule())
            .property("flyball.log.pseudonym-key", "tooshort")) {
      assertThatThrownBy(app::start)
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("flyball.log.pseudonym-key")
          .hasMessageContaining("at least 16 characters")
          .hasMessageNotContaining("tooshort");
    }
  }
}
