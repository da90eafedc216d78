// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.FlagEvaluation;
import dev.flyball.GovernedEndpoint;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lines as the format of ECS logging and the names of ECS and OpenTelemetry have them. */
class EcsConformanceTest {

  private static final List<String> OWN = List.of("flyball.", "feature_flag.", "http.route");

  @Test
  void everyLine_conformsToEcsLogging() throws IOException {
    JsonNode rules =
        JsonMapper.shared()
            .readTree(Files.readString(Vectors.path("observability/ecs-logging/spec/spec.json")))
            .get("fields");
    for (Map<String, Object> line : lines()) {
      List<String> names = List.copyOf(line.keySet());
      for (Map.Entry<String, JsonNode> rule : rules.properties()) {
        String name = rule.getKey();
        JsonNode declared = rule.getValue();
        if (declared.get("required").booleanValue()) {
          assertThat(line).containsKey(name);
        }
        if (declared.has("index")) {
          assertThat(names.indexOf(name)).isEqualTo(declared.get("index").intValue());
        }
        if (line.containsKey(name)) {
          assertType(name, declared.get("type").stringValue(), line.get(name));
        }
      }
    }
  }

  private static void assertType(String name, String type, Object value) {
    switch (type) {
      case "datetime" -> assertThat(Instant.parse((String) value)).isNotNull();
      case "integer" -> assertThat(value).as(name).isInstanceOf(Integer.class);
      case "string" -> assertThat(value).as(name).isInstanceOf(String.class);
      default -> assertThat(value).as(name).isInstanceOf(Map.class);
    }
  }

  @Test
  void everyNameWeWrite_isOneOfEcsOrOurOwn() throws IOException {
    Set<String> ecs = ecsNames();
    Stream<String> written =
        Stream.concat(
            Stream.of(Field.values()).map(field -> field.key),
            lines().stream().flatMap(line -> line.keySet().stream()));
    assertThat(written.distinct())
        .allSatisfy(name ->
            assertThat(ecs.contains(name) || OWN.stream().anyMatch(name::startsWith))
                .as(name)
                .isTrue());
  }

  @Test
  void namesOfObjects_areThoseOfEcsAndOurOwn() throws IOException {
    Set<String> objects = new TreeSet<>(Set.of("flyball", "labels"));
    for (String name : ecsNames()) {
      if (name.contains(".")) {
        objects.add(name.substring(0, name.indexOf('.')));
      }
    }
    assertThat(Key.OBJECTS).isEqualTo(objects);
  }

  @Test
  void flagNames_areThoseOfTheSemanticConventions() throws IOException {
    String model =
        Files.readString(
            Vectors.path("observability/otel-semconv/model/feature-flags/registry.yaml"));
    assertThat(List.of(Field.FLAG_KEY, Field.FLAG_VARIANT, Field.FLAG_REASON))
        .allSatisfy(field -> assertThat(model).contains("id: " + field.key + "\n"));
  }

  private static Set<String> ecsNames() throws IOException {
    return Files.readAllLines(Vectors.path("observability/ecs/ecs/ecs_flat.yml")).stream()
        .filter(line -> line.matches("'?[@a-z_][A-Za-z0-9@_.]*'?:.*"))
        .map(line -> line.substring(0, line.indexOf(':')).replace("'", ""))
        .collect(Collectors.toSet());
  }

  /** Lines of every kind: of statements in and outside of calls, and of calls of every kind. */
  private static List<Map<String, Object>> lines() {
    List<Map<String, Object>> lines = new ArrayList<>();
    try (TestLog calls = TestLog.of(CallLine.LOGGER);
        TestLog statements = TestLog.of("statements");
        InProcessApp app = CallLineTest.app()) {
      GovernedEndpoint open = app.govern(Endpoint.builder("http", "GET /orders/{id}").owner("a"));
      app.start();
      statements.logger().error("outside", new IllegalStateException("boom"));
      CallRecord record =
          app.call(
              open,
              InProcessCarrier.get("/orders/7").header("Host", "a.example:80"),
              () -> {
                statements.logger().atInfo().addKeyValue("flyball.test", 1).log("inside");
                dev.flyball.Call.current()
                    .evaluated(new FlagEvaluation("f", "on", "SPLIT", "1", 0, Double.NaN, 0));
                throw new IllegalStateException("boom");
              });
      assertThat(record.outcome().code()).isEqualTo(500);
      app.call(open, InProcessCarrier.get("/orders/7"));
      lines.addAll(statements.lines());
      lines.addAll(calls.lines());
    }
    assertThat(lines).hasSize(4);
    return lines;
  }
}
