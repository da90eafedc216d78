// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.json.JsonScanner.Malformed;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever the text is: taken or refused as Jackson does it, with the same value. Jackson also
 * refuses half of a surrogate pair in a name, and takes it in a string; here it is taken in both.
 */
class JsonScannerProperties {

  private static final JsonMapper JACKSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String GOOD =
      "{\"a\": [1, -2.5e3, true, false, null, \"\\u00e9\\n\\\"\"],\n \"b\": {\"c\": {}, \"d\": []},"
          + " \"e\": 12345678901234567890, \"f\": 0}";

  @Property(tries = 10_000)
  void goodTextWithAChange_isWhatItIsToJackson(@ForAll("changed") String text) {
    assertThat(ours(text)).as(text).isEqualTo(theirs(text));
  }

  @Property(tries = 4_000)
  void anyText_isWhatItIsToJackson(@ForAll("tokens") String text) {
    assertThat(ours(text)).as(text).isEqualTo(theirs(text));
  }

  @Property(tries = 2_000)
  void anyString_isReadAsItWasWritten(@ForAll String text) throws Malformed {
    String json = JACKSON.writeValueAsString(text);
    assertThat(JsonScannerTest.read(new JsonScanner(json, 1, 1))).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> changed() {
    Arbitrary<Integer> from = Arbitraries.integers().between(0, GOOD.length());
    Arbitrary<Integer> length = Arbitraries.integers().between(0, 3);
    return Combinators.combine(from, length, piece())
        .as((at, cut, put) ->
            GOOD.substring(0, at) + put + GOOD.substring(Math.min(GOOD.length(), at + cut)));
  }

  @Provide
  Arbitrary<String> tokens() {
    return piece().list().ofMaxSize(8).map(pieces -> String.join("", pieces));
  }

  private static Arbitrary<String> piece() {
    return Arbitraries.of(
        "", " ", "\n", "\r", "\t", ",", ":", "{", "}", "[", "]", "\"", "\\", "\\u12", "\\u0031",
        "0", "1", "-", "+", ".", "e", "E5", "1.5", "00", "true", "nul", "null", "\"x\"", "\"x\":",
        "'", "/*c*/", "#", "\0", "\f", "\u00e9", "\u2028", "NaN", "{}", "[1]");
  }

  private static @Nullable Object ours(String text) {
    try {
      return JsonScannerTest.read(new JsonScanner(text, 500, 1_000));
    } catch (Malformed e) {
      return "refused";
    }
  }

  private static @Nullable Object theirs(String text) {
    try {
      return JsonScannerTest.normal(JACKSON.readValue(text, Object.class));
    } catch (JacksonException e) {
      return "refused";
    }
  }
}
