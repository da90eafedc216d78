// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

  private final StrictJson json = new StrictJson(8, 128);

  @Test
  void values_haveTheirJavaTypes() throws Exception {
    Map<String, Object> object =
        read(
            "{\"t\":\"x\",\"n\":12,\"big\":123456789012345678901,\"d\":1.5,\"b\":true,\"z\":null,"
                + "\"a\":[1,{\"k\":\"v\"}]}");
    assertThat(object)
        .containsEntry("t", "x")
        .containsEntry("n", 12L)
        .containsEntry("big", new BigInteger("123456789012345678901"))
        .containsEntry("d", 1.5)
        .containsEntry("b", true)
        .containsEntry("z", StrictJson.Null.NULL)
        .containsEntry("a", List.of(1L, Map.of("k", "v")));
  }

  @Test
  void numbers_keepTheirValueAndWidth() throws Exception {
    Map<String, Object> object =
        read(
            "{\"max\":9223372036854775807,\"min\":-9223372036854775808,"
                + "\"over\":9223372036854775808,\"under\":-9223372036854775809,"
                + "\"eighteen\":-123456789012345678,\"zero\":-0,\"e\":-1.5E+2,\"huge\":1e400}");
    assertThat(object)
        .containsEntry("max", Long.MAX_VALUE)
        .containsEntry("min", Long.MIN_VALUE)
        .containsEntry("over", new BigInteger("9223372036854775808"))
        .containsEntry("under", new BigInteger("-9223372036854775809"))
        .containsEntry("eighteen", -123456789012345678L)
        .containsEntry("zero", 0L)
        .containsEntry("e", -150.0)
        .containsEntry("huge", Double.POSITIVE_INFINITY);
    assertThat(read("{\"a\":" + "1".repeat(64) + "}")).hasSize(1);
    assertThatThrownBy(() -> read("{\"a\":" + "1".repeat(65) + "}"))
        .isInstanceOf(StrictJson.Malformed.class);
  }

  @Test
  void escapesAndOtherScripts_areRead() throws Exception {
    assertThat(
            read(
                " {\t\"\\u0061\u00e9\" :\r\n\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\uD83d\\uDE00\uD83D\uDE00\u20AC.\" } "))
        .containsEntry("a\u00e9", "\"\\/\b\f\n\r\t\uD83D\uDE00\uD83D\uDE00\u20AC.");
  }

  @Test
  void whatIsRead_cannotBeModified() throws Exception {
    Map<String, Object> object = read("{\"a\":[1],\"o\":{\"k\":1}}");
    assertThatThrownBy(() -> object.put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) object.get("a")).clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((Map<?, ?>) object.get("o")).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"x\"",
        "1",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":+1}",
        "{\"a\":1}/*c*/",
        "\uFEFF{}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"\\udc00\":1}",
        "{\"a\":\"\\ud800\\ud800\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u00\u23423\"}",
        "{\"a\":\"\\u00e\"}",
        "{\"a\":\"\\",
        "{\"a\":tru}",
        "{\"a\":nullx}",
        "{\"a\":-}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":1e999999999999999999999999999999999999999999999999999999999999999999}",
        "{\"a\":\u0000}",
        "\u0000{}"
      })
  void malformedText_isRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(StrictJson.Malformed.class);
  }

  @Test
  void nameThatStandsTwice_isRefusedAsSuch() {
    for (String text : List.of("{\"a\":1,\"a\":2}", "{\"o\":{\"a\":1,\"\\u0061\":1}}")) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOfSatisfying(
              StrictJson.Malformed.class, e -> assertThat(e.isDuplicate()).isTrue());
    }
  }

  @Test
  void depthAndMembers_areBounded() throws Exception {
    assertThat(read("{\"a\":" + "[".repeat(7) + "]".repeat(7) + "}")).hasSize(1);
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(8) + "]".repeat(8) + "}"))
        .isInstanceOf(StrictJson.Malformed.class);
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(10_000)))
        .isInstanceOf(StrictJson.Malformed.class);
    StringBuilder many = new StringBuilder("{\"x\":0");
    for (int i = 0; i < 128; i++) {
      many.append(",\"m").append(i).append("\":0");
    }
    assertThatThrownBy(() -> read(many + "}")).isInstanceOf(StrictJson.Malformed.class);
  }

  @Test
  void bytesThatAreNotUtf8_areRefused() {
    for (byte[] bytes :
        new byte[][] {
          {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'},
          {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'},
          {'{', '"', (byte) 0xFF, '"', ':', '1', '}'},
          {'{', '"', (byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80, '"', ':', '1', '}'}
        }) {
      assertThatThrownBy(() -> json.object(bytes)).isInstanceOf(StrictJson.Malformed.class);
    }
  }

  @Test
  void jsonTestSuite_malformedTexts_areAllRefused() throws IOException {
    List<Path> files = files("n_");
    assertThat(files).hasSizeGreaterThan(150);
    for (Path file : files) {
      byte[] text = Files.readAllBytes(file);
      assertThatThrownBy(() -> json.object(text))
          .as("%s", file.getFileName())
          .isInstanceOf(StrictJson.Malformed.class);
    }
  }

  @Test
  void jsonTestSuite_wellFormedObjects_areRead() throws Exception {
    int read = 0;
    for (Path file : files("y_object")) {
      boolean repeats = file.getFileName().toString().contains("duplicated");
      if (!repeats) {
        assertThat(json.object(Files.readAllBytes(file))).as("%s", file.getFileName()).isNotNull();
        read++;
      }
    }
    assertThat(read).isGreaterThan(8);
  }

  private static List<Path> files(String prefix) throws IOException {
    Path folder = Vectors.path("observability/json-test-suite/test_parsing");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private Map<String, Object> read(String text) throws StrictJson.Malformed {
    return json.object(text.getBytes(StandardCharsets.UTF_8));
  }
}
