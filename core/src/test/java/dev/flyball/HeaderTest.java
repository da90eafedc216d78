// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "plain",
        "a\tb",
        "Bearer realm=\"x\", error=\"y\"",
        "größe",
        "~!@#$%^&*()"
      })
  void oneLineOfText_isAValue(String value) {
    assertThat(new Header("X-Any", value).value()).isEqualTo(value);
  }

  /** U+010D and U+010A are CR and LF to a host that keeps only the lower byte. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\rb",
        "a\nb",
        "a\r\nSet-Cookie: x",
        "a\0b",
        "\u010d\u010aSet-Cookie: x",
        "a\u007fb",
        "a\u0001b",
        "a\u001bb",
        "\u2028",
        "大",
        "\uD83D\uDE00"
      })
  void textThatMayBreakOutOfTheLine_isRefused(String value) {
    assertThatThrownBy(() -> new Header("X-Any", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value of the header X-Any (expected: one line of Latin-1 text)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "a b", "a:", "a\r\nb", "a\0", "größe", "a\u010a", "(a)", "a\"b", "a,b", "a/b"
      })
  void nameThatIsNoToken_isRefused(String name) {
    assertThatThrownBy(() -> new Header(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name of a header (expected: a token of RFC 9110)");
  }

  @Test
  void everyCharacterOfAToken_isAllowedInANames() {
    String name = "!#$%&'*+-.^_`|~09azAZ";

    assertThat(new Header(name, "x").name()).isEqualTo(name);
  }
}
