// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.slf4j.spi.LoggingEventBuilder;

/** Whatever a statement holds: one line, valid, no name twice, no value lost. */
class EcsEncoderProperties {

  record Pair(String key, Object value) {}

  record Statement(String message, List<Pair> pairs, Map<String, String> mdc) {}

  private static final List<String> ALWAYS_THERE =
      List.of(
          "@timestamp", "log.level", "message", "ecs.version", "process.thread.name", "log.logger");

  private static final List<String> NAMES =
      Stream.concat(
              Stream.of(Field.values()).map(field -> field.key),
              Stream.of(
                  "a", "a.b", "a.b.c", "b", "flyball.quarantine.a", "log", "", ".", "a.", " "))
          .toList();

  @Property
  void anyStatement_isOneStrictLineThatLosesNothing(@ForAll("statements") Statement statement) {
    try (TestLog log = TestLog.alone()) {
      statement.mdc().forEach((key, value) -> log.context().getMDCAdapter().put(key, value));
      LoggingEventBuilder builder = log.logger().atInfo();
      for (Pair pair : statement.pairs()) {
        builder = builder.addKeyValue(pair.key(), pair.value());
      }
      builder.log(statement.message());
      Map<String, Object> line = log.line();
      assertThat(line).containsEntry("message", wellFormed(statement.message()));
      List<Object> leaves = StrictLine.leaves(line);
      statement.pairs().forEach(pair -> assertThat(leaves).contains(expected(pair.value())));
      statement.mdc().values().forEach(value -> assertThat(leaves).contains(wellFormed(value)));
      log.context().getMDCAdapter().clear();
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void anyStructure_isValid(@ForAll("structures") Object value) {
    try (TestLog log = TestLog.alone()) {
      log.logger().atInfo().addKeyValue("k", value).log("m");
      assertThat(log.line()).containsKey("k");
    }
  }

  @Property
  void anyKeyAlone_keepsItsNameUnlessItCannot(@ForAll("keys") String key) {
    try (TestLog log = TestLog.alone()) {
      log.logger().atInfo().addKeyValue(key, "value").log("m");
      Map<String, Object> line = log.line();
      String name = wellFormed(key);
      if (mayStay(name)) {
        assertThat(line).containsEntry(name, "value");
      } else {
        assertThat(line.keySet()).anyMatch(each -> each.startsWith(Key.QUARANTINE));
        assertThat(line).containsValue("value");
      }
    }
  }

  private static boolean mayStay(String name) {
    return Stream.of(name.split("\\.", -1)).noneMatch(String::isBlank)
        && !Key.OBJECTS.contains(name)
        && !Key.clash(name, "flyball.quarantine")
        && !Key.clash(name, "flyball.log")
        && ALWAYS_THERE.stream().noneMatch(field -> Key.clash(name, field));
  }

  @Example
  void jsonTestSuite_asMessageKeyAndValue_parsesAndComesBack() throws IOException {
    List<Path> texts = new ArrayList<>();
    for (String folder : List.of("test_parsing", "test_transform")) {
      try (Stream<Path> files =
          Files.list(Vectors.path("observability/json-test-suite/" + folder))) {
        files.sorted().forEach(texts::add);
      }
    }
    assertThat(texts).hasSizeGreaterThan(300);
    try (TestLog log = TestLog.alone()) {
      for (Path file : texts) {
        byte[] bytes = Files.readAllBytes(file);
        check(log, new String(bytes, StandardCharsets.ISO_8859_1));
        check(log, new String(bytes, StandardCharsets.UTF_8));
        check(log, new String(bytes, StandardCharsets.UTF_16LE));
      }
    }
  }

  private static void check(TestLog log, String text) {
    log.clear();
    log.context().getMDCAdapter().put("mdc", text);
    log.logger().atInfo().addKeyValue(text, "as key").addKeyValue("as value", text).log(text);
    Map<String, Object> line = log.line();
    String mended = wellFormed(text);
    if (text.length() < Limits.VALUE / 6) {
      assertThat(line)
          .containsEntry("message", mended)
          .containsEntry("as value", mended)
          .containsEntry("mdc", mended);
    }
    assertThat(line).containsValue("as key");
  }

  @Example
  void eventOfAnotherMaker_stillGivesALine() {
    EcsEncoder encoder = new EcsEncoder();
    ILoggingEvent broken =
        (ILoggingEvent)
            java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ILoggingEvent.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException(method.getName());
                });
    assertThat(StrictLine.parse(encoder.encode(broken)))
        .containsEntry("error.type", "java.lang.IllegalStateException");
  }

  // ---- what is logged

  @Provide
  Arbitrary<Statement> statements() {
    Arbitrary<List<Pair>> pairs =
        Combinators.combine(keys(), scalars()).as(Pair::new).list().ofMaxSize(12);
    Arbitrary<Map<String, String>> mdc =
        Arbitraries.maps(keys(), texts()).ofMaxSize(6).map(LinkedHashMap::new);
    return Combinators.combine(texts(), pairs, mdc).as(Statement::new);
  }

  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.oneOf(Arbitraries.of(NAMES), texts());
  }

  /** Surrogates alone, controls and separators come often. */
  private static Arbitrary<String> texts() {
    Arbitrary<Character> any =
        Arbitraries.oneOf(
            Arbitraries.chars().all(),
            Arbitraries.chars().range('\0', '\u00A0'),
            Arbitraries.chars().range('\uD800', '\uDFFF'),
            Arbitraries.chars().range('\u2000', '\u206F'),
            Arbitraries.of('.', '"', '\\', '{', '}', '\n', '\uFEFF', '\uFFFE'));
    return any.list().ofMaxSize(20).map(EcsEncoderProperties::text);
  }

  private static String text(List<Character> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::append);
    return text.toString();
  }

  private static Arbitrary<Object> scalars() {
    return Arbitraries.oneOf(
        texts().map(text -> (Object) text),
        Arbitraries.longs().map(number -> (Object) number),
        Arbitraries.integers().map(number -> (Object) number),
        Arbitraries.of(true, false).map(truth -> (Object) truth),
        Arbitraries.doubles().map(number -> (Object) number));
  }

  @Provide
  Arbitrary<Object> structures() {
    return structures(7);
  }

  private static Arbitrary<Object> structures(int depth) {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            scalars(),
            Arbitraries.of(
                new Hostile("toString"),
                new Hostile("null"),
                new Hostile("endless"),
                Double.NaN,
                Float.NEGATIVE_INFINITY));
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<Object> inner = structures(depth - 1);
    Arbitrary<Object> keys = Arbitraries.oneOf(texts().map(text -> (Object) text), leaves);
    return Arbitraries.oneOf(
        leaves,
        inner.list().ofMaxSize(3).map(list -> (Object) list),
        inner.list().ofMaxSize(3).map(list -> (Object) list.toArray()),
        Arbitraries.maps(keys, inner).ofMaxSize(3).map(map -> (Object) map),
        leaves.map(Endless::new));
  }

  /** A list that holds itself, and that can be printed where a test fails. */
  private static final class Endless extends AbstractList<Object> {

    private final Object first;

    Endless(Object first) {
      this.first = first;
    }

    @Override
    public Object get(int index) {
      return index == 0 ? first : this;
    }

    @Override
    public int size() {
      return 2;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public String toString() {
      return "endless";
    }
  }

  private static Object expected(Object value) {
    if (value instanceof String text) {
      return wellFormed(text);
    }
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    return value instanceof Double number ? new java.math.BigDecimal(number.toString()) : value;
  }

  private static String wellFormed(String text) {
    int[] points =
        text.codePoints()
            .map(point -> point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point)
            .toArray();
    return new String(points, 0, points.length);
  }

  /** An object that does its worst. */
  record Hostile(String how) {

    @Override
    public String toString() {
      return switch (how) {
        case "null" -> null;
        case "endless" -> Arrays.asList(this).toString();
        default -> throw new UnsupportedOperationException();
      };
    }
  }
}
