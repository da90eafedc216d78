// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsBundlesTest {

  private static final Setting<String> COLOR =
      Setting.string("flyball.test.color").doc("A colour.").build();
  private static final Setting<String> SHAPE =
      Setting.string("flyball.test.shape").doc("A shape.").build();

  @TempDir private Path temp;

  private TestSettings machine() {
    return TestSettings.in(temp).declare(COLOR, SHAPE);
  }

  @Test
  void higherPrecedence_winsWhateverTheOrderOnTheClassPath() {
    Settings settings =
        machine()
            .bundle("team.jar", "flyball.bundle.precedence = 20", "flyball.test.color = team")
            .bundle("group.jar", "flyball.bundle.precedence = -1", "flyball.test.color = group")
            .bundle("company.jar", "flyball.test.color = company", "flyball.test.shape = round")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(COLOR)).isEqualTo("team");
    assertThat(settings.get(SHAPE)).isEqualTo("round");
    assertThat(settings.explain(COLOR))
        .hasToString(
            "flyball.test.color = team (bundle team.jar:2), over company (bundle company.jar:1),"
                + " over group (bundle group.jar:2)");
  }

  @Test
  void equalPrecedenceThatDisagrees_isAProblemThatNamesBothJars() {
    TestSettings machine =
        machine()
            .bundle("a.jar", "flyball.test.color = red")
            .bundle("b.jar", "flyball.test.shape = round", "flyball.test.color = blue");

    assertThat(machine.problems())
        .containsExactly(
            "two convention bundles of one precedence disagree about flyball.test.color at"
                + " bundle a.jar:1 and bundle b.jar:2"
                + " -> give one of them a higher flyball.bundle.precedence");
  }

  @Test
  void equalPrecedenceThatAgrees_isNoProblem() {
    TestSettings machine =
        machine()
            .bundle("a.jar", "flyball.test.color = red")
            .bundle("b.jar", "flyball.test.color = red");

    assertThat(machine.problems()).isEmpty();
  }

  @Test
  void precedenceThatIsNoNumber_isAProblem() {
    assertThat(machine().bundle("a.jar", "flyball.bundle.precedence = high").problems())
        .containsExactly(
            "flyball.bundle.precedence is high (expected: a whole number) at bundle a.jar:1");
  }

  @Test
  void unknownKeyOfABundle_isAProblemThatNamesTheJar() {
    assertThat(machine().bundle("a.jar", "", "flyball.test.colour = red").problems())
        .containsExactly(
            "unknown key flyball.test.colour at bundle a.jar:2"
                + " -> did you mean flyball.test.color?");
  }

  @Test
  void bundleInAFolder_isNamedByItsFolder() {
    TestSettings machine =
        machine().onClassPath("META-INF/flyball/conventions.properties", "flyball.test.color=red");

    assertThat(machine.load().explain(COLOR).origin())
        .hasToString("bundle classes0/META-INF/flyball/conventions.properties:1");
  }

  @Test
  void bundleInAnArchiveInAnArchive_isNamedByTheInnerOne() throws Exception {
    String inside = "!/META-INF/flyball/conventions.properties";

    assertThat(Layers.archive(new URL("jar:file:/srv/app.jar!/BOOT-INF/lib/team-1.jar" + inside)))
        .isEqualTo("team-1.jar");
    assertThat(Layers.archive(new URL("jar:file:/srv/lib/team-1.jar" + inside)))
        .isEqualTo("team-1.jar");
  }

  @Test
  void bundleKeysOutsideOfABundle_areUnknown() {
    assertThat(machine().file("flyball.properties", "flyball.bundle.precedence = 3").problems())
        .singleElement()
        .asString()
        .startsWith("unknown key flyball.bundle.precedence");
  }
}
