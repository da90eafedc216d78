// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SemVerTest {

  /** The order of section 11 of SemVer 2.0.0, with more numbers. */
  private static final List<String> ASCENDING =
      List.of(
          "0.9.9",
          "1.0.0-alpha",
          "1.0.0-alpha.1",
          "1.0.0-alpha.beta",
          "1.0.0-beta",
          "1.0.0-beta.2",
          "1.0.0-beta.11",
          "1.0.0-rc.1",
          "1.0.0",
          "1.0.2",
          "1.0.10",
          "1.2.0",
          "1.10.0",
          "2.0.0",
          "10.0.0",
          "123456789012345678.0.0");

  @Test
  void versions_areInTheOrderOfTheStandard() {
    for (int i = 0; i < ASCENDING.size(); i++) {
      for (int j = 0; j < ASCENDING.size(); j++) {
        SemVer a = SemVer.of(ASCENDING.get(i));
        SemVer b = SemVer.of(ASCENDING.get(j));
        assertThat(a.matches("<", b)).as("%s < %s", a, b).isEqualTo(i < j);
        assertThat(a.matches("<=", b)).isEqualTo(i <= j);
        assertThat(a.matches("=", b)).isEqualTo(i == j);
        assertThat(a.matches("!=", b)).isEqualTo(i != j);
        assertThat(a.matches(">=", b)).isEqualTo(i >= j);
        assertThat(a.matches(">", b)).isEqualTo(i > j);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3, 1.9.0, true, false",
    "1.2.3, 1.2.9, true, true",
    "2.0.0, 1.0.0, false, false",
    "1.2.3-rc.1, 1.2.0, true, true"
  })
  void ranges_areThoseOfFlagd(String version, String target, boolean caret, boolean tilde) {
    assertThat(SemVer.of(version).matches("^", SemVer.of(target))).isEqualTo(caret);
    assertThat(SemVer.of(version).matches("~", SemVer.of(target))).isEqualTo(tilde);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.0", "v1.2.0", "V1.2.0", "1.2", "1.2.0+build.7", "v1.2.0+a-b.01"})
  void spellings_meanTheSame(String text) {
    assertThat(SemVer.of(text)).isEqualTo(new SemVer(1, 2, 0, ""));
  }

  @Test
  void numbers_areVersions() {
    assertThat(SemVer.of(1L)).isEqualTo(new SemVer(1, 0, 0, ""));
    assertThat(SemVer.of(1.0)).isEqualTo(new SemVer(1, 0, 0, ""));
    assertThat(SemVer.of(1.2)).isEqualTo(new SemVer(1, 2, 0, ""));
    assertThat(SemVer.of(-1L)).isNull();
    assertThat(SemVer.of(1e30)).isNull();
    assertThat(SemVer.of(true)).isNull();
    assertThat(SemVer.of(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v",
        "a",
        "1.",
        ".1",
        "1..2",
        "1.2.3.4",
        "01.0.0",
        "1.02.0",
        "1.0.00",
        "1.0.0-",
        "1.0.0-a..b",
        "1.0.0-01",
        "1.0.0-ä",
        "1.0.0+",
        "1.0.0+a..b",
        "1.0-rc",
        "1-rc",
        "1+b",
        " 1.0.0",
        "1.0.0 ",
        "vv1.0.0",
        "1234567890123456789.0.0",
        "1.0.0-rc+",
        "1.0.0_rc"
      })
  void otherTexts_areNoVersions(String text) {
    assertThat(SemVer.of(text)).isNull();
  }
}
