// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.flyball.testkit.Vectors;
import io.cucumber.gherkin.GherkinParser;
import io.cucumber.messages.types.Envelope;
import io.cucumber.messages.types.Pickle;
import io.cucumber.messages.types.PickleStep;
import io.cucumber.messages.types.PickleTableRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/** The suite of flagd's evaluator: every row, each under the generation that it is tagged with. */
class FlagdSuiteTest {

  private static final int ROWS = 140;
  private static final int ROWS_OF_V1 = 15;
  private static final String SUITE = "flags/flagd-evaluator";
  private static final String V1 = "@fractional-v1";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;
  private @Nullable FlagApp second;
  private @Nullable FlagApp first;

  @AfterEach
  void close() {
    Stream.of(first, second).filter(app -> app != null).forEach(FlagApp::close);
  }

  /** A test of its own, since a factory that is skipped leaves no trace in the report. */
  @Test
  void theSuite_isWhole() throws IOException {
    List<Pickle> pickles = pickles();
    assertThat(pickles).hasSize(ROWS);
    assertThat(pickles.stream().filter(pickle -> isTagged(pickle, V1))).hasSize(ROWS_OF_V1);
  }

  @TestFactory
  List<DynamicTest> rows() throws IOException {
    List<Pickle> pickles = pickles();
    String flags = Files.readString(Vectors.path(SUITE).resolve("flags/testkit-flags.json"));
    second = start("v2", flags);
    first = start("v1", flags.replaceFirst("\\{", "{\"metadata\": {\"bucketing\": \"v1\"},"));
    return pickles.stream().map(this::test).toList();
  }

  private FlagApp start(String name, String flags) throws IOException {
    return FlagApp.with(Files.createDirectory(folder.resolve(name)), flags).start();
  }

  private static List<Pickle> pickles() throws IOException {
    try (Stream<Path> features = Files.list(Vectors.path(SUITE).resolve("gherkin"))) {
      return features.sorted().flatMap(FlagdSuiteTest::pickles).toList();
    }
  }

  private static Stream<Pickle> pickles(Path feature) {
    try {
      return GherkinParser.builder()
          .includeSource(false)
          .includeGherkinDocument(false)
          .build()
          .parse(feature)
          .map(Envelope::getPickle)
          .flatMap(pickle -> pickle.stream());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean isTagged(Pickle pickle, String tag) {
    return pickle.getTags().stream().anyMatch(each -> each.getName().equals(tag));
  }

  private DynamicTest test(Pickle pickle) {
    FlagApp app = isTagged(pickle, V1) ? first : second;
    List<String> steps = pickle.getSteps().stream().map(PickleStep::getText).toList();
    return DynamicTest.dynamicTest(
        pickle.getName() + " " + steps, () -> new Row(app.flags()).run(pickle));
  }

  /** One row: what its steps have said so far. */
  private static final class Row {

    private final Flags flags;
    private final FlagContext.Builder context = FlagContext.builder();
    private String type = "";
    private String key = "";
    private String fallback = "";
    private @Nullable FlagDetail<?> detail;

    Row(Flags flags) {
      this.flags = flags;
    }

    void run(Pickle pickle) {
      pickle.getSteps().forEach(this::run);
      assertThat(detail).isNotNull();
    }

    private void run(PickleStep step) {
      String text = step.getText();
      Matcher matcher;
      if (text.equals("an evaluator")) {
        return;
      }
      if ((matcher = match(text, "a (\\w+)-flag with key \"(.*)\" and a fallback value \"(.*)\""))
          .matches()) {
        type = matcher.group(1);
        key = matcher.group(2);
        fallback = matcher.group(3).replace("\\\"", "\"");
      } else if ((matcher = match(text, "a context containing a targeting key with value \"(.*)\""))
          .matches()) {
        context.targetingKey(matcher.group(1));
      } else if ((matcher =
              match(
                  text,
                  "a context containing a key \"(.*)\", with type \"(.*)\" and with value \"(.*)\""))
          .matches()) {
        context.attribute(matcher.group(1), value(matcher.group(2), matcher.group(3)));
      } else if ((matcher =
              match(
                  text,
                  "a context containing a nested property with outer key \"(.*)\" and inner key"
                      + " \"(.*)\", with value \"(.*)\""))
          .matches()) {
        context.attribute(matcher.group(1), Map.of(matcher.group(2), matcher.group(3)));
      } else if (text.equals("the flag was evaluated with details")) {
        detail = evaluate(context.build());
      } else {
        check(text, step);
      }
    }

    private void check(String text, PickleStep step) {
      Matcher matcher;
      if ((matcher = match(text, "the resolved details value should be \"(.*)\"")).matches()) {
        Object expected = value(type, matcher.group(1).replace("\\\"", "\""));
        assertThat((Object) detail.value()).isEqualTo(expected);
      } else if ((matcher = match(text, "the reason should be \"(.*)\"")).matches()) {
        assertThat(detail.reason().name()).isEqualTo(matcher.group(1));
      } else if ((matcher = match(text, "the error-code should be \"(.*)\"")).matches()) {
        assertThat(detail.errorCode()).hasToString(matcher.group(1));
        assertThat(detail.reason()).isEqualTo(FlagDetail.Reason.ERROR);
      } else if (text.equals("the resolved metadata is empty")) {
        assertThat(detail.metadata()).isEmpty();
      } else if (text.equals("the resolved metadata should contain")) {
        List<PickleTableRow> rows =
            step.getArgument().orElseThrow().getDataTable().orElseThrow().getRows();
        rows.subList(1, rows.size()).forEach(this::checkMetadata);
      } else {
        fail("a step that nobody knows: " + text);
      }
    }

    private void checkMetadata(PickleTableRow row) {
      List<String> cells = row.getCells().stream().map(cell -> cell.getValue()).toList();
      assertThat(detail.metadata()).containsEntry(cells.get(0), value(cells.get(1), cells.get(2)));
    }

    private FlagDetail<?> evaluate(FlagContext context) {
      return switch (type) {
        case "Boolean" -> flags.bool(key, Boolean.parseBoolean(fallback)).detail(context);
        case "String" -> flags.string(key, fallback).detail(context);
        case "Integer" -> flags.integer(key, Long.parseLong(fallback)).detail(context);
        case "Float" -> flags.number(key, Double.parseDouble(fallback)).detail(context);
        case "Object" -> flags.object(key, object(fallback)).detail(context);
        default -> fail("a type that nobody knows: " + type);
      };
    }

    private static Matcher match(String text, String pattern) {
      return Pattern.compile(pattern).matcher(text);
    }

    private static Object value(String type, String text) {
      return switch (type) {
        case "Boolean" -> Boolean.valueOf(text);
        case "String" -> text;
        case "Integer" -> Long.valueOf(text);
        case "Float" -> Double.valueOf(text);
        case "Object" -> object(text);
        default -> fail("a type that nobody knows: " + type);
      };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String json) {
      return numbersWidened(MAPPER.readValue(json, Map.class));
    }

    private static Map<String, Object> numbersWidened(Map<String, Object> map) {
      map.replaceAll(
          (name, value) -> value instanceof Integer whole ? (Object) whole.longValue() : value);
      return map;
    }
  }
}
