// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The one form of addresses, over random ones. */
class HttpUriProperties {

  @Provide
  Arbitrary<String> uris() {
    return Combinators.combine(
            Arbitraries.of("http", "https", "HTTPS"),
            Arbitraries.of("a.example", "A.Example:443", "[::1]:80", "a:8080", "a_b", ""),
            Arbitraries.strings()
                .withChars("/aZ09.%2fFeE~-_;=,:@!$&'()*+?#\\ \u00e4")
                .ofMaxLength(12))
        .as((scheme, authority, path) -> scheme + "://" + authority + "/" + path);
  }

  @Property(tries = 5_000)
  void form_isAFormOfItself(@ForAll("uris") String uri) {
    String form = HttpUri.canonical(uri);
    if (form != null) {
      assertThat(HttpUri.canonical(form)).isEqualTo(form);
    }
  }

  @Property(tries = 5_000)
  void form_isThatOfItsPartsAndOfNothingElse(@ForAll("uris") String uri) {
    String form = HttpUri.canonical(uri);
    if (form != null) {
      URI parsed = URI.create(uri);
      assertThat(parsed.getRawQuery()).isNull();
      assertThat(parsed.getRawFragment()).isNull();
      assertThat(parsed.getRawUserInfo()).isNull();
      assertThat(
              HttpUri.canonical(parsed.getScheme(), parsed.getRawAuthority(), parsed.getRawPath()))
          .isEqualTo(form);
      assertThat(form.split("/")).doesNotContain(".", "..");
    }
  }

  @Property(tries = 5_000)
  void anyText_hasAFormOrNone(@ForAll String text) {
    String form = HttpUri.canonical(text);
    assertThat(form == null || form.startsWith("http")).isTrue();
  }
}
