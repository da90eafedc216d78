// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test.port",
        "flyball",
        "flyball.",
        "flyball.Port",
        "flyball.a_b",
        "flyball.a--b",
        "flyball.-a",
        "flyball.a.<name>.b.<name>",
        "flyball.a<name>",
        "flyball.a..b",
      })
  void keyThatIsNotKebabCase_cannotBeDeclared(String key) {
    assertThatThrownBy(() -> Setting.string(key).doc("Doc.").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key " + key + " (expected: ");
  }

  @Test
  void settingWithoutDoc_cannotBeDeclared() {
    assertThatThrownBy(() -> Setting.string("flyball.test.x").doc(" ").build())
        .hasMessage("key flyball.test.x has no doc");
  }

  @Test
  void defaultOutsideOfItsRange_cannotBeDeclared() {
    assertThatThrownBy(
            () -> Setting.integer("flyball.test.x").doc("X.").range(1, 5).defaultValue(6).build())
        .hasMessage("default of flyball.test.x is 6 (expected: a whole number from 1 to 5)");
  }

  @Test
  void declaration_keepsNothingOfItsBuilder() {
    Setting.Builder<Integer> builder = Setting.integer("flyball.test.x").doc("X.");
    Setting<Integer> plain = builder.build();
    Setting<Integer> changed = builder.secret().reloadable().defaultValue(3).build();

    assertThat(plain.secret()).isFalse();
    assertThat(plain.reloadable()).isFalse();
    assertThat(plain.defaultText()).isNull();
    assertThat(changed.defaultText()).isEqualTo("3");
  }

  @Test
  void named_putsTheNameIntoTheKey() {
    Setting<String> pattern =
        Setting.string("flyball.test.<name>.x").doc("X.").since("0.2").build();

    assertThat(pattern.named("main").key()).isEqualTo("flyball.test.main.x");
    assertThat(pattern.named("main").since()).isEqualTo("0.2");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "17,17",
    "1b,1",
    "2KB,2048",
    "2 kib,2048",
    "3mb,3145728",
    "1GiB,1073741824",
    "1125899906842624,1125899906842624"
  })
  void size_isReadWithItsUnit(String text, long bytes) {
    assertThat(Sizes.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "9999999999999999999", "9007199254740992kb"})
  void sizeBeyondALong_isRefused(String text) {
    assertThatThrownBy(() -> Sizes.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9999999999999999999ns", "9223372036854775807d", "-1s", "1.5s", "s", ""})
  void durationThatIsNone_isRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOfAny(IllegalArgumentException.class, java.time.DateTimeException.class);
  }

  @Test
  void defaultText_isWrittenAsAUserWould() {
    assertThat(
            Setting.duration("flyball.test.a")
                .doc("A.")
                .defaultValue(Duration.ofMinutes(90))
                .build()
                .defaultText())
        .isEqualTo("90m");
    assertThat(
            Setting.list("flyball.test.b")
                .doc("B.")
                .defaultValue(List.of("x", "y"))
                .build()
                .defaultText())
        .isEqualTo("x,y");
    assertThat(
            Setting.choice("flyball.test.c", SettingsProblemsTest.Mode.class)
                .doc("C.")
                .defaultValue(SettingsProblemsTest.Mode.ONLY_LOOK)
                .build()
                .defaultText())
        .isEqualTo("only-look");
  }
}
