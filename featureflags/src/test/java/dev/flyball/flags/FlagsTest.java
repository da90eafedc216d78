// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.flyball.Meters;
import dev.flyball.flags.FlagDetail.ErrorCode;
import dev.flyball.flags.FlagDetail.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags outside of any call, with a context that somebody gives. */
class FlagsTest {

  private static final String FLAGS =
      """
      {
        "metadata": {"team": "shop", "flagSetId": "main"},
        "$evaluators": {"insider": {"ends_with": [{"var": "email"}, "@example.com"]}},
        "flags": {
          "bool": {"state": "ENABLED", "variants": {"on": true, "off": false},
            "defaultVariant": "off", "metadata": {"team": "checkout", "owner": "ada"},
            "targeting": {"if": [{"$ref": "insider"}, "on"]}},
          "text": {"state": "ENABLED", "variants": {"a": "A"}, "defaultVariant": "a"},
          "whole": {"state": "ENABLED", "defaultVariant": "a",
            "variants": {"a": 10, "b": 10.0, "c": 10.5, "d": 9007199254740991, "e": 1e300},
            "targeting": {"var": "variant"}},
          "object": {"state": "ENABLED", "defaultVariant": "a",
            "variants": {"a": {"n": null, "list": [1, "x", {"y": true}]}}},
          "disabled": {"state": "DISABLED", "variants": {"on": true}, "defaultVariant": "on"},
          "no-default": {"state": "ENABLED", "variants": {"on": true}},
          "half": {"state": "ENABLED", "variants": {"on": true, "off": false},
            "defaultVariant": "on", "targeting": {"fractional": [["on", 1], ["off", 1]]}},
          "half-of-insiders": {"state": "ENABLED", "variants": {"on": true, "off": false},
            "defaultVariant": "on",
            "targeting": {"if": [{"$ref": "insider"}, {"fractional": [["on", 1], ["off", 1]]}]}},
          "half-by-email": {"state": "ENABLED", "variants": {"on": true, "off": false},
            "defaultVariant": "on",
            "targeting": {"fractional": [{"var": "email"}, ["on", 1], ["off", 1]]}},
          "unknown-variant": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on",
            "targeting": {"var": "variant"}},
          "broken": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on",
            "targeting": {"no-such-operator": []}},
          "growing": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on",
            "targeting": {"reduce": [{"var": "list"},
              {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xx"]}},
          "timed": {"state": "ENABLED", "variants": {"on": true, "off": false},
            "defaultVariant": "off",
            "targeting": {"if": [{">=": [{"var": "$flagd.timestamp"}, 1793534460]}, "on"]}},
          "whole-context": {"state": "ENABLED", "variants": {"7": "seven"},
            "targeting": {"reduce": [[{"var": ""}], {"var": "current.targetingKey"}, 0]}}
        }
      }
      """;

  @TempDir private Path folder;
  private FlagApp app;
  private Flags flags;

  @BeforeEach
  void start() {
    app = FlagApp.with(folder, FLAGS).start();
    flags = app.flags();
  }

  @AfterEach
  void close() {
    app.close();
  }

  @Test
  void detail_saysHowTheValueCameAbout() {
    FlagContext insider = FlagContext.builder().attribute("email", "ada@example.com").build();

    FlagDetail<Boolean> detail = flags.bool("bool", false).detail(insider);

    assertThat(detail)
        .isEqualTo(
            new FlagDetail<>(
                "bool",
                true,
                "on",
                Reason.TARGETING_MATCH,
                null,
                null,
                Map.of("team", "checkout", "flagSetId", "main", "owner", "ada"),
                flags.version()));
    assertThat(flags.bool("bool", false).get(insider)).isTrue();
  }

  @Test
  void rule_thatGivesNothing_servesTheDefaultVariant() {
    FlagDetail<Boolean> detail = flags.bool("bool", true).detail(FlagContext.none());

    assertThat(detail.value()).isFalse();
    assertThat(detail.variant()).isEqualTo("off");
    assertThat(detail.reason()).isEqualTo(Reason.DEFAULT);
  }

  @Test
  void flag_withoutRule_isStatic() {
    assertThat(flags.string("text", "z").detail().reason()).isEqualTo(Reason.STATIC);
    assertThat(flags.string("text", "z").get()).isEqualTo("A");
  }

  @Test
  void flag_thatIsDisabled_servesTheDefaultOfTheCode() {
    FlagDetail<Boolean> detail = flags.bool("disabled", false).detail();

    assertThat(detail.value()).isFalse();
    assertThat(detail.variant()).isNull();
    assertThat(detail.reason()).isEqualTo(Reason.DISABLED);
    assertThat(detail.errorCode()).isNull();
  }

  @Test
  void flag_withoutDefaultVariant_servesTheDefaultOfTheCode() {
    assertThat(flags.bool("no-default", true).detail().reason()).isEqualTo(Reason.DEFAULT);
    assertThat(flags.bool("no-default", true).get()).isTrue();
    assertThat(flags.bool("no-default", false).get()).isFalse();
  }

  @Test
  void flag_thatIsNotThere_hasTheMetadataOfTheSet() {
    FlagDetail<String> detail = flags.string("missing", "z").detail();

    assertThat(detail.value()).isEqualTo("z");
    assertError(detail, ErrorCode.FLAG_NOT_FOUND, "there is no flag missing");
    assertThat(detail.metadata()).isEqualTo(Map.of("team", "shop", "flagSetId", "main"));
  }

  @Test
  void ruleWithoutMeaning_isAParseError() {
    assertError(
        flags.bool("broken", false).detail(),
        ErrorCode.PARSE_ERROR,
        "flags.broken.targeting.no-such-operator is no operator");
  }

  @Test
  void variantThatIsNotThere_isAGeneralError_thatDoesNotRepeatTheContext() {
    FlagContext context = FlagContext.builder().attribute("variant", "secret").build();

    FlagDetail<Boolean> detail = flags.bool("unknown-variant", false).detail(context);

    assertError(
        detail,
        ErrorCode.GENERAL,
        "the rule of unknown-variant gave a variant that it does not have (expected: one of on)");
    assertThat(detail.value()).isFalse();
  }

  @Test
  void valueOfAnotherType_isAMismatch() {
    assertError(
        flags.string("bool", "z").detail(),
        ErrorCode.TYPE_MISMATCH,
        "bool has values of another type than asked for");
    assertThat(flags.string("bool", "z").get()).isEqualTo("z");
    assertThat(flags.integer("text", 3).detail().errorCode()).isEqualTo(ErrorCode.TYPE_MISMATCH);
    assertThat(flags.object("text", Map.of()).detail().errorCode())
        .isEqualTo(ErrorCode.TYPE_MISMATCH);
    assertThat(flags.bool("disabled", false).detail().reason()).isEqualTo(Reason.DISABLED);
  }

  @Test
  void numbers_areConvertedWhereNothingIsLost() {
    assertThat(whole("a")).isEqualTo(10);
    assertThat(whole("b")).isEqualTo(10);
    assertThat(whole("c")).isEqualTo(-1);
    assertThat(whole("d")).isEqualTo(9007199254740991L);
    assertThat(whole("e")).isEqualTo(-1);
    assertThat(number("a")).isEqualTo(10.0);
    assertThat(number("c")).isEqualTo(10.5);
    assertThat(number("e")).isEqualTo(1e300);
    assertThat(flags.integer("whole", -1).detail(variant("c")).errorCode())
        .isEqualTo(ErrorCode.TYPE_MISMATCH);
  }

  @Test
  void objects_areUnmodifiableAndKeepTheirNulls() {
    Map<String, @Nullable Object> value = flags.object("object", Map.of()).get();

    assertThat(value).containsEntry("n", null);
    assertThat(value).containsEntry("list", List.of(1L, "x", Map.of("y", true)));
    assertThat(value).isUnmodifiable();
  }

  @Test
  void rolloutWithoutUnit_isAnErrorThatIsCounted() {
    FlagDetail<Boolean> detail = flags.bool("half", false).detail(FlagContext.none());

    assertError(
        detail, ErrorCode.TARGETING_KEY_MISSING, "half is rolled out by unit, and there is none");
    assertThat(detail.value()).isFalse();
    assertThat(counter("flyball.flag.errors", "TARGETING_KEY_MISSING")).isEqualTo(1);
  }

  @Test
  void rolloutWithoutUnit_isOnlyAnErrorWhereItIsReached() {
    FlagContext outsider = FlagContext.builder().attribute("email", "eve@example.org").build();
    FlagContext insider = FlagContext.builder().attribute("email", "ada@example.com").build();
    Flag<Boolean> flag = flags.bool("half-of-insiders", false);

    assertThat(flag.detail(outsider).reason()).isEqualTo(Reason.DEFAULT);
    assertThat(flag.detail(insider).errorCode()).isEqualTo(ErrorCode.TARGETING_KEY_MISSING);
  }

  @Test
  void rolloutByAnAttributeThatIsMissing_servesTheDefaultVariant() {
    Flag<Boolean> flag = flags.bool("half-by-email", false);

    assertThat(flag.detail(FlagContext.none()).reason()).isEqualTo(Reason.DEFAULT);
    assertThat(flag.get(FlagContext.none())).isTrue();
    assertThat(flag.detail(FlagContext.of("unit")).reason()).isEqualTo(Reason.TARGETING_MATCH);
  }

  @Test
  void targetingKeyThatIsNoText_isNoUnit() {
    FlagContext context = FlagContext.builder().attribute("targetingKey", 12345).build();

    assertThat(flags.bool("half", false).detail(context).errorCode())
        .isEqualTo(ErrorCode.TARGETING_KEY_MISSING);
  }

  @Test
  void contextOfSomebodyElse_thatThrows_doesNotFailTheCaller() {
    FlagContext evil =
        new FlagContext() {
          @Override
          public String targetingKey() {
            throw new IllegalStateException("no key");
          }

          @Override
          public Object attribute(String name) {
            throw new IllegalStateException("no attribute");
          }

          @Override
          public Map<String, Object> attributes() {
            throw new IllegalStateException("no attributes");
          }
        };

    assertError(
        flags.bool("half", false).detail(evil),
        ErrorCode.GENERAL,
        "the rule of half could not be evaluated");
    assertThat(flags.bool("bool", true).get(evil)).isTrue();
    assertThat(flags.string("text", "z").get(evil)).isEqualTo("A");
  }

  @Test
  void ruleThatGrowsWithoutBounds_isBroken() {
    FlagContext context =
        FlagContext.builder().attribute("list", java.util.Collections.nCopies(40, 1)).build();

    assertError(
        flags.bool("growing", false).detail(context),
        ErrorCode.GENERAL,
        "the rule of growing builds a value that is too large");
  }

  @Test
  void timestamp_isThatOfTheServiceInSeconds() {
    assertThat(app.app().time().now()).isEqualTo(Instant.ofEpochSecond(1793534400));
    Flag<Boolean> timed = flags.bool("timed", false);

    assertThat(timed.get()).isFalse();
    app.app().time().advance(Duration.ofSeconds(59));
    assertThat(timed.get()).isFalse();
    app.app().time().advance(Duration.ofSeconds(1));
    assertThat(timed.get()).isTrue();
  }

  @Test
  void wholeContext_holdsTheUnit() {
    assertThat(flags.string("whole-context", "z").get(FlagContext.of("7"))).isEqualTo("seven");
  }

  @Test
  void contextBuilder_copiesAndKeepsOnlyWhatJsonKnows() {
    List<Object> list = new java.util.ArrayList<>(Arrays.asList(1, null, Map.of("a", 'c')));
    FlagContext context =
        FlagContext.builder()
            .targetingKey("unit")
            .attribute("list", list)
            .attribute("instant", Instant.EPOCH)
            .attribute("nothing", null)
            .attributes(Map.of("truth", true))
            .build();
    list.clear();

    assertThat(context.targetingKey()).isEqualTo("unit");
    assertThat(context.attribute("list")).isEqualTo(Arrays.asList(1, null, Map.of("a", "c")));
    assertThat(context.attribute("instant")).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(context.attributes()).containsOnlyKeys("list", "instant", "truth");
    assertThat(context.attributes()).isUnmodifiable();
  }

  @Test
  void handles_refuseNull() {
    assertThatNullPointerException().isThrownBy(() -> flags.bool(null, true)).withMessage("key");
    assertThatNullPointerException()
        .isThrownBy(() -> flags.string("text", null))
        .withMessage("defaultValue");
    assertThatNullPointerException()
        .isThrownBy(() -> flags.bool("bool", true).get(null))
        .withMessage("context");
  }

  @Test
  void evaluations_areCountedByFlagVariantAndReason() {
    flags.string("text", "z").get();
    flags.string("text", "z").get();
    flags.bool("missing", true).get();

    assertThat(counter("flyball.flag.evaluations", "text", "a", "STATIC")).isEqualTo(2);
    assertThat(counter("flyball.flag.evaluations", "missing", "_CODE_DEFAULT", "ERROR"))
        .isEqualTo(1);
    assertThat(counter("flyball.flag.errors", "FLAG_NOT_FOUND")).isEqualTo(1);
    assertThat(counter("flyball.flag.set.size")).isEqualTo(14);
  }

  @Test
  void keys_areThoseOfTheFile() {
    assertThat(flags.keys()).hasSize(14).contains("bool", "timed");
  }

  private long whole(String variant) {
    return flags.integer("whole", -1).get(variant(variant));
  }

  private double number(String variant) {
    return flags.number("whole", -1).get(variant(variant));
  }

  private static FlagContext variant(String name) {
    return FlagContext.builder().attribute("variant", name).build();
  }

  private static void assertError(FlagDetail<?> detail, ErrorCode code, String message) {
    assertThat(detail.errorCode()).isEqualTo(code);
    assertThat(detail.errorMessage()).isEqualTo(message);
    assertThat(detail.reason()).isEqualTo(Reason.ERROR);
    assertThat(detail.variant()).isNull();
  }

  private double counter(String name, String... labels) {
    return app.app().governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .flatMap(snapshot -> snapshot.series().stream())
        .filter(series -> series.labelValues().equals(List.of(labels)))
        .mapToDouble(Meters.Series::value)
        .sum();
  }
}
