// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.settings.Origin.Layer;
import dev.flyball.settings.SettingValue.Shadowed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLayersTest {

  private static final Setting<String> COLOR =
      Setting.string("flyball.test.color").doc("A colour.").defaultValue("grey").build();
  private static final Setting<Duration> WAIT =
      Setting.duration("flyball.test.wait").doc("A wait.").build();
  private static final Setting<String> PROFILE =
      Setting.string("flyball.profile").doc("The profiles.").build();
  private static final Setting<String> TEAM =
      Setting.string("flyball.test.teams.<name>.lead")
          .doc("A lead.")
          .defaultValue("nobody")
          .build();

  @TempDir private Path temp;

  private TestSettings machine() {
    return TestSettings.in(temp).declare(COLOR, WAIT, PROFILE, TEAM);
  }

  @Test
  void nothingWritten_isTheDefault() {
    Settings settings = machine().load();

    assertThat(settings.get(COLOR)).isEqualTo("grey");
    assertThat(settings.find(WAIT)).isEmpty();
    assertThat(settings.explain(COLOR))
        .isEqualTo(
            new SettingValue(
                "flyball.test.color", "grey", new Origin(Layer.DEFAULT, "default"), List.of()));
    assertThat(settings.explain(WAIT)).hasToString("flyball.test.wait = (not set) (default)");
  }

  @Test
  void everyLayer_shadowsTheOneBelow() {
    TestSettings machine = machine();
    machine.bundle("conventions-1.jar", "flyball.test.color = bundle");
    assertThat(machine.load().get(COLOR)).isEqualTo("bundle");
    machine.onClassPath("flyball.properties", "# first line", "flyball.test.color = class path");
    assertThat(machine.load().get(COLOR)).isEqualTo("class path");
    machine.file("flyball.properties", "flyball.test.color = file");
    assertThat(machine.load().get(COLOR)).isEqualTo("file");
    machine.code("flyball.profile", "prod");
    machine.onClassPath("flyball-prod.properties", "flyball.test.color = profile on class path");
    assertThat(machine.load().get(COLOR)).isEqualTo("profile on class path");
    machine.file("flyball-prod.properties", "", "", "flyball.test.color = profile");
    assertThat(machine.load().get(COLOR)).isEqualTo("profile");
    machine.variable("FLYBALL_TEST_COLOR", "variable");
    assertThat(machine.load().get(COLOR)).isEqualTo("variable");
    machine.systemProperty("flyball.test.color", "system");
    assertThat(machine.load().get(COLOR)).isEqualTo("system");
    machine.code("flyball.test.color", "code");

    Settings settings = machine.load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(COLOR)).isEqualTo("code");
    Path process = machine.directory;
    assertThat(settings.explain(COLOR))
        .isEqualTo(
            new SettingValue(
                "flyball.test.color",
                "code",
                new Origin(Layer.CODE, "code, property flyball.test.color"),
                List.of(
                    shadowed("system", Layer.SYSTEM, "system property flyball.test.color"),
                    shadowed("variable", Layer.ENVIRONMENT, "variable FLYBALL_TEST_COLOR"),
                    shadowed("profile", Layer.PROFILE, process + "/flyball-prod.properties:3"),
                    shadowed(
                        "profile on class path",
                        Layer.PROFILE,
                        "class path, flyball-prod.properties:1"),
                    shadowed("file", Layer.FILE, process + "/flyball.properties:1"),
                    shadowed("class path", Layer.FILE, "class path, flyball.properties:2"),
                    shadowed("bundle", Layer.BUNDLE, "bundle conventions-1.jar:1"),
                    shadowed("grey", Layer.DEFAULT, "default"))));
  }

  private static Shadowed shadowed(String text, Layer layer, String place) {
    return new Shadowed(text, new Origin(layer, place));
  }

  @Test
  void explanation_isOneLineWithEverythingThatIsShadowed() {
    Settings settings =
        machine()
            .onClassPath("flyball.properties", "flyball.test.color=red")
            .variable("FLYBALL_TEST_COLOR", "blue")
            .load();

    assertThat(settings.explain(COLOR))
        .hasToString(
            "flyball.test.color = blue (variable FLYBALL_TEST_COLOR),"
                + " over red (class path, flyball.properties:1), over grey (default)");
  }

  @Test
  void blankValue_shadowsNothing() {
    Settings settings =
        machine()
            .file("flyball.properties", "flyball.test.color = red")
            .variable("FLYBALL_TEST_COLOR", " ")
            .systemProperty("flyball.test.color", "")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(COLOR)).isEqualTo("red");
  }

  @Test
  void value_isReadWithoutTheSpacesAroundIt() {
    Settings settings = machine().code("flyball.test.wait", " 5s\t").load();

    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void wrongValueOfTheHighestLayer_isAProblemAndReadsAsTheDefault() {
    Settings settings =
        machine()
            .file("flyball.properties", "flyball.test.wait = 5s")
            .systemProperty("flyball.test.wait", "soon")
            .load();

    assertThat(settings.get(WAIT)).isNull();
    assertThat(settings.problems())
        .containsExactly(
            new StartupProblem(
                "flyball.test.wait is soon (expected: a duration such as 250ms, 2s, 5m or 1h)",
                "system property flyball.test.wait",
                null));
  }

  @Test
  void wrongValueThatIsShadowed_isNoProblem() {
    Settings settings =
        machine()
            .file("flyball.properties", "flyball.test.wait = soon")
            .systemProperty("flyball.test.wait", "5s")
            .load();

    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void foreignKeysOfSystemAndEnvironment_areNotLookedAt() {
    Settings settings =
        machine().systemProperty("java.version", "17").variable("PATH", "/bin").load();

    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void profiles_areReadInTheirOrderAndLaterOnesWin() {
    TestSettings machine =
        machine()
            .file("flyball-a.properties", "flyball.test.color = a", "flyball.test.wait = 1s")
            .file("flyball-b.properties", "flyball.test.color = b")
            .file("flyball.properties", "flyball.profile = a , ,b,");
    Settings settings = machine.load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(COLOR)).isEqualTo("b");
    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofSeconds(1));

    machine.systemProperty("flyball.profile", "b,a");
    assertThat(machine.load().get(COLOR)).isEqualTo("a");
  }

  @Test
  void profileNamedTwice_standsWhereItIsNamedLast() {
    Settings settings =
        machine()
            .file("flyball-a.properties", "flyball.test.color = a")
            .file("flyball-b.properties", "flyball.test.color = b")
            .code("flyball.profile", "a,b,a")
            .load();

    assertThat(settings.get(COLOR)).isEqualTo("a");
    assertThat(settings.explain(COLOR).shadowed())
        .extracting(Shadowed::text)
        .containsExactly("b", "grey");
  }

  @Test
  void profile_isFoundInTheHighestLayerThatNamesOne() {
    TestSettings machine =
        machine()
            .file("flyball-file.properties", "flyball.test.color = file")
            .file("flyball-variable.properties", "flyball.test.color = variable")
            .file("flyball-system.properties", "flyball.test.color = system")
            .file("flyball-code.properties", "flyball.test.color = code")
            .file("flyball.properties", "flyball.profile = file");
    assertThat(machine.load().get(COLOR)).isEqualTo("file");
    machine.variable("FLYBALL_PROFILE", "variable");
    assertThat(machine.load().get(COLOR)).isEqualTo("variable");
    machine.systemProperty("flyball.profile", "system");
    assertThat(machine.load().get(COLOR)).isEqualTo("system");
    machine.code("flyball.profile", "code");
    assertThat(machine.load().get(COLOR)).isEqualTo("code");
  }

  @Test
  void blankProfile_shadowsNothing() {
    Settings settings =
        machine()
            .file("flyball-file.properties", "flyball.test.color = file")
            .file("flyball.properties", "flyball.profile = file")
            .variable("FLYBALL_PROFILE", "")
            .systemProperty("flyball.profile", " ")
            .load();

    assertThat(settings.explain(PROFILE).text()).isEqualTo("file");
    assertThat(settings.get(COLOR)).isEqualTo("file");
  }

  @Test
  void profileWithoutAFile_isNoProblem() {
    assertThat(machine().code("flyball.profile", "nowhere").problems()).isEmpty();
  }

  @Test
  void profileThatNoFileCanBeCalled_isAProblem() {
    assertThat(machine().file("flyball.properties", "flyball.profile = \\u0000").problems())
        .containsExactly(
            "no file can be called flyball-\0.properties at flyball.profile -> name another profile");
  }

  @Test
  void serviceFileTwiceOnTheClassPath_isAProblem() {
    TestSettings machine =
        machine()
            .onClassPath("flyball.properties", "flyball.test.color = a")
            .onClassPath("flyball.properties", "flyball.test.color = b");

    assertThat(machine.problems())
        .singleElement()
        .asString()
        .startsWith("more than one flyball.properties on the class path at ")
        .contains("classes0/flyball.properties", "classes1/flyball.properties")
        .endsWith(
            "-> a library brings defaults in META-INF/flyball/conventions.properties;"
                + " flyball.properties belongs to the service");
  }

  @Test
  void names_areThoseThatTheUserChose() {
    Settings settings =
        machine()
            .file(
                "flyball.properties",
                "flyball.test.teams.zeta.lead = zoe",
                "flyball.test.teams.the-first.lead = ann",
                "flyball.test.color = red")
            .systemProperty("flyball.test.teams.mid.lead", "mo")
            .load();

    assertThat(settings.names(TEAM)).containsExactly("mid", "the-first", "zeta");
    assertThat(settings.get(TEAM.named("mid"))).isEqualTo("mo");
    assertThat(settings.get(TEAM.named("unwritten"))).isEqualTo("nobody");
  }

  @Test
  void plainKeyInTheGroupOfAPattern_namesNothing() {
    Setting<Integer> size = Setting.integer("flyball.test.teams.size").doc("S.").build();
    Setting<Integer> depth = Setting.integer("flyball.test.teams.max.depth").doc("D.").build();
    Setting<String> needed =
        Setting.string("flyball.test.teams.<name>.room").doc("R.").required().build();
    Settings settings =
        machine()
            .declare(size, depth, needed)
            .code("flyball.test.teams.size", "3")
            .code("flyball.test.teams.max.depth", "2")
            .load();

    assertThat(settings.names(TEAM)).isEmpty();
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void explainAll_isEveryPlainKeyAndEveryWrittenNameInOrder() {
    Settings settings = machine().code("flyball.test.teams.a.lead", "ann").load();

    assertThat(settings.explainAll())
        .extracting(SettingValue::key)
        .containsExactly(
            "flyball.profile",
            "flyball.test.color",
            "flyball.test.teams.a.lead",
            "flyball.test.wait");
  }

  @Test
  void undeclaredSetting_cannotBeAskedFor() {
    Setting<String> foreign = Setting.string("flyball.test.foreign").doc("Not ours.").build();
    Settings settings = machine().load();

    assertThatThrownBy(() -> settings.get(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flyball.test.foreign is not declared");
  }

  @Test
  void twoDeclarationsOfOneKey_areRefused() {
    Setting<Boolean> other = Setting.bool("flyball.test.color").doc("Colourful or not.").build();

    assertThatThrownBy(() -> machine().declare(other).load())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("flyball.test.color is declared twice");
    assertThat(machine().declare(COLOR).load().get(COLOR)).isEqualTo("grey");
  }

  @Test
  void directory_isWhereRelativePathsBegin() {
    TestSettings machine = machine();

    assertThat(machine.load().directory()).isEqualTo(machine.directory);
  }
}
