// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

  private final JsonWriter json = new JsonWriter();

  @Test
  void nestedValues_haveTheirCommas() {
    json.beginObject();
    json.name("a").value(1).name("b").beginArray().value("x").value(true).nullValue().endArray();
    json.name("c").beginObject().endObject().name("d").beginArray().endArray();
    json.name("e").beginArray().beginArray().endArray().beginObject().endObject().endArray();
    json.name("f").value((String) null).endObject();

    assertThat(json)
        .hasToString(
            "{\"a\":1,\"b\":[\"x\",true,null],\"c\":{},\"d\":[],\"e\":[[],{}],\"f\":null}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[", ":", "a{", "a[", "a:", "", "\\", "\"", ","})
  void textThatEndsLikeStructure_isStillFollowedByAComma(String text) {
    json.beginArray().value(text).value(text).endArray();

    assertThat(json.toString()).contains("\",\"");
  }

  @Test
  void controlsAndQuotes_areEscapedTheShortWay() {
    json.value("\" \\ \b \f \n \r \t \0 \u001f \u007f \u0085 \u2028");

    assertThat(json)
        .hasToString("\"\\\" \\\\ \\b \\f \\n \\r \\t \\u0000 \\u001f \\u007f \\u0085 \\u2028\"");
  }

  @Test
  void loneSurrogates_becomeTheReplacement() {
    json.value("a\uD83Db\uDE00c\uD83D");

    assertThat(json).hasToString("\"a\uFFFDb\uFFFDc\uFFFD\"");
  }

  @Test
  void tagsAndVariationSelectors_areEscaped() {
    json.value("a\uDB40\uDC41\u2764\uFE0F");

    assertThat(json).hasToString("\"a\\udb40\\udc41\u2764\\ufe0f\"");
  }

  @Test
  void cut_splitsNoPair() {
    assertThat(new JsonWriter().value("a\uD83D\uDE00b", 2)).hasToString("\"a\"");
    assertThat(new JsonWriter().value("a\uD83D\uDE00b", 3)).hasToString("\"a\uD83D\uDE00\"");
    assertThat(new JsonWriter().value("ab", 0)).hasToString("\"\"");
    assertThat(new JsonWriter().value("ab", -1)).hasToString("\"\"");
    assertThat(new JsonWriter().value("ab", Integer.MAX_VALUE)).hasToString("\"ab\"");
    assertThat(new JsonWriter().value("\uD83Dx", 1)).hasToString("\"\uFFFD\"");
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        -1,
        9,
        10,
        -10,
        99,
        100,
        999_999_999_999_999_999L,
        1_000_000_000_000_000_000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1
      })
  void wholeNumber_isWrittenInFull(long value) {
    assertThat(json.value(value)).hasToString(Long.toString(value));
  }

  @ParameterizedTest
  @CsvSource({
    "NaN,'\"NaN\"'",
    "Infinity,'\"Infinity\"'",
    "-Infinity,'\"-Infinity\"'",
    "-0.0,-0.0",
    "1e300,1.0E300",
    "4.9E-324,4.9E-324"
  })
  void floatingNumber_isANumberWhereJsonHasOne(double value, String expected) {
    assertThat(new JsonWriter().value(value)).hasToString(expected);
    assertThat(new JsonWriter().value(Double.valueOf(value))).hasToString(expected);
  }

  @Test
  void numbersOfEveryClass_areNumbers() {
    json.beginArray();
    json.value((Number) (byte) -1).value((Number) (short) 2).value(Integer.valueOf(3));
    json.value(Long.valueOf(4)).value(Float.valueOf(0.1f)).value(new BigDecimal("1.50"));
    json.value(new BigInteger("18446744073709551616")).value(new BigDecimal("1E+5"));
    json.value(new AtomicInteger(6)).value(new AtomicLong(-7)).endArray();

    assertThat(json).hasToString("[-1,2,3,4,0.1,1.50,18446744073709551616,1E+5,6,-7]");
  }

  @Test
  void floatThatIsNoNumber_isAString() {
    assertThat(json.value(Float.valueOf(Float.NaN))).hasToString("\"NaN\"");
  }

  @Test
  void hugeNumbers_becomeAShortString() {
    String expected = "\"<number of more than 64 digits>\"";
    assertThat(new JsonWriter().value(BigInteger.TEN.pow(10_000))).hasToString(expected);
    assertThat(new JsonWriter().value(new BigDecimal("1E+1000000000"))).hasToString(expected);
    assertThat(new JsonWriter().value(new BigDecimal("1E-1000000000"))).hasToString(expected);
    assertThat(new JsonWriter().value(new BigDecimal("9".repeat(64)))).hasToString("9".repeat(64));
    assertThat(new JsonWriter().value(new BigDecimal("9".repeat(65)))).hasToString(expected);
  }

  @Test
  void numberOfAForeignClass_isTheStringThatItSays() {
    Number odd =
        new Number() {
          @Override
          public int intValue() {
            return 1;
          }

          @Override
          public long longValue() {
            return 1;
          }

          @Override
          public float floatValue() {
            return 1;
          }

          @Override
          public double doubleValue() {
            return 1;
          }

          @Override
          public String toString() {
            return "1,\"admin\":true";
          }
        };

    assertThat(json.beginArray().value(odd).endArray()).hasToString("[\"1,\\\"admin\\\":true\"]");
  }

  @Test
  void raw_isCopiedWithTheCommasItNeeds() {
    byte[] member = "\"b\":2,\"c\":[3]".getBytes(StandardCharsets.UTF_8);
    json.beginObject().raw(member).raw(new byte[0]).name("d").value(4).raw(member).endObject();

    assertThat(json).hasToString("{\"b\":2,\"c\":[3],\"d\":4,\"b\":2,\"c\":[3]}");
  }

  @Test
  void truncate_forgetsAMemberAndItsComma() {
    json.beginObject().name("a").value(1);
    int size = json.size();
    json.name("b").value("x".repeat(10_000));
    json.truncate(size).name("c").value(2).truncate(1_000_000).endObject();

    assertThat(json).hasToString("{\"a\":1,\"c\":2}");
  }

  @Test
  void truncateToNothing_isEmpty() {
    assertThat(json.value(1).truncate(0).value(2)).hasToString("2");
    assertThat(json.truncate(-5).value(3)).hasToString("3");
  }

  @Test
  void reset_makesTheWriterNew() {
    json.beginObject().name("a").value("x".repeat(100_000)).endObject();
    byte[] before = json.toByteArray();
    json.reset().beginArray().value("y").endArray();

    assertThat(json).hasToString("[\"y\"]");
    assertThat(before).hasSize(100_008);
  }

  @Test
  void line_endsInOneLineFeed() {
    byte[] line = json.beginObject().name("a\n").value("b\r\n").endObject().toLine();

    assertThat(new String(line, StandardCharsets.UTF_8)).isEqualTo("{\"a\\n\":\"b\\r\\n\"}\n");
    assertThat(Arrays.copyOf(line, line.length - 1)).isEqualTo(json.toByteArray());
  }

  @Test
  void growth_losesNothing() {
    String text = "\u2028é大\uD83D\uDE00\"x".repeat(5_000);
    String expected = "\"" + "\\u2028é大\uD83D\uDE00\\\"x".repeat(5_000) + "\"";
    json.beginArray();
    for (int i = 0; i < 20; i++) {
      json.value(text);
    }
    json.endArray();

    assertThat(json).hasToString("[" + String.join(",", Collections.nCopies(20, expected)) + "]");
  }

  @Test
  void nullName_isRefused() {
    assertThatThrownBy(() -> json.name(null)).hasMessage("name");
  }
}
