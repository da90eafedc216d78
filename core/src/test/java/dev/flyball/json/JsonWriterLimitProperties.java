// SPDX-License-Identifier: Apache-2.0
package dev.flyball.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import tools.jackson.databind.json.JsonMapper;

/** Texts that are cut by the bytes they take, and ids. */
class JsonWriterLimitProperties {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Property
  void textWithin_takesNoMoreBytesThanAllowed(
      @ForAll @StringLength(max = 60) String text, @ForAll @IntRange(max = 120) int bytes)
      throws CharacterCodingException {
    JsonWriter json = new JsonWriter();
    int written = json.valueWithin(text, bytes);
    assertThat(json.size() - 2).isLessThanOrEqualTo(bytes);
    assertThat(parsed(json)).isEqualTo(wellFormed(text.substring(0, written)));
    if (written < text.length()) {
      boolean splitsPair =
          written > 0
              && Character.isHighSurrogate(text.charAt(written - 1))
              && Character.isLowSurrogate(text.charAt(written));
      assertThat(splitsPair).isFalse();
      JsonWriter longer = new JsonWriter().value(text.substring(0, next(text, written)));
      assertThat(longer.size() - 2).as("one more would not fit").isGreaterThan(bytes);
    }
  }

  @Property
  void textWithin_isTheWholeTextWhereItFits(@ForAll @StringLength(max = 60) String text) {
    JsonWriter whole = new JsonWriter().value(text);
    JsonWriter within = new JsonWriter();
    assertThat(within.valueWithin(text, whole.size() - 2)).isEqualTo(text.length());
    assertThat(within.toByteArray()).isEqualTo(whole.toByteArray());
  }

  @Property
  void hexValue_isTheDigitsOfTheBits(@ForAll long high, @ForAll long low) {
    String digits = String.format("%016x%016x", high, low);
    assertThat(new JsonWriter().hexValue(high, low)).hasToString("\"" + digits + "\"");
    assertThat(new JsonWriter().hexValue(low)).hasToString("\"" + digits.substring(16) + "\"");
  }

  @Example
  void numberOfADerivedClass_isText() {
    BigDecimal hostile =
        new BigDecimal("1") {
          @Override
          public String toString() {
            return "1},{";
          }
        };
    assertThat(new JsonWriter().value(hostile)).hasToString("\"1},{\"");
  }

  private static int next(String text, int index) {
    return Math.min(text.length(), index + Character.charCount(text.codePointAt(index)));
  }

  private static String parsed(JsonWriter json) throws CharacterCodingException {
    String strict =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(json.toByteArray()))
            .toString();
    return JSON.readTree(strict).stringValue();
  }

  /** The text with U+FFFD for each half of a pair that stands alone. */
  private static String wellFormed(String text) {
    StringBuilder mended = new StringBuilder();
    text.codePoints().forEach(point -> mended.appendCodePoint(isSurrogate(point) ? 0xFFFD : point));
    return mended.toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= 0xD800 && codePoint <= 0xDFFF;
  }
}
