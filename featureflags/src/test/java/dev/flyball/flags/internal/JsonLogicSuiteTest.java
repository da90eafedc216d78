// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.flags.FlagContext;
import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The cases that the implementations of JsonLogic agree on. */
class JsonLogicSuiteTest {

  private static final int CASES = 278;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A test of its own, since a factory that is skipped leaves no trace in the report. */
  @Test
  void theSuite_isWhole() throws IOException {
    assertThat(cases()).hasSize(CASES);
  }

  @TestFactory
  List<DynamicTest> cases() throws IOException {
    JsonNode suite =
        MAPPER.readTree(Files.readString(Vectors.path("flags/jsonlogic/compatible.json")));
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode each : suite) {
      if (each.isObject()) {
        String name = each.get("rule") + " over " + each.get("data");
        tests.add(DynamicTest.dynamicTest(name, () -> check(each)));
      }
    }
    return tests;
  }

  private static void check(JsonNode test) throws Uncompilable {
    Object actual = evaluate(test.get("rule").toString(), plain(test.get("data")));
    assertThat(comparable(actual)).isEqualTo(comparable(plain(test.get("result"))));
  }

  static @Nullable Object evaluate(String rule, @Nullable Object data) throws Uncompilable {
    Findings findings = new Findings();
    Json json = JsonReader.read(rule, findings);
    assertThat(findings.problems()).isEmpty();
    RuleCompiler compiler = new RuleCompiler("flag", Bucketing.V2, Map.of(), 0, findings);
    return compiler.compileLocal(json, Path.TOP).evaluate(FlagContext.none(), 0, data);
  }

  static @Nullable Object plain(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    Findings findings = new Findings();
    return JsonReader.read(node.toString(), findings).plain();
  }

  /** Numbers as doubles, so that 2 and 2.0 are the same. */
  static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Iterable<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(each -> copy.add(comparable(each)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((name, each) -> copy.put(name, comparable(each)));
      return copy;
    }
    return value;
  }
}
