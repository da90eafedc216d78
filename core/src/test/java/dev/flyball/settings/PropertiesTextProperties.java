// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Reading property files: as {@link Properties} does it, with line numbers. */
class PropertiesTextProperties {

  @Property(tries = 20_000)
  void parsed_agreesWithJavaUtilProperties(@ForAll("texts") String text) throws IOException {
    Map<String, String> ours = new HashMap<>();
    boolean malformed = false;
    try {
      PropertiesText.parse(text).forEach(line -> ours.put(line.key(), line.value()));
    } catch (IllegalArgumentException e) {
      malformed = true;
    }
    Properties theirs = new Properties();
    try {
      theirs.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      assertThat(malformed).as(text).isTrue();
      return;
    }
    assertThat(malformed).as(text).isFalse();
    assertThat(ours).as(text).isEqualTo(theirs);
  }

  @Property(tries = 5_000)
  void numbers_areThoseOfTheLinesAndGrow(@ForAll("texts") String text) {
    int lines = text.split("\r\n|\r|\n", -1).length;
    int last = 0;
    for (PropertiesText.Line line : parsed(text)) {
      assertThat(line.number()).isBetween(Math.max(last, 1), lines);
      last = line.number();
    }
  }

  @Example
  void spaceThatIsNotAscii_beginsAKeyAndNoComment() {
    assertThat(PropertiesText.parse("\u2003#a=b"))
        .containsExactly(new PropertiesText.Line("\u2003#a", "b", 1));
  }

  private static List<PropertiesText.Line> parsed(String text) {
    try {
      return PropertiesText.parse(text);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** Texts of what means something in such a file, and of what looks as if it did. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a", "b.c", "=", ":", " ", "\t", "\f", "\\", "\n", "\r", "\r\n", "#", "!", "\\u0041",
            "\\u00g", "\\n", "\\\n", "\\\r\n", "\\\\", "\u2003", "\u00a0", "\u0085", "\u2028",
            "\uFEFF", "é", "\uD800", "\0", "\u000b", "\u001c");
    return pieces.list().ofMaxSize(14).map(list -> String.join("", list));
  }
}
