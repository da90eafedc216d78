// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.TestVectors;
import dev.flyball.json.JsonScanner.Malformed;
import dev.flyball.json.JsonScanner.Token;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class JsonScannerTest {

  @Test
  void values_haveTheirJavaTypes() throws Exception {
    assertThat(
            read("{\"t\":\"x\",\"n\":-12,\"d\":1.5e1,\"b\":true,\"f\":false,\"z\":null,\"o\":{}}"))
        .isEqualTo(
            value(
                Map.of("t", "x", "n", -12L, "d", 15.0, "b", true, "f", false, "o", Map.of()), "z"));
    assertThat(read("[9223372036854775807, -9223372036854775808, 9223372036854775808]"))
        .isEqualTo(List.of(Long.MAX_VALUE, Long.MIN_VALUE, new BigInteger("9223372036854775808")));
    assertThat(read("[0, -0, 0.0, 1E+2, 1e999]"))
        .isEqualTo(List.of(0L, 0L, 0.0, 100.0, Double.POSITIVE_INFINITY));
    assertThat(read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\\ud800.\""))
        .isEqualTo("\"\\/\b\f\n\r\t\u00e9\uD83D\uDE00\uD800.");
  }

  @Test
  void tokens_knowWhereTheyStand() throws Exception {
    JsonScanner json = new JsonScanner("\n{ \"a\"\r\n:\r [1,\n  true]}", 8, 64);
    List<String> places = new ArrayList<>();
    while (json.next() != Token.END) {
      places.add(json.token() + " " + json.line() + ":" + json.column());
    }
    assertThat(places)
        .containsExactly(
            "OBJECT 2:1",
            "NAME 2:3",
            "ARRAY 4:2",
            "NUMBER 4:3",
            "TRUE 5:3",
            "ARRAY_END 5:7",
            "OBJECT_END 5:8");
    assertThat(json.next()).isEqualTo(Token.END);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | 1:1 | the text ends too early (expected: a value)",
        "`{\"a\":1,}` | 1:8 | unexpected '}' (expected: a name in double quotes)",
        "`[1 2]` | 1:4 | unexpected '2' (expected: a comma or ])",
        "`{\"a\" 1}` | 1:6 | unexpected '1' (expected: a colon)",
        "`[01]` | 1:3 | unexpected '1' (expected: a comma or ])",
        "`[-]` | 1:3 | unexpected ']' (expected: a digit)",
        "`[1.e5]` | 1:4 | unexpected 'e' (expected: a digit)",
        "`[nul]` | 1:2 | unexpected 'n' (expected: a value)",
        "`[\"\\x\"]` | 1:4 | unexpected 'x' (expected: an escape of JSON)",
        "`[\"\\u12g4\"]` | 1:7 | unexpected 'g' (expected: four hexadecimal digits)",
        "`[\"a` | 1:4 | the text ends too early (expected: the end of a string)",
        "`{} x` | 1:4 | there is more after the end of the document",
        "`[[[[1]]]]` | 1:4 | nested deeper than 3 levels",
        "`[123456789]` | 1:11 | a number of more than 8 characters"
      })
  void malformedText_hasAPlaceAndAReason(String text, String place, String message) {
    assertThatThrownBy(() -> read(new JsonScanner(text, 3, 8)))
        .isInstanceOfSatisfying(
            Malformed.class,
            e ->
                assertThat(e.line() + ":" + e.column() + " " + e.getMessage())
                    .isEqualTo(place + " " + message));
  }

  @Test
  void controlCharacters_areRefusedAndNamed() {
    assertThatThrownBy(() -> read("\"a\tb\"")).hasMessageContaining("unexpected U+0009");
    assertThatThrownBy(() -> read("\u00a01")).hasMessageContaining("unexpected U+00a0");
    assertThatThrownBy(() -> read("\uFEFF{}")).hasMessageContaining("unexpected U+feff");
  }

  @Test
  void children_areSkippedWithoutRecursion() throws Exception {
    int depth = 100_000;
    JsonScanner json =
        new JsonScanner("[" + "[".repeat(depth) + "]".repeat(depth) + ",7]", depth + 1, 64);
    json.next();
    json.next();
    json.skipChildren();
    assertThat(json.next()).isEqualTo(Token.NUMBER);
    json.skipChildren();
    assertThat(json.number()).isEqualTo(7L);
  }

  @Test
  void jsonTestSuite_isTakenAndRefusedAsItSays() throws Exception {
    int taken = 0;
    int refused = 0;
    for (Path file : suite()) {
      String name = file.getFileName().toString();
      if (name.startsWith("y_")) {
        assertThat(read(text(file)))
            .as(name)
            .isEqualTo(normal(JsonMapper.shared().readValue(file, Object.class)));
        taken++;
      } else if (name.startsWith("n_")) {
        assertThatThrownBy(() -> read(text(file)))
            .as(name)
            .isInstanceOfAny(Malformed.class, CharacterCodingException.class);
        refused++;
      }
    }
    assertThat(taken).isGreaterThan(90);
    assertThat(refused).isGreaterThan(180);
  }

  // ---- a value out of tokens

  private static @Nullable Object read(String text) throws Malformed {
    return read(new JsonScanner(text, 500, 400));
  }

  /** The whole value, and nothing after it. */
  static @Nullable Object read(JsonScanner json) throws Malformed {
    json.next();
    Object value = value(json);
    assertThat(json.next()).isEqualTo(Token.END);
    return value;
  }

  private static @Nullable Object value(JsonScanner json) throws Malformed {
    switch (json.token()) {
      case OBJECT:
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (json.next() == Token.NAME) {
          String name = json.text();
          json.next();
          object.put(name, value(json));
        }
        return object;
      case ARRAY:
        List<@Nullable Object> array = new ArrayList<>();
        while (json.next() != Token.ARRAY_END) {
          array.add(value(json));
        }
        return array;
      case STRING:
        return json.text();
      case NUMBER:
        return json.number();
      case TRUE:
      case FALSE:
        return json.token() == Token.TRUE;
      default:
        assertThat(json.token()).isEqualTo(Token.NULL);
        return null;
    }
  }

  private static Map<String, @Nullable Object> value(Map<String, Object> values, String isNull) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(values);
    all.put(isNull, null);
    return all;
  }

  /** Jackson makes an Integer of a small number. */
  static @Nullable Object normal(@Nullable Object value) {
    if (value instanceof Integer small) {
      return small.longValue();
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(JsonScannerTest::normal)
          .collect(ArrayList::new, List::add, List::addAll);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> all = new LinkedHashMap<>();
      map.forEach((name, each) -> all.put(name, normal(each)));
      return all;
    }
    return value;
  }

  private static List<Path> suite() throws IOException {
    Path folder = TestVectors.path("observability/json-test-suite/test_parsing");
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static String text(Path file) throws IOException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
        .toString();
  }
}
