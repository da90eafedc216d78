// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is asked for, a path leads to its own route or nowhere. */
class RouterProperties {

  private static final List<String> TEMPLATES =
      List.of("/", "/a", "/a/b", "/a/{x}", "/a/{x}/c", "/{x}/b", "/a/{x}/{y}/d", "/public/{x}");

  private final Router<String> router = new Router<>();

  RouterProperties() {
    for (String template : TEMPLATES) {
      router.add(Template.parse("GET " + template), template);
    }
  }

  @Property(tries = 5_000)
  void anyPath_isFoundOrNot_withoutException(@ForAll("paths") String path) {
    Router.Match<String> match = router.find("GET", path);
    if (match.handler() != null) {
      assertThat(match.values())
          .hasSize(Template.parse("GET " + match.handler()).variables().size());
      assertThat(match.values())
          .allSatisfy(value -> assertThat(value).isNotEmpty().doesNotContain("/", "\\", ";"));
    }
  }

  @Property(tries = 5_000)
  void path_thatOthersWouldNormalise_leadsNowhere(@ForAll("paths") String path) {
    boolean ambiguous =
        path.contains("//")
            || path.contains(";")
            || path.contains("/./")
            || path.contains("/../")
            || path.toLowerCase().matches(".*%(2f|5c|2e|00|3b).*") && hasOnlyDotsOrSeparators(path);
    if (ambiguous) {
      assertThat(router.find("GET", path).handler()).as(path).isNull();
    }
  }

  private static boolean hasOnlyDotsOrSeparators(String path) {
    return path.toLowerCase().matches(".*%(2f|5c|00|3b).*");
  }

  @Property
  void encodedLetters_leadWhereTheLettersLead(@ForAll("literalPaths") String path) {
    StringBuilder encoded = new StringBuilder();
    for (char c : path.toCharArray()) {
      encoded.append(c == '/' ? "/" : String.format("%%%02x", (int) c));
    }
    assertThat(router.find("GET", encoded.toString())).isEqualTo(router.find("GET", path));
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "/", "/", "/", "a", "b", "c", "d", "public", "x", ".", "..", "%2e", "%2E", "%2f", "%5c",
            "%00", "%3b", ";", "%", "%zz", "%61", "%c3%a4", "%ff", "ä", "\\", " ", "+", "~");
    return pieces.list().ofMaxSize(10).map(list -> "/" + String.join("", list));
  }

  @Provide
  Arbitrary<String> literalPaths() {
    return Arbitraries.of("/a", "/a/b", "/a/z", "/a/z/c", "/q/b", "/a/m/n/d", "/public/z");
  }
}
