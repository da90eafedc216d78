// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.flags.internal.FlagSetReader.Reading;
import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagSetReaderTest {

  /** A flag {@code f}, to be changed in one place. */
  private static final String FLAG =
      """
      {
        "flags": {
          "f": {
            "state": "ENABLED",
            "variants": {"on": true, "off": false},
            "defaultVariant": "off",
            "targeting": {"if": [true, "on", "off"]}
          }
        }
      }
      """;

  @Test
  void set_thatIsGood_hasNothingToSay() {
    Reading reading = read(FLAG);

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.notes()).isEmpty();
    assertThat(reading.set().keys()).containsExactly("f");
    assertThat(reading.set().version()).hasSize(12).isEqualTo(read(FLAG).set().version());
  }

  @Test
  void version_changesWithEveryCharacter() {
    assertThat(read(FLAG + " ").set().version()).isNotEqualTo(read(FLAG).set().version());
  }

  @Test
  void everyProblem_isFoundInOneReading() {
    String text =
        """
        {
          "metadata": {"bucketing": "v9", "team": ["a"]},
          "$evaluators": {"internal": "true"},
          "flags": {
            "a": {"state": "ENABLE", "variants": {"on": true, "off": "no"}, "defaultVariant": "onn"},
            "b": {"variants": {}, "targeting": "on"},
            "c": 7,
            "d": {"state": "ENABLED", "variants": {"x": null, "": 1, "big": 9007199254740992}}
          }
        }
        """;

    assertThat(problems(text))
        .containsExactly(
            "2:29 metadata.bucketing is 'v9' (expected: one of v1, v2, v3)",
            "2:43 metadata.team is an array (expected: a text, a number, true or false)",
            "3:31 $evaluators.internal is 'true' (expected: a rule, which is an object)",
            "5:20 flags.a.state is 'ENABLE' (expected: one of ENABLED, DISABLED);"
                + " did you mean ENABLED",
            "5:62 flags.a.variants.off is 'no' (expected: true or false, as the variants before it)",
            "5:87 flags.a.defaultVariant is 'onn' (expected: one of on, off); did you mean on",
            "6:10 flags.b has no state (expected: one of ENABLED, DISABLED)",
            "6:23 flags.b.variants is an object (expected: an object with at least one variant)",
            "6:40 flags.b.targeting is 'on' (expected: a rule, which is an object)",
            "7:10 flags.c is 7 (expected: an object)",
            "8:49 flags.d.variants.x is null"
                + " (expected: true, false, a text, a number or an object)",
            "8:59 flags.d.variants has one without a name",
            "8:69 flags.d.variants.big is 9007199254740992 (expected: a whole number from"
                + " -9007199254740991 to 9007199254740991); larger ones are not the same in every"
                + " language; write it as a text");
  }

  @Test
  void textThatIsNotJson_hasAPlace() {
    assertThat(problems("{\"flags\": {\n  \"f\": {,}}}"))
        .singleElement()
        .asString()
        .startsWith("2:9 not JSON: unexpected ',' (expected: a name in double quotes)");
    assertThat(problems("")).containsExactly("1:1 not JSON: the text is empty");
    assertThat(problems("{\"flags\": {}} {}"))
        .containsExactly("1:15 not JSON: there is more after the end of the document");
    assertThat(problems("{\"flags\": {\"f\": {\"state\": \"ENABLED\""))
        .singleElement()
        .asString()
        .contains("not JSON: the text ends too early");
  }

  @Test
  void bytesThatAreNotUtf8_haveAPlace() {
    byte[] latin =
        FLAG.replace("\"off\": false", "\"öff\": false").getBytes(StandardCharsets.ISO_8859_1);

    assertThat(FlagSetReader.read(latin).problems())
        .extracting(finding -> finding.in("flags.json"))
        .containsExactly("flags.json:5:33 not UTF-8; save the file as UTF-8");
  }

  @Test
  void byteOrderMark_isAccepted() {
    assertThat(read("\uFEFF" + FLAG).problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "null", "\"flags\""})
  void topThatIsNoObject_isRefused(String text) {
    assertThat(problems(text)).singleElement().asString().endsWith("(expected: an object)");
  }

  @Test
  void documentWithoutFlags_isRefusedWithAHint() {
    assertThat(problems("{\"flag\": {}}"))
        .containsExactly(
            "1:1 the document has no flags (expected: an object \"flags\"); did you mean flag");
    assertThat(problems("{\"flags\": 1}")).containsExactly("1:11 flags is 1 (expected: an object)");
  }

  @Test
  void nameThatIsWrittenTwice_isRefused() {
    String twice =
        FLAG.replace(
            "\"defaultVariant\": \"off\",",
            "\"defaultVariant\": \"off\", \"state\": \"DISABLED\",");

    assertThat(problems(twice))
        .containsExactly("6:32 flags.f.state is written twice, first at 4:7; remove one of them");
  }

  @Test
  void stateThatIsMisspelt_isNotTakenForEnabled() {
    assertThat(problems(FLAG.replace("\"state\": \"ENABLED\"", "\"sate\": \"DISABLED\"")))
        .containsExactly(
            "3:10 flags.f has no state (expected: one of ENABLED, DISABLED); rename sate");
  }

  @Test
  void weightThatIsNotWhole_isRefused() {
    assertThat(problems(rule("{\"fractional\": [[\"on\", 33.3], [\"off\", 66.7]]}")))
        .containsExactly(
            "7:43 flags.f.targeting.fractional[0][1] is 33.3 (expected: a whole number);"
                + " multiply all weights so that they are whole, for example 333 of 1000",
            "7:58 flags.f.targeting.fractional[1][1] is 66.7 (expected: a whole number);"
                + " multiply all weights so that they are whole, for example 333 of 1000");
  }

  @Test
  void listOfFlags_isReadAsFlagdReadsIt() {
    Reading reading =
        read(
            """
            {"flags": [{"key": "a", "state": "ENABLED", "variants": {"on": true}},
                       {"key": "b", "state": "DISABLED", "variants": {"on": true}}]}
            """);

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.set().keys()).containsExactly("a", "b");
  }

  @Test
  void listOfFlags_withoutKeysOrWithTheSameTwice_isRefused() {
    assertThat(
            problems(
                """
                {"flags": [{"key": "a", "state": "ENABLED", "variants": {"on": true}},
                  {"key": "a", "state": "ENABLED", "variants": {"on": true}}, {}]}
                """))
        .containsExactly(
            "2:3 flags[1] is a second flag a; remove one of them",
            "2:63 flags[2] has no key (expected: a text \"key\")");
  }

  // ---- what works and cannot be meant

  @Test
  void ruleWithoutMeaning_isNotedAndLeavesOtherFlagsAlone() {
    String text =
        FLAG.replace(
            "\"flags\": {", "\"flags\": {\n\"g\": " + flag("{\"fractionl\": [[\"on\", 1]]}") + ",");
    Reading reading = read(text);

    assertThat(reading.set().keys()).containsExactly("f", "g");
    assertThat(notes(reading))
        .containsExactly(
            "3:81 flags.g.targeting.fractionl is no operator: answered with PARSE_ERROR;"
                + " did you mean fractional");
  }

  @Test
  void referenceToNothing_isNoted() {
    String text =
        rule("{\"if\": [{\"$ref\": \"internl\"}, \"on\", \"off\"]}")
            .replace(
                "\"flags\": {", "\"$evaluators\": {\"internal\": {\"!!\": [true]}}, \"flags\": {");

    assertThat(notes(read(text)))
        .containsExactly(
            "7:37 flags.f.targeting.if[0].$ref is 'internl' (expected: the name of one of"
                + " $evaluators): answered with PARSE_ERROR; did you mean internal");
  }

  @Test
  void referencesInACircle_areNoted() {
    String text =
        rule("{\"if\": [{\"$ref\": \"a\"}, \"on\", \"off\"]}")
            .replace(
                "\"flags\": {",
                "\"$evaluators\": {\"a\": {\"!\": {\"$ref\": \"b\"}}, \"b\": {\"!\": {\"$ref\": \"a\"}}},"
                    + " \"flags\": {");

    assertThat(notes(read(text)))
        .singleElement()
        .asString()
        .contains("refers to itself: a -> b -> a: answered with PARSE_ERROR");
  }

  @Test
  void uselessParts_areNotedWithTheirPlaces() {
    assertThat(
            notes(
                read(
                    rule(
                        "{\"if\": [{\"sem_ver\": [{\"var\": \"v\"}, \"==\", \"1\"]}, \"onn\", \"off\"]}"))))
        .containsExactly(
            "7:40 flags.f.targeting.if[0].sem_ver is always null (expected: one of the operators"
                + " = != < <= > >= ^ ~)",
            "7:68 flags.f.targeting.if[1] is 'onn' (expected: one of on, off): answered with"
                + " GENERAL; did you mean on");
    assertThat(notes(read(rule("{\"fractional\": [[\"on\", -1], [\"off\", 0]]}"))))
        .containsExactly(
            "7:36 the weights of flags.f.targeting.fractional sum up to 0"
                + " (expected: from 1 to 2147483647): always the default variant",
            "7:43 flags.f.targeting.fractional[0][1] is -1 (expected: 0 or more): counts as 0");
    assertThat(notes(read(rule("{\"sem_ver\": [\"1\", null, \"1.0.0\"]}"))))
        .containsExactly(
            "7:32 flags.f.targeting.sem_ver is always null (expected: one of the operators"
                + " = != < <= > >= ^ ~)");
    assertThat(notes(read(rule("{\"starts_with\": [\"a\"]}"))))
        .containsExactly("7:36 flags.f.targeting.starts_with is always null (expected: two texts)");
    assertThat(notes(read(rule("{\"==\": [{\"var\": \"$flagd.flagkey\"}, 1]}"))))
        .containsExactly(
            "7:36 flags.f.targeting.==[0].var reads $flagd.flagkey, which flagd does not have;"
                + " did you mean $flagd.flagKey");
    assertThat(notes(read(FLAG.replace("\"flags\": {", "\"evaluators\": {}, \"flags\": {"))))
        .containsExactly("2:3 evaluators means nothing; did you mean $evaluators");
  }

  @Test
  void flagsOfTheSuite_areAccepted() throws IOException {
    byte[] suite =
        Files.readAllBytes(Vectors.path("flags/flagd-evaluator/flags/testkit-flags.json"));
    Reading reading = FlagSetReader.read(suite);

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.set().size()).isEqualTo(60);
    assertThat(notes(reading).stream().map(note -> note.replaceAll(".*flags\\.([^.]+)\\..*", "$1")))
        .containsExactly(
            "semver-invalid-operator-flag",
            "ref-to-nonexistent-evaluator-flag",
            "starts-with-wrong-args-flag",
            "ends-with-wrong-args-flag",
            "fractional-zero-weights-flag",
            "fractional-negative-weight-flag",
            "semver-wrong-args-flag");
  }

  // ---- what is too much

  @Test
  void ruleThatIsNestedTooDeep_isAProblemAndNotAnOverflow() {
    String deep = "{\"!\":".repeat(10_000) + "true" + "}".repeat(10_000);

    assertThat(problems(rule(deep)))
        .singleElement()
        .asString()
        .contains("is nested too deep (expected: at most 200 levels)");
  }

  @Test
  void arrayThatNeverCloses_isAProblemAndNotAnOverflow() {
    assertThat(problems("[".repeat(1_000_000))).isNotEmpty();
  }

  @Test
  void textOfBracketsOnly_isGivenUpBeforeItFillsTheMemory() {
    assertThat(problems("[".repeat(200_000)))
        .anySatisfy(
            problem -> assertThat(problem.toString()).contains("nested deeper than 100000 levels"));
  }

  @Test
  void sharedRulesThatMultiply_areRefusedBeforeTheyFillTheMemory() {
    String shared =
        IntStream.range(0, 60)
            .mapToObj(i ->
                "\"e%d\": {\"and\": [{\"$ref\": \"e%d\"}, {\"$ref\": \"e%d\"}]}"
                    .formatted(i, i + 1, i + 1))
            .collect(Collectors.joining(","));
    String text =
        rule("{\"$ref\": \"e0\"}")
            .replace(
                "\"flags\": {",
                "\"$evaluators\": {" + shared + ", \"e60\": {\"!\": true}}, \"flags\": {");

    assertThat(problems(text))
        .singleElement()
        .asString()
        .contains("is one part too many (expected: at most 1000000 in the whole set)");
  }

  @Test
  void sharedRulesThatNestTooDeep_areRefused() {
    String shared =
        IntStream.range(0, 300)
            .mapToObj(i -> "\"e%d\": {\"!\": {\"$ref\": \"e%d\"}}".formatted(i, i + 1))
            .collect(Collectors.joining(","));
    String text =
        rule("{\"$ref\": \"e0\"}")
            .replace(
                "\"flags\": {",
                "\"$evaluators\": {" + shared + ", \"e300\": {\"!\": true}}, \"flags\": {");

    assertThat(problems(text))
        .singleElement()
        .asString()
        .contains("is nested too deep (expected: at most 200)");
  }

  @Test
  void textThatIsTooLarge_isRefused() {
    byte[] large = new byte[FlagSetReader.MAX_BYTES + 1];

    assertThat(FlagSetReader.read(large).problems())
        .extracting(Finding::what)
        .containsExactly("the text has 16777217 bytes (expected: at most 16777216)");
  }

  @Test
  void numberThatIsTooLarge_isRefused() {
    assertThat(problems(FLAG.replace("\"state\"", "\"metadata\": {\"a\": 1e999}, \"state\"")))
        .containsExactly("4:25 flags.f.metadata.a is a number that is too large");
  }

  @Test
  void largeSet_isLoaded() {
    String flags =
        IntStream.range(0, 5_000)
            .mapToObj(
                i -> "\"flag-%d\": %s".formatted(i, flag("{\"if\": [{\"var\": \"x\"}, \"on\"]}")))
            .collect(Collectors.joining(","));

    assertThat(read("{\"flags\": {" + flags + "}}").set().size()).isEqualTo(5_000);
  }

  // ---- what changed

  @Test
  void changedKeys_areThoseWhoseAnswersMayDiffer() {
    String shared =
        "{\"$evaluators\": {\"e\": {\"!!\": [%s]}}, \"metadata\": {%s}, \"flags\": {%s}}";
    String plain = "\"plain\": " + flag("{\"if\": [true, \"on\"]}");
    String spaced = "\"plain\": " + flag("{\"if\":   [true,\"on\"]}");
    String byRule = "\"by-rule\": " + flag("{\"if\": [{\"$ref\": \"e\"}, \"on\"]}");
    String split = "\"split\": " + flag("{\"fractional\": [[\"on\", 1], [\"off\", 1]]}");
    FlagSet before = read(shared.formatted("1", "", String.join(",", plain, byRule, split))).set();

    FlagSet same = read(shared.formatted("1", "", String.join(",", split, spaced, byRule))).set();
    FlagSet otherRule =
        read(shared.formatted("0", "", String.join(",", plain, byRule, split))).set();
    FlagSet otherBuckets =
        read(shared.formatted("1", "\"bucketing\": \"v1\"", String.join(",", plain, byRule, split)))
            .set();
    FlagSet fewer = read(shared.formatted("1", "", plain)).set();

    assertThat(same.changedSince(before)).isEmpty();
    assertThat(otherRule.changedSince(before)).containsExactly("by-rule");
    assertThat(otherBuckets.changedSince(before)).containsExactly("split");
    assertThat(fewer.changedSince(before)).containsExactly("by-rule", "split");
    assertThat(before.changedSince(fewer)).containsExactly("by-rule", "split");
  }

  @Test
  void valueOfAnotherType_isAnotherDefinition() {
    FlagSet number =
        read("{\"flags\": {\"f\": {\"state\": \"ENABLED\", \"variants\": {\"a\": 1}}}}").set();
    FlagSet text =
        read("{\"flags\": {\"f\": {\"state\": \"ENABLED\", \"variants\": {\"a\": \"1\"}}}}").set();

    assertThat(text.changedSince(number)).containsExactly("f");
  }

  private static String rule(String rule) {
    return FLAG.replace("{\"if\": [true, \"on\", \"off\"]}", rule);
  }

  private static String flag(String rule) {
    return "{\"state\": \"ENABLED\", \"variants\": {\"on\": true, \"off\": false}, \"targeting\": "
        + rule
        + "}";
  }

  private static Reading read(String text) {
    return FlagSetReader.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> problems(String text) {
    Reading reading = read(text);
    assertThat(reading.set()).isNull();
    return lines(reading.problems().stream());
  }

  private static List<String> notes(Reading reading) {
    assertThat(reading.problems()).isEmpty();
    return lines(reading.notes().stream());
  }

  private static List<String> lines(Stream<Finding> findings) {
    return findings.map(finding -> finding.in("").substring(1)).toList();
  }
}
