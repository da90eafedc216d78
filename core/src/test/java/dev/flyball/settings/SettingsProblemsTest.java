// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsProblemsTest {

  enum Mode {
    ONLY_LOOK,
    ENFORCE
  }

  private static final Setting<Integer> PORT =
      Setting.integer("flyball.test.port").doc("A port.").range(0, 65_535).build();
  private static final Setting<Duration> WAIT =
      Setting.duration("flyball.test.wait")
          .doc("A wait.")
          .range(Duration.ofMillis(1), Duration.ofMinutes(5))
          .build();
  private static final Setting<Long> SIZE = Setting.size("flyball.test.size").doc("Size.").build();
  private static final Setting<Boolean> ON = Setting.bool("flyball.test.on").doc("On.").build();
  private static final Setting<LocalDate> DAY =
      Setting.date("flyball.test.day").doc("Day.").build();
  private static final Setting<URI> PLACE = Setting.uri("flyball.test.place").doc("Place.").build();
  private static final Setting<Path> PATH = Setting.path("flyball.test.path").doc("Path.").build();
  private static final Setting<List<String>> LIST =
      Setting.list("flyball.test.list").doc("List.").build();
  private static final Setting<Mode> MODE =
      Setting.choice("flyball.test.mode", Mode.class).doc("Mode.").build();
  private static final Setting<String> ISSUER =
      Setting.string("flyball.test.issuers.<name>.issuer")
          .doc("Who issues. More.")
          .required()
          .build();
  private static final Setting<String> AUDIENCE =
      Setting.string("flyball.test.issuers.<name>.audience").doc("For whom.").required().build();

  @TempDir private Path temp;

  private TestSettings machine() {
    return TestSettings.in(temp)
        .declare(PORT, WAIT, SIZE, ON, DAY, PLACE, PATH, LIST, MODE, ISSUER, AUDIENCE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flyball.test.port | eighty | a whole number from 0 to 65535",
        "flyball.test.port | 65536 | a whole number from 0 to 65535",
        "flyball.test.port | -1 | a whole number from 0 to 65535",
        "flyball.test.wait | 0s | a duration such as 250ms, 2s, 5m or 1h from 1ms to 5m",
        "flyball.test.wait | 301s | a duration such as 250ms, 2s, 5m or 1h from 1ms to 5m",
        "flyball.test.wait | PT-1S | a duration such as 250ms, 2s, 5m or 1h from 1ms to 5m",
        "flyball.test.wait | 999999999999999d | a duration such as 250ms, 2s, 5m or 1h from 1ms to 5m",
        "flyball.test.wait | 5 | a duration such as 250ms, 2s, 5m or 1h from 1ms to 5m",
        "flyball.test.size | 1TB | a number of bytes such as 64KB or 1MB",
        "flyball.test.size | -5 | a number of bytes such as 64KB or 1MB",
        "flyball.test.size | 999999999999999GB | a number of bytes such as 64KB or 1MB",
        "flyball.test.on | yes | true or false",
        "flyball.test.day | 2027-02-30 | a date such as 2027-03-31",
        "flyball.test.place | /relative | an absolute address such as https://a.example/x",
        "flyball.test.place | https://a b | an absolute address such as https://a.example/x",
        "flyball.test.mode | watch | one of only-look, enforce",
      })
  void wrongValue_isAProblemWithValueExpectationAndOrigin(
      String key, String value, String expected) {
    TestSettings machine = machine().file("flyball.properties", "# settings", key + " = " + value);

    assertThat(machine.problems())
        .containsExactly(
            key
                + (" is " + value + " (expected: " + expected + ") at ")
                + machine.directory.resolve("flyball.properties")
                + ":2");
  }

  @Test
  void rightValuesOfEveryType_areRead() {
    Settings settings =
        machine()
            .file(
                "flyball.properties",
                "flyball.test.port = 65535",
                "flyball.test.wait = PT1.5S",
                "flyball.test.size = 64 KiB",
                "flyball.test.on = TRUE",
                "flyball.test.day = 2027-03-31",
                "flyball.test.place = https://a.example/x",
                "flyball.test.path = some/where",
                "flyball.test.list = a, ,b ,",
                "flyball.test.mode = Only-Look")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(PORT)).isEqualTo(65_535);
    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofMillis(1_500));
    assertThat(settings.get(SIZE)).isEqualTo(65_536);
    assertThat(settings.get(ON)).isTrue();
    assertThat(settings.get(DAY)).isEqualTo(LocalDate.of(2027, 3, 31));
    assertThat(settings.get(PLACE)).isEqualTo(URI.create("https://a.example/x"));
    assertThat(settings.get(PATH)).isEqualTo(Path.of("some/where"));
    assertThat(settings.get(LIST)).containsExactly("a", "b");
    assertThat(settings.get(MODE)).isEqualTo(Mode.ONLY_LOOK);
  }

  @Test
  void unknownKey_isSuggestedUpToThreeKeysNearestFirst() {
    TestSettings machine =
        TestSettings.in(temp)
            .declare(
                Setting.string("flyball.test.rate").doc("1").build(),
                Setting.string("flyball.test.date").doc("2").build(),
                Setting.string("flyball.test.gate").doc("3").build(),
                Setting.string("flyball.test.late").doc("4").build(),
                Setting.string("flyball.test.rates").doc("5").build())
            .code("flyball.test.ratse", "x");

    assertThat(machine.problems())
        .containsExactly(
            "unknown key flyball.test.ratse at code, property flyball.test.ratse -> did you mean"
                + " flyball.test.rate or flyball.test.rates or flyball.test.date?");
  }

  @Test
  void unknownKeyThatIsLikeNothing_isSentToTheDocumentation() {
    assertThat(machine().code("flyball.entirely.different.thing", "x").problems())
        .singleElement()
        .asString()
        .endsWith("? docs/configuration.md lists every key");
  }

  @Test
  void misspeltKeyWithAName_isSuggestedWithTheUsersOwnName() {
    assertThat(
            machine()
                .file(
                    "flyball.properties",
                    "flyball.test.issuers.corporate-idp.issuer = a",
                    "flyball.test.issuers.corporate-idp.audience = b",
                    "flyball.test.issuers.corporate-idp.isuer = c")
                .problems())
        .singleElement()
        .asString()
        .startsWith("unknown key flyball.test.issuers.corporate-idp.isuer")
        .endsWith("did you mean flyball.test.issuers.corporate-idp.issuer?");
  }

  @Test
  void nameThatIsNotKebabCase_isSuggestedInKebabCase() {
    assertThat(machine().code("flyball.test.issuers.My_Idp.issuer", "i").problems())
        .containsExactly(
            "unknown key flyball.test.issuers.My_Idp.issuer at code, property"
                + " flyball.test.issuers.My_Idp.issuer"
                + " -> did you mean flyball.test.issuers.my-idp.issuer?");
  }

  @Test
  void missingKeyOfAName_isAProblemAtThePlaceThatFirstNamesIt() {
    TestSettings machine =
        machine().file("flyball.properties", "", "flyball.test.issuers.main.audience = a");

    assertThat(machine.problems())
        .containsExactly(
            "flyball.test.issuers.main.issuer is missing (expected: a text) at "
                + machine.directory.resolve("flyball.properties")
                + ":2, where main is first named"
                + " -> add flyball.test.issuers.main.issuer=... : Who issues.");
  }

  @Test
  void missingKey_isAProblem() {
    Setting<String> needed = Setting.string("flyball.test.needed").doc("Why.").required().build();

    assertThat(machine().declare(needed).problems())
        .containsExactly(
            "flyball.test.needed is missing (expected: a text) -> add flyball.test.needed=... :"
                + " Why.");
  }

  @Test
  void keyWrittenTwiceInAFile_isAProblemThatNamesBothLines() {
    TestSettings machine =
        machine().file("flyball.properties", "flyball.test.port=1", "", "flyball.test.port=2");
    Path file = machine.directory.resolve("flyball.properties");

    assertThat(machine.problems())
        .containsExactly(
            "flyball.test.port is written twice at "
                + file
                + ":1 and "
                + file
                + ":3 -> remove one of them");
    assertThat(machine.load().get(PORT)).isEqualTo(2);
  }

  @Test
  void malformedUnicodeEscape_isAProblemWithItsLine() {
    TestSettings machine =
        machine().file("flyball.properties", "flyball.test.port=1", "x = \\\n  y \\u12G4");

    assertThat(machine.problems())
        .containsExactly(
            "malformed properties: line 2: Malformed \\uxxxx encoding. at "
                + machine.directory.resolve("flyball.properties")
                + " -> mend the line");
  }

  @Test
  void continuedLine_hasTheNumberOfItsFirstLine() {
    TestSettings machine =
        machine()
            .file("flyball.properties", "# list", "flyball.test.list = a,\\", "    b,\\", " c");
    Settings settings = machine.load();

    assertThat(settings.get(LIST)).containsExactly("a", "b", "c");
    assertThat(settings.explain(LIST).origin().place()).endsWith("flyball.properties:2");
  }

  @Test
  void windowsLineEnds_areLineEnds() {
    TestSettings machine =
        machine()
            .bytes(
                "flyball.properties",
                "# one\r\n\r\nflyball.test.list = a,\\\r\n  b\r\nflyball.test.port = 7\r\n"
                    .getBytes(StandardCharsets.UTF_8));
    Settings settings = machine.load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(LIST)).containsExactly("a", "b");
    assertThat(settings.explain(PORT).origin().place()).endsWith("flyball.properties:5");
  }

  @Test
  void fileOutsideOfAscii_isReadAsUtf8() {
    Settings settings = machine().file("flyball.properties", "flyball.test.list = größe, 大").load();

    assertThat(settings.get(LIST)).containsExactly("größe", "大");
  }

  @Test
  void fileThatIsNotUtf8_isAProblem() {
    TestSettings machine =
        machine()
            .bytes(
                "flyball.properties",
                "flyball.test.list = größe".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(machine.problems())
        .containsExactly(
            "settings are not written in UTF-8 at "
                + machine.directory.resolve("flyball.properties")
                + " -> make it a readable UTF-8 file");
  }

  @Test
  void bundleThatIsNotUtf8_isAProblemToo() {
    TestSettings machine =
        machine().bundle("a.jar", "flyball.test.port = 7".getBytes(StandardCharsets.UTF_16));

    assertThat(machine.problems())
        .singleElement()
        .asString()
        .startsWith("settings are not written in UTF-8 at jar:file:")
        .contains("a.jar!/META-INF/flyball/conventions.properties");
  }

  @Test
  void markOfUtf8AtTheBeginning_isPassedOver() {
    Settings settings = machine().file("flyball.properties", "\uFEFFflyball.test.port = 7").load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(PORT)).isEqualTo(7);
  }

  @Test
  void folderInPlaceOfAFile_isAProblem() throws IOException {
    TestSettings machine = machine();
    Files.createDirectory(machine.directory.resolve("flyball.properties"));

    assertThat(machine.problems())
        .singleElement()
        .asString()
        .startsWith("cannot read settings: java.io.IOException");
  }

  @Test
  void allProblems_areFoundTogether() {
    assertThat(
            machine()
                .bundle("a.jar", "flyball.test.mode = watch")
                .file("flyball.properties", "flyball.test.port = x", "flyball.tset.port = 1")
                .variable("FLYBALL_TEST_ON", "yes")
                .systemProperty("flyball.test.issuers.main.issuer", "i")
                .problems())
        .hasSize(5);
  }

  @Test
  void startupException_numbersEveryProblem() {
    StartupException failed =
        new StartupException(
            List.of(
                new StartupProblem("one is wrong", "file:1", "mend it"),
                new StartupProblem("two is wrong", null, null)));

    assertThat(failed)
        .hasMessage(
            "flyball cannot start: 2 problems\n"
                + "\n  1. one is wrong\n     at file:1\n     -> mend it\n"
                + "\n  2. two is wrong\n");
    assertThat(failed.problems()).hasSize(2);
  }

  @Test
  void deprecatedKey_isReadAsItsReplacementWithAWarning() {
    Setting<Integer> old =
        Setting.integer("flyball.test.listen").doc("Old.").replacedBy("flyball.test.port").build();
    Settings settings = machine().declare(old).variable("FLYBALL_TEST_LISTEN", "90").load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(PORT)).isEqualTo(90);
    assertThat(settings.explain(PORT).origin()).hasToString("variable FLYBALL_TEST_LISTEN");
    assertThat(settings.warnings())
        .containsExactly(
            "flyball.test.listen at variable FLYBALL_TEST_LISTEN is deprecated, use"
                + " flyball.test.port");
  }

  @Test
  void deprecatedKeyWithAName_isReadAsTheReplacementWithThatName() {
    Setting<String> old =
        Setting.string("flyball.test.idps.<name>.iss")
            .doc("Old.")
            .replacedBy("flyball.test.issuers.<name>.issuer")
            .build();
    Settings settings =
        machine()
            .declare(old)
            .code("flyball.test.idps.main.iss", "i")
            .code("flyball.test.issuers.main.audience", "a")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(ISSUER.named("main"))).isEqualTo("i");
    assertThat(settings.warnings()).singleElement().asString().contains("issuers.main.issuer");
  }

  @Test
  void deprecatedKeyBesideItsReplacement_standsBelowIt() {
    Setting<Integer> first =
        Setting.integer("flyball.test.listen").doc("Old.").replacedBy("flyball.test.port").build();
    Setting<Integer> last =
        Setting.integer("flyball.test.zport").doc("Old.").replacedBy("flyball.test.port").build();
    TestSettings machine =
        machine()
            .declare(first, last)
            .file(
                "flyball.properties",
                "flyball.test.listen = 1",
                "flyball.test.port = 2",
                "flyball.test.zport = 3");

    assertThat(machine.load().get(PORT)).isEqualTo(2);
    assertThat(machine.variable("FLYBALL_TEST_LISTEN", "4").load().get(PORT)).isEqualTo(4);
  }

  @Test
  void deprecatedKeyWithAWrongValue_isAProblemOfItsReplacement() {
    Setting<Integer> old =
        Setting.integer("flyball.test.listen").doc("Old.").replacedBy("flyball.test.port").build();

    assertThat(machine().declare(old).code("flyball.test.listen", "x").problems())
        .containsExactly(
            "flyball.test.port is x (expected: a whole number from 0 to 65535) at code, property"
                + " flyball.test.listen");
  }
}
