// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsSecretsTest {

  private static final String VALUE = "hunter2-hunter2";

  private static final Setting<String> PASSWORD =
      Setting.string("flyball.test.password").doc("A password.").secret().build();
  private static final Setting<Integer> PIN =
      Setting.integer("flyball.test.pin").doc("A number.").secret().build();
  private static final Setting<String> OPEN =
      Setting.string("flyball.test.open").doc("No secret.").build();

  @TempDir private Path temp;

  private TestSettings machine() {
    return TestSettings.in(temp).declare(PASSWORD, PIN, OPEN);
  }

  @Test
  void secretFile_isReadWithoutTheLineEndAtItsEnd() {
    Settings settings =
        machine()
            .file("password.txt", VALUE)
            .file("flyball.properties", "flyball.test.password.file = password.txt ")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(PASSWORD)).isEqualTo(VALUE);
    assertThat(settings.explain(PASSWORD).origin().place())
        .endsWith("password.txt (" + temp.resolve("process/flyball.properties") + ":1)");
  }

  @Test
  void secretFile_shadowsByItsLayer() {
    Settings settings =
        machine()
            .file("password.txt", VALUE)
            .file("flyball.properties", "flyball.test.password = other")
            .systemProperty("flyball.test.password.file", "password.txt")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(PASSWORD)).isEqualTo(VALUE);
  }

  @Test
  void secretFileThatCannotBeRead_isAProblemAtThePlaceThatNamesIt() {
    TestSettings machine =
        machine().file("flyball.properties", "", "flyball.test.password.file = nowhere.txt");

    assertThat(machine.problems())
        .containsExactly(
            "flyball.test.password.file names a file that cannot be read: "
                + machine.directory.resolve("nowhere.txt")
                + " at "
                + machine.directory.resolve("flyball.properties")
                + ":2 -> create it, or give the process the right to read it");
  }

  @Test
  void secretFileThatIsNoText_isAProblem() {
    TestSettings machine =
        machine()
            .bytes("password.bin", new byte[] {(byte) 0xC3, (byte) 0x28})
            .code("flyball.test.password.file", "password.bin");

    assertThat(machine.problems())
        .singleElement()
        .asString()
        .startsWith("flyball.test.password.file names a file that cannot be read");
  }

  @Test
  void secretFileThatCannotExist_isAProblem() {
    assertThat(machine().code("flyball.test.password.file", "a\0b").problems())
        .singleElement()
        .asString()
        .startsWith("flyball.test.password.file names a file that cannot be read: a\0b at code");
  }

  @Test
  void secretGivenBothWaysInOneFile_isAProblemThatNamesBothPlaces() {
    TestSettings machine =
        machine()
            .file("password.txt", VALUE)
            .file(
                "flyball.properties",
                "flyball.test.password.file = password.txt",
                "flyball.test.password = other");
    Path file = machine.directory.resolve("flyball.properties");

    assertThat(machine.problems())
        .containsExactly(
            "flyball.test.password is given both directly and as a file at "
                + (file + ":2 and " + file + ":1 -> keep one of them"));
  }

  @Test
  void secretGivenBothWaysInTheEnvironment_isAProblem() {
    TestSettings machine =
        machine()
            .file("password.txt", VALUE)
            .variable("FLYBALL_TEST_PASSWORD", "other")
            .variable("FLYBALL_TEST_PASSWORD_FILE", "password.txt");

    assertThat(machine.problems())
        .singleElement()
        .asString()
        .startsWith("flyball.test.password is given both directly and as a file");
  }

  @Test
  void secretFileBesideTheProcess_shadowsTheSecretOnTheClassPath() {
    Settings settings =
        machine()
            .onClassPath("flyball.properties", "flyball.test.password = for development")
            .file("password.txt", VALUE)
            .file("flyball.properties", "flyball.test.password.file = password.txt")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(PASSWORD)).isEqualTo(VALUE);
  }

  @Test
  void keyThatIsNoSecret_hasNoFile() {
    assertThat(machine().code("flyball.test.open.file", "x").problems())
        .singleElement()
        .asString()
        .startsWith("unknown key flyball.test.open.file");
  }

  @Test
  void secret_isMaskedInForceAndShadowed() {
    Settings settings =
        machine()
            .file("flyball.properties", "flyball.test.password = " + VALUE)
            .variable("FLYBALL_TEST_PASSWORD", VALUE)
            .load();

    assertThat(settings.get(PASSWORD)).isEqualTo(VALUE);
    assertThat(settings.explain(PASSWORD).text()).isEqualTo("***");
    assertThat(settings.explainAll().toString()).doesNotContain(VALUE).contains("over *** (");
    assertThat(settings.toString()).doesNotContain(VALUE);
    assertThat(PASSWORD.toString()).doesNotContain(VALUE);
  }

  @Test
  void wrongSecret_isMaskedInItsProblem() {
    TestSettings machine =
        machine()
            .code("flyball.test.pin", VALUE)
            .file("password.txt", VALUE)
            .systemProperty("flyball.test.pni", VALUE)
            .systemProperty("flyball.test.pin.fil", VALUE);

    assertThat(machine.problems())
        .contains(
            "flyball.test.pin is *** (expected: a whole number) at code, property flyball.test.pin")
        .noneMatch(problem -> problem.contains(VALUE))
        .hasSize(3);
  }

  @Test
  void secretFileThatIsBlank_countsAsNotWritten() {
    Settings settings =
        machine().file("empty.txt", " ").code("flyball.test.password.file", "empty.txt").load();

    assertThat(settings.find(PASSWORD)).isEmpty();
  }
}
