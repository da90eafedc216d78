// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Each sequence of bytes has one form, and no other text is read. */
class Base64UrlProperties {

  @Property
  void encodedBytes_areReadBack(@ForAll byte[] bytes) throws TokenRejected {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byte[] between = ("." + text + ".").getBytes(StandardCharsets.US_ASCII);
    assertThat(Base64Url.decode(between, 1, text.length() + 1)).isEqualTo(bytes);
  }

  @Property(tries = 20_000)
  void anyText_isReadOnlyInItsOneForm(@ForAll("texts") String text) {
    byte[] bytes;
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    try {
      bytes = Base64Url.decode(encoded, 0, encoded.length);
    } catch (TokenRejected e) {
      assertThat(e.reason()).isEqualTo("malformed");
      return;
    }
    assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("ABCDwxyz0189-_")
        .withChars("+/= \n\r?#%.\u00e9\uff21")
        .ofMaxLength(12);
  }
}
