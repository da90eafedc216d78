// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretHashTest {

  private static final SecretHash PLAIN = new SecretHash(null);
  private static final SecretHash PEPPERED = new SecretHash("a pepper of thirty-two characters");

  @Test
  void secret_isKeptAsItsHash() {
    assertThat(PLAIN.of("abc")).isEqualTo("sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    assertThat(PEPPERED.of("abc")).startsWith("hmac-sha256:").doesNotContain("abc");
    assertThat(new SecretHash("key").of("The quick brown fox jumps over the lazy dog"))
        .isEqualTo("hmac-sha256:97yD9DBThCSxMpjmqm-xQ-9NWaFJRhdZl0edvC0aPNg");
  }

  @Test
  void onlyTheSecret_matches() {
    for (SecretHash hash : new SecretHash[] {PLAIN, PEPPERED}) {
      SecretHash.Kept kept = Objects.requireNonNull(SecretHash.kept(hash.of("right")));
      assertThat(hash.present("right").matches(kept)).isTrue();
      assertThat(hash.present("wrong").matches(kept)).isFalse();
      assertThat(hash.present("right").matches(hash.none())).isFalse();
    }
  }

  @Test
  void secretFromBeforeThePepper_worksOn() {
    SecretHash.Kept kept = Objects.requireNonNull(SecretHash.kept(PLAIN.of("right")));
    assertThat(kept.isPeppered()).isFalse();
    assertThat(PEPPERED.present("right").matches(kept)).isTrue();
    assertThat(PEPPERED.present("wrong").matches(kept)).isFalse();
  }

  @Test
  void withoutThePepperOrWithAnother_nothingMatches() {
    SecretHash.Kept kept = Objects.requireNonNull(SecretHash.kept(PEPPERED.of("right")));
    assertThat(kept.isPeppered()).isTrue();
    assertThat(PLAIN.present("right").matches(kept)).isFalse();
    assertThat(new SecretHash("another pepper").present("right").matches(kept)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        "sha256:",
        "md5:AAAA",
        "sha256:AAAA",
        "sha256:*ngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
        "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0A",
        "SHA256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"
      })
  void otherText_isNoHash(String text) {
    assertThat(SecretHash.kept(text)).isNull();
  }
}
