// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.TestVectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/** The texts of the JSONTestSuite, well-formed or not, as values of ours: data, never structure. */
class JsonSuiteTest {

  @TestFactory
  Stream<DynamicTest> text_isWrittenAsAValueThatReadsBack() throws IOException {
    Path texts = TestVectors.path("observability/json-test-suite/test_parsing");
    try (Stream<Path> files = Files.list(texts)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  private static void check(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    JsonWriter json = new JsonWriter().beginObject().name("text").value(text);
    byte[] written = json.name("after").value(1).endObject().toByteArray();

    assertThat(JsonMapper.shared().readValue(written, Object.class))
        .isEqualTo(Map.of("text", text, "after", 1));
    assertThat(json.toString()).doesNotContain("\n", "\r", "\0");
  }
}
