// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

  /** As JavaScript prints numbers, whatever the version of the JDK. */
  @ParameterizedTest
  @CsvSource({
    "0.0, 0",
    "-0.0, 0",
    "1.0, 1",
    "-1.5, -1.5",
    "0.1, 0.1",
    "0.30000000000000004, 0.30000000000000004",
    "2.0E-3, 0.002",
    "1.0E-6, 0.000001",
    "1.5E-7, 1.5e-7",
    "2.2250738585072014E-308, 2.2250738585072014e-308",
    "4.9E-324, 5e-324",
    "1.0E20, 100000000000000000000",
    "1.0E21, 1e+21",
    "-1.25E22, -1.25e+22",
    "1.7976931348623157E308, 1.7976931348623157e+308",
    "2.0E23, 2e+23",
    "123456789.125, 123456789.125",
    "NaN, NaN",
    "Infinity, Infinity"
  })
  void number_isPrintedAsInJavaScript(double value, String expected) {
    assertThat(Values.text(value)).isEqualTo(expected);
  }

  @Test
  void otherValues_arePrintedAsInJavaScript() {
    assertThat(Values.text(null)).isEqualTo("null");
    assertThat(Values.text(true)).isEqualTo("true");
    assertThat(Values.text(9007199254740993L)).isEqualTo("9007199254740993");
    assertThat(Values.text(new BigDecimal("1.50"))).isEqualTo("1.5");
    assertThat(Values.text(Arrays.asList("", null, 1.0, List.of(2, 3)))).isEqualTo(",,1,2,3");
    assertThat(Values.text(Map.of())).isEqualTo("[object Object]");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "' 12 ', 12",
    "1e3, 1000",
    "-.5, -0.5",
    "5., 5",
    "+7, 7",
    "1e, NaN",
    "1d, NaN",
    "0x1p3, NaN",
    "Infinity, NaN",
    "-, NaN",
    "., NaN",
    "1 2, NaN",
    "abc, NaN"
  })
  void text_isANumberOnlyAsAWhole(String text, Double expected) {
    assertThat(Values.number(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"12px, 12", "1e3x, 1000", "1e, 1", "-.5.5, -0.5", "x1, NaN", "'', NaN", "' 7', 7"})
  void leadingNumber_endsWhereTheNumberEnds(String text, Double expected) {
    assertThat(Values.leadingNumber(text)).isEqualTo(expected);
  }

  @Test
  void comparison_withWhatIsNoNumber_isNeverTrue() {
    for (Object value : Arrays.asList("x", Double.NaN, Map.of(), List.of("a"))) {
      assertThat(Values.isLess(value, 1L)).isFalse();
      assertThat(Values.isLess(1L, value)).isFalse();
      assertThat(Values.isAtMost(value, 1L)).isFalse();
      assertThat(Values.isAtMost(1L, value)).isFalse();
      assertThat(Values.isEqual(value, 1L)).isFalse();
    }
    assertThat(Values.isSame(Double.NaN, Double.NaN)).isFalse();
    assertThat(Values.isAtMost(Double.NaN, Double.NaN)).isFalse();
  }

  @Test
  void largeWholeNumbers_areComparedExactly() {
    assertThat(Values.isSame(9007199254740993L, 9007199254740992L)).isFalse();
    assertThat(Values.isLess(9007199254740992L, 9007199254740993L)).isTrue();
    assertThat(Values.isSame(2L, 2.0)).isTrue();
    assertThat(Values.isSame(2, 2L)).isTrue();
  }

  @Test
  void truth_isThatOfJsonLogic() {
    for (Object no : Arrays.asList(null, false, 0, 0L, -0.0, Double.NaN, "", List.of())) {
      assertThat(Values.isTrue(no)).as("%s", no).isFalse();
    }
    for (Object yes : List.of(true, 1, -0.5, "0", "false", List.of(0), Map.of())) {
      assertThat(Values.isTrue(yes)).as("%s", yes).isTrue();
    }
  }

  @Test
  void equality_coerces() {
    assertThat(Values.isEqual(1L, "1")).isTrue();
    assertThat(Values.isEqual(true, 1)).isTrue();
    assertThat(Values.isEqual("", 0)).isTrue();
    assertThat(Values.isEqual(null, 0)).isFalse();
    assertThat(Values.isEqual(null, null)).isTrue();
    assertThat(Values.isEqual(List.of(1), "1")).isTrue();
    assertThat(Values.isEqual(List.of(1), List.of(1).stream().toList())).isFalse();
    assertThat(Values.isEqual("a", "a")).isTrue();
    assertThat(Values.isEqual("1", "1.0")).isFalse();
  }

  @Test
  void listThatIsTooLong_isNotPrinted() {
    List<String> large = Collections.nCopies(Values.MAX_SIZE, "xx");

    assertThatThrownBy(() -> Values.text(large)).isSameAs(Abandoned.TOO_LARGE);
  }
}
