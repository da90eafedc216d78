// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.core.status.Status;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;

/** The failure modes of the specification that an encoder can meet, by their rows. */
class EcsEncoderRowsTest {

  private final TestLog log = TestLog.alone();
  private final Logger logger = log.logger();

  @AfterEach
  void close() {
    log.close();
  }

  private Map<String, Object> logged(String key, Object value) {
    log.clear();
    logger.atInfo().addKeyValue(key, value).log("m");
    return log.line();
  }

  @ParameterizedTest
  @ValueSource(strings = {"message", "@timestamp", "log.level", "ecs.version", "log.logger"})
  void row11_reservedKeyInMdc_movesToQuarantineAndTheLineStays(String key) {
    log.context().getMDCAdapter().put(key, "forged");
    logger.info("real");
    Map<String, Object> line = log.line();
    assertThat(line)
        .containsEntry("message", "real")
        .containsEntry("log.level", "INFO")
        .containsEntry("flyball.quarantine." + key, "forged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"log", "url", "service", "user", "host", "trace"})
  void row11_keyThatIsAnObjectOfEcs_movesToQuarantine(String key) {
    assertThat(logged(key, "x"))
        .containsEntry("flyball.quarantine." + key, "x")
        .doesNotContainKey(key);
  }

  @Test
  void row13_hugeHeaderInAKeyValue_isCutAndSaid() {
    Map<String, Object> line = logged("header", "h".repeat(64 * 1024));
    assertThat((String) line.get("header")).isEqualTo("h".repeat(Limits.VALUE));
    assertThat(line)
        .containsEntry("flyball.log.truncated", true)
        .containsEntry("flyball.log.truncated_fields", List.of("header"))
        .containsEntry("flyball.log.original_lengths", List.of(64 * 1024));
  }

  @Test
  void row13_thousandKeyValues_areAsManyAsTheLineTakes() {
    var builder = logger.atInfo();
    for (int i = 0; i < 1_000; i++) {
      builder = builder.addKeyValue("k" + i, "v".repeat(100));
    }
    builder.log("m");
    Map<String, Object> line = log.line();
    assertThat(line).hasSizeLessThanOrEqualTo(Limits.FIELDS).containsKey("k0");
    assertThat((Integer) line.get("flyball.log.dropped_fields")).isGreaterThan(800);
    assertThat(log.raw().get(0).length).isLessThanOrEqualTo(Limits.LINE);
  }

  @Test
  void row13_manyLargeValues_keepTheLineWithinItsLimit() {
    var builder = logger.atInfo();
    for (int i = 0; i < 100; i++) {
      builder = builder.addKeyValue("k" + i, "\u0001".repeat(20_000));
    }
    builder.log("\u0001".repeat(100_000));
    assertThat(log.line()).containsKey("flyball.log.dropped_fields");
    assertThat(log.raw().get(0).length).isLessThanOrEqualTo(Limits.LINE);
  }

  @Test
  void row13_longKeysAtTheEndOfTheLine_areTakenBack() {
    for (int size = 0; size < 600; size += 40) {
      log.clear();
      var builder = logger.atInfo();
      for (int i = 0; i < 150; i++) {
        builder = builder.addKeyValue("\u0001".repeat(250) + i, "v".repeat(size));
      }
      builder.log("m");
      assertThat(log.raw().get(0).length).isLessThanOrEqualTo(Limits.LINE);
      assertThat(log.line()).containsKey("flyball.log.dropped_fields");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "\n", "\r\n", "\u0085", "\u2028", "\u2029", "\u000B", "\f"})
  void row14_lineBreaksAnywhere_leaveOneLine(String lineBreak) {
    String text = "a" + lineBreak + "b";
    Logger named = log.context().getLogger("evil" + lineBreak + "{\"x\":1}");
    named.addAppender(log.logger().iteratorForAppenders().next());
    Thread thread = Thread.currentThread();
    String threadName = thread.getName();
    thread.setName(text);
    try {
      named.atInfo().addKeyValue(text, text).setCause(new RuntimeException(text)).log(text);
    } finally {
      thread.setName(threadName);
    }
    Map<String, Object> line = log.line();
    assertThat(line)
        .containsEntry("message", text)
        .containsEntry(text, text)
        .containsEntry("process.thread.name", text)
        .containsEntry("error.message", text)
        .containsEntry("log.logger", named.getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800x", "x\uD800y", "x\uD800", "\uDC00x", "x\uDC00y", "\uDC00\uD800"})
  void row15_loneSurrogates_becomeReplacementCharacters(String text) {
    Map<String, Object> line = logged("k" + text, text);
    String mended = text.replaceAll("[\uD800-\uDFFF]", "\uFFFD");
    assertThat(line).containsEntry("k" + mended, mended);
  }

  @Test
  void row15_keysThatDifferInBrokenCharacters_areBothThere() {
    logger.atInfo().addKeyValue("k\uD800", 1).addKeyValue("k\uD801", 2).log("m");
    assertThat(log.line())
        .containsEntry("k\uFFFD", 1)
        .containsEntry("flyball.quarantine.k\uFFFD", 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\0", "\u001B[31m", "\u007F", "\u009B31m", "\u202Eevil", "\uFEFF", "\u200B"})
  void row16_charactersThatAct_areEscaped(String text) {
    Map<String, Object> line = logged(text, text); // StrictLine finds any that is live
    assertThat(StrictLine.leaves(line)).contains(text);
  }

  @Test
  void row17_messageThatIsJson_isOneText() {
    String json = "{\"message\":\"forged\",\"log.level\":\"DEBUG\"}";
    logger.info(json);
    assertThat(log.line()).containsEntry("message", json).containsEntry("log.level", "INFO");
  }

  @Test
  void row18_keysThatCollide_areAllThere() {
    log.context().getMDCAdapter().put("a", "mdc");
    log.context().getMDCAdapter().put("b.c", "mdc");
    logger
        .atInfo()
        .addKeyValue("a.b", 1)
        .addKeyValue("b", 2)
        .addKeyValue("service.name", 3)
        .log("m");
    Map<String, Object> line = log.line();
    assertThat(line)
        .containsEntry("a.b", 1)
        .containsEntry("flyball.quarantine.a", "mdc")
        .containsEntry("b", 2)
        .containsEntry("flyball.quarantine.b.c", "mdc")
        .containsEntry("service.name", 3);
  }

  @Test
  void row18_quarantineItself_isNoWayOut() {
    logger
        .atInfo()
        .addKeyValue("message", 1)
        .addKeyValue("flyball.quarantine.message", 2)
        .addKeyValue("flyball.quarantine", 3)
        .addKeyValue("flyball.log.truncated", 4)
        .addKeyValue("flyball.log", 5)
        .log("m");
    assertThat(StrictLine.leaves(log.line())).contains(1, 2, 3, 4, 5);
  }

  @Test
  void row19_repeatedKey_keepsEveryValue() {
    logger
        .atInfo()
        .addKeyValue("k", 1)
        .addKeyValue("k", 2)
        .addKeyValue("k", 3)
        .addKeyValue("k", 4)
        .log("m");
    assertThat(log.line())
        .containsEntry("k", 1)
        .containsEntry("flyball.quarantine.k", 2)
        .containsEntry("flyball.quarantine.k_2", 3)
        .containsEntry("flyball.quarantine.k_3", 4);
  }

  @Test
  void row19_keysThatAreNone_areRenamedAndNullStays() {
    logger
        .atInfo()
        .addKeyValue(null, "null key")
        .addKeyValue("", "empty key")
        .addKeyValue(" ", "blank key")
        .addKeyValue("a..b", "blank part")
        .addKeyValue("null value", (Object) null)
        .log("m");
    assertThat(log.line())
        .containsEntry("flyball.quarantine.null", "null key")
        .containsEntry("flyball.quarantine.empty", "empty key")
        .containsEntry("flyball.quarantine.blank", "blank key")
        .containsEntry("flyball.quarantine.a__b", "blank part")
        .containsEntry("null value", null);
  }

  @Test
  void row20_numbersThatJsonOrAnIndexCannotTake_areTexts() {
    assertThat(logged("n", Double.NaN)).containsEntry("n", "NaN");
    assertThat(logged("n", Double.NEGATIVE_INFINITY)).containsEntry("n", "-Infinity");
    assertThat(logged("n", Float.POSITIVE_INFINITY)).containsEntry("n", "Infinity");
    assertThat(logged("n", new BigDecimal("1e100000"))).containsEntry("n", "1E+100000");
    assertThat(logged("n", BigInteger.TWO.pow(100_000)))
        .containsEntry("n", "<number of 100001 bits>");
    assertThat(logged("n", BigInteger.TWO.pow(64))).containsEntry("n", "18446744073709551616");
    assertThat(logged("n", new BigDecimal("1.50"))).containsEntry("n", new BigDecimal("1.50"));
    assertThat(logged("n", Long.MIN_VALUE)).containsEntry("n", Long.MIN_VALUE);
  }

  @Test
  void row21_valueWhoseToStringThrows_becomesAMarker() {
    Object hostile =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no");
          }
        };
    assertThat(logged("k", hostile)).containsEntry("k", "<error:IllegalStateException>");
    assertThat(logged("k", List.of(1, hostile, 2)))
        .containsEntry("k", List.of(1, "<error:IllegalStateException>", 2));
    log.clear();
    logger.info("with {} in it", hostile);
    assertThat((String) log.line().get("message")).startsWith("with ").endsWith(" in it");
  }

  @Test
  void row21_valueThatContainsItself_ends() {
    Map<String, Object> map = new HashMap<>();
    map.put("self", map);
    List<Object> list = new ArrayList<>();
    list.add(list);
    Object[] array = {null};
    array[0] = array;
    assertThat(logged("k", map)).containsEntry("k", Map.of("self", "<cycle>"));
    assertThat(logged("k", list)).containsEntry("k", List.of("<cycle>"));
    assertThat(logged("k", array)).containsEntry("k", List.of("<cycle>"));
  }

  @Test
  void row21_beanThatPrintsItself_becomesAMarker() {
    Object bean =
        new Object() {
          @Override
          @SuppressWarnings("InfiniteRecursion")
          public String toString() {
            return "bean of " + this;
          }
        };
    assertThat(logged("k", bean)).containsEntry("k", "<error:StackOverflowError>");
  }

  @Test
  void row21_valuesOfTheJdk_areWhatTheyAre() {
    assertThat(logged("k", Optional.of(7))).containsEntry("k", 7);
    assertThat(logged("k", Optional.empty())).containsEntry("k", null);
    assertThat(logged("k", Path.of("a", "b"))).containsEntry("k", Path.of("a", "b").toString());
    assertThat(logged("k", new int[] {1, 2})).containsEntry("k", List.of(1, 2));
    assertThat(logged("k", new byte[3])).containsEntry("k", "<3 bytes>");
    assertThat(logged("k", 'x')).containsEntry("k", "x");
  }

  @Test
  void row21_deepAndWideValues_areCut() {
    Object deep = "bottom";
    for (int i = 0; i < 100; i++) {
      deep = List.of(deep);
    }
    assertThat(StrictLine.leaves(logged("k", deep).get("k"))).containsExactly("<truncated>");
    List<Integer> wide = IntStream.range(0, 10_000).boxed().toList();
    Map<String, Object> line = logged("k", wide);
    assertThat(StrictLine.leaves(line.get("k"))).hasSizeLessThan(300).endsWith("<truncated>");
    assertThat(line).containsEntry("flyball.log.truncated", true);
  }

  @Test
  void row21_mapWhoseKeysPrintAlike_losesNoValue() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put("1", "text");
    map.put(1, "number");
    map.put("1.x", "inside");
    map.put(null, "none");
    map.put("", "empty");
    assertThat(StrictLine.leaves(logged("k", map).get("k")))
        .containsExactlyInAnyOrder("text", "number", "inside", "none", "empty");
  }

  @Test
  void row21_collectionThatFailsMidway_isToldAsFarAsItGoes() {
    List<Object> failing =
        new java.util.AbstractList<>() {
          @Override
          public Object get(int index) {
            if (index == 2) {
              throw new java.util.ConcurrentModificationException();
            }
            return index;
          }

          @Override
          public int size() {
            return 5;
          }
        };
    assertThat(logged("k", failing))
        .containsEntry("k", List.of(0, 1, "<error:ConcurrentModificationException>"));
  }

  @Test
  void row22_cyclicCause_isMarked() {
    RuntimeException outer = new RuntimeException("outer");
    RuntimeException inner = new RuntimeException("inner", outer);
    outer.initCause(inner);
    logger.error("m", outer);
    assertThat((String) log.line().get("error.stack_trace"))
        .contains("Caused by: java.lang.RuntimeException: inner", "CIRCULAR REFERENCE");
  }

  @Test
  void row22_tenThousandFramesAndAStormOfSuppressed_areCut() {
    RuntimeException thrown = new RuntimeException("deep");
    StackTraceElement frame =
        new StackTraceElement("a.very.long.name.of.a.Class", "m", "C.java", 1);
    StackTraceElement[] frames = new StackTraceElement[10_000];
    Arrays.fill(frames, frame);
    thrown.setStackTrace(frames);
    for (int i = 0; i < 5_000; i++) {
      thrown.addSuppressed(new RuntimeException("suppressed " + i));
    }
    logger.error("m", thrown);
    assertThat(log.line()).containsEntry("error.type", "java.lang.RuntimeException");
    assertThat(log.raw().get(0).length).isLessThan(Limits.STACK_TRACE + Limits.VALUE);
  }

  @Test
  void row22_endlessCauses_areCut() {
    class Endless extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public synchronized Throwable getCause() {
        return new Endless();
      }
    }

    logger.error("m", new Endless());
    assertThat((String) log.line().get("error.stack_trace")).contains("more causes are left out");
  }

  @Test
  void row22_throwableThatThrows_doesNotReachTheCodeThatLogsIt() {
    class Hostile extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no message");
      }
    }

    logger.error("plain", new Hostile());
    logger.error("last argument of {}", "two", new Hostile());
    logger.atError().setCause(new Hostile()).addKeyValue("k", 7).log("fluent");
    logger.error("wrapped", new RuntimeException("outer", new Hostile()));
    List<Map<String, Object>> lines = log.lines();
    assertThat(lines)
        .extracting(line -> line.get("message"))
        .containsExactly("plain", "last argument of two", "fluent", "wrapped");
    assertThat(lines.subList(0, 3))
        .allSatisfy(line ->
            assertThat(line)
                .containsEntry("error.type", Hostile.class.getName())
                .containsEntry("error.message", "<error:IllegalStateException>"));
    assertThat(lines.get(2)).containsEntry("k", 7);
    assertThat(lines.get(3))
        .containsEntry("error.message", "outer")
        .extractingByKey("error.stack_trace")
        .asString()
        .contains("Caused by: " + Hostile.class.getName());
  }

  @Test
  void row22_hugeMessageOfAThrowable_isCut() {
    logger.error("m", new RuntimeException("x".repeat(1 << 20)));
    assertThat((String) log.line().get("error.message")).hasSize(Limits.VALUE);
    assertThat(log.raw().get(0).length).isLessThan(64 * 1024);
  }

  @Test
  void row23_hugeMessage_isCutAtACodePoint() {
    int length = 1 << 20;
    logger.info("x" + "\uD83D\uDE00".repeat((length - 1) / 2) + "y");
    Map<String, Object> line = log.line();
    String message = (String) line.get("message");
    assertThat(message.substring(1)).isEqualTo("\uD83D\uDE00".repeat((message.length() - 1) / 2));
    assertThat(message.length()).isGreaterThan(Limits.MESSAGE / 2 - 8);
    assertThat(line)
        .containsEntry("flyball.log.truncated", true)
        .containsEntry("flyball.log.truncated_fields", List.of("message"))
        .containsEntry("flyball.log.original_lengths", List.of(length));
  }

  @Test
  void row59_valueThatLogsWhileItIsWritten_doesNotLogItself() {
    Object talkative =
        new Object() {
          @Override
          public String toString() {
            logger.atInfo().addKeyValue("me", this).log("nested");
            return "told";
          }
        };
    assertThat(logged("k", talkative)).containsEntry("k", "told").containsEntry("message", "m");
    assertThat(log.context().getStatusManager().getCopyOfStatusList())
        .extracting(Status::getMessage)
        .anyMatch(message -> message.contains("statements made by values"));
    assertThat(logged("k", "after")).containsEntry("k", "after");
  }

  @Test
  void row59_throwableThatLogsItself_ends() {
    class Talkative extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        logger.info("nested");
        return "told";
      }
    }

    logger.error("m", new Talkative());
    assertThat(log.last()).containsEntry("error.message", "told");
  }

  @Test
  void markers_becomeTags() {
    logger
        .atInfo()
        .addMarker(MarkerFactory.getMarker("AUDIT"))
        .addMarker(MarkerFactory.getMarker("\n"))
        .log("m");
    assertThat(log.line()).containsEntry("tags", List.of("AUDIT", "\n"));
  }

  @Test
  void statementWithoutMessage_hasAnEmptyOne() {
    logger.info((String) null);
    assertThat(log.line()).containsEntry("message", "");
  }

  @Test
  void mdcOfTheService_isThere() {
    try (MDC.MDCCloseable closed = MDC.putCloseable("tenant", "acme");
        TestLog service = TestLog.of("mdc")) {
      service.logger().info("m");
      assertThat(service.line()).containsEntry("tenant", "acme");
    }
  }
}
