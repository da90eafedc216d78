// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Whatever is written: one line of strict UTF-8 that parses back, with nothing hidden in it. */
class JsonWriterProperties {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Control, format and separator characters, noncharacters, and what Unicode calls ignorable. */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Cf}\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}"
              + "\\x{180B}-\\x{180F}\\x{2065}\\x{3164}\\x{FDD0}-\\x{FDEF}\\x{FE00}-\\x{FE0F}"
              + "\\x{FFA0}\\x{FFF0}-\\x{FFFB}\\x{FFFE}\\x{FFFF}\\x{1FFFE}\\x{1FFFF}\\x{10FFFE}"
              + "\\x{10FFFF}\\x{E0000}-\\x{E0FFF}]");

  /** Format characters that are drawn: signs before numbers, hieroglyph joiners. */
  private static final Pattern DRAWN =
      Pattern.compile(
          "[\\x{600}-\\x{605}\\x{6DD}\\x{70F}\\x{890}\\x{891}\\x{8E2}\\x{110BD}\\x{110CD}"
              + "\\x{13430}-\\x{1343F}]");

  @Property(tries = 4_000)
  void anyText_isOneLineThatParsesBack(@ForAll("texts") String text) throws Exception {
    byte[] json = new JsonWriter().beginObject().name(text).value(text).endObject().toByteArray();

    String decoded = decode(json);
    assertThat(HIDDEN.matcher(DRAWN.matcher(decoded).replaceAll("")).find()).as(text).isFalse();
    assertThat(STRICT.readValue(json, Object.class)).isEqualTo(Map.of(whole(text), whole(text)));
  }

  @Property(tries = 3_000)
  void cutText_isAPrefixThatSplitsNoPair(
      @ForAll("texts") String text, @ForAll @IntRange(min = -2, max = 40) int limit) {
    String written =
        STRICT.readValue(new JsonWriter().value(text, limit).toByteArray(), String.class);

    assertThat(written.length()).isLessThanOrEqualTo(Math.max(limit, 0));
    assertThat(written.length()).isGreaterThanOrEqualTo(Math.min(limit - 1, text.length()));
    boolean cutInAPair =
        limit > 0
            && limit < text.length()
            && Character.isSurrogatePair(text.charAt(limit - 1), text.charAt(limit));
    int end = Math.max(0, Math.min(text.length(), cutInAPair ? limit - 1 : limit));
    assertThat(written).isEqualTo(whole(text.substring(0, end)));
  }

  @Property(tries = 1_000)
  void anyTree_parsesBack(@ForAll("trees") Object tree) {
    JsonWriter json = new JsonWriter();
    write(json, tree);

    assertThat(STRICT.readValue(json.toByteArray(), Object.class)).isEqualTo(expected(tree));
    assertThat(json.toString()).isEqualTo(new String(json.toByteArray(), StandardCharsets.UTF_8));
    assertThat(json.size()).isEqualTo(json.toByteArray().length);
  }

  @Property(tries = 2_000)
  void anyNumber_parsesBack(@ForAll long whole, @ForAll double broken, @ForAll float small) {
    assertThat(new JsonWriter().value(whole).toString()).isEqualTo(Long.toString(whole));
    assertThat(STRICT.readValue(new JsonWriter().value(broken).toByteArray(), Double.class))
        .isEqualTo(broken);
    assertThat(STRICT.readValue(new JsonWriter().value((Number) small).toByteArray(), Float.class))
        .isEqualTo(small);
  }

  private static void write(JsonWriter json, Object tree) {
    if (tree instanceof Map<?, ?> map) {
      json.beginObject();
      map.forEach((name, value) -> write(json.name((String) name), value));
      json.endObject();
    } else if (tree instanceof List<?> list) {
      json.beginArray();
      list.forEach(value -> write(json, value));
      json.endArray();
    } else if (tree instanceof Boolean truth) {
      json.value(truth);
    } else if (tree instanceof Number number) {
      json.value(number);
    } else {
      json.value((String) tree);
    }
  }

  private static Object expected(Object tree) {
    if (tree instanceof Map<?, ?> map) {
      Map<Object, Object> expected = new LinkedHashMap<>();
      map.forEach((name, value) -> expected.put(whole((String) name), expected(value)));
      return expected;
    }
    if (tree instanceof List<?> list) {
      return list.stream().map(JsonWriterProperties::expected).toList();
    }
    return tree instanceof String text
        ? whole(text)
        : tree instanceof Long number ? java.math.BigInteger.valueOf(number) : tree;
  }

  /** A text as strict UTF-8 can hold it. */
  private static String whole(String text) {
    return text.replaceAll("\\p{Cs}", "\uFFFD");
  }

  private static String decode(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(utf8))
        .toString();
  }

  /** Texts of any UTF-16 units, with more of those that hurt. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> any = Arbitraries.chars().all().map(String::valueOf);
    Arbitrary<String> awkward =
        Arbitraries.of(
            "\"",
            "\\",
            "\n",
            "\r",
            "\t",
            "\b",
            "\f",
            "\0",
            "\u001B[31m",
            "\u007F",
            "\u0085",
            "\u00AD",
            "\u034F",
            "\u061C",
            "\u115F",
            "\u180E",
            "\u200B",
            "\u200E",
            "\u2028",
            "\u2029",
            "\u202E",
            "\u2060",
            "\u2066",
            "\u2069",
            "\u206F",
            "\u3164",
            "\uFE0F",
            "\uFEFF",
            "\uFFA0",
            "\uFFF9",
            "\uFFFC",
            "\uFFFD",
            "\uFFFE",
            "\uFFFF",
            "\uFDD0",
            "\uD800",
            "\uDBFF",
            "\uDC00",
            "\uDFFF",
            "\uD83D\uDE00",
            "\uDB40\uDC41",
            "\uD834\uDD73",
            "\uD82F\uDCA0",
            "\uD83F\uDFFE",
            "\uDBFF\uDFFF",
            "/",
            "</script>",
            "{\"a\":1}",
            "é",
            "大");
    Arbitrary<String> astral =
        Arbitraries.integers().between(0x10000, 0x10FFFF).map(Character::toString);
    return Arbitraries.oneOf(any, awkward, astral)
        .list()
        .ofMaxSize(30)
        .map(list -> String.join("", list));
  }

  @Provide
  Arbitrary<Object> trees() {
    return trees(3);
  }

  private Arbitrary<Object> trees(int depth) {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            texts().asGeneric(),
            Arbitraries.longs().asGeneric(),
            Arbitraries.of(true, false).asGeneric());
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<Object> inner = trees(depth - 1);
    Arbitrary<String> names = Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(3);
    return Arbitraries.oneOf(
        leaves,
        inner.list().ofMaxSize(3).asGeneric(),
        Arbitraries.maps(names, inner).ofMaxSize(3).asGeneric());
  }
}
