// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads lines as strictly as can be: valid UTF-8, one physical line, no name twice. */
final class StrictLine {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private StrictLine() {}

  static Map<String, Object> parse(byte[] line) {
    String text = decode(line);
    assertThat(text).endsWith("\n");
    String json = text.substring(0, text.length() - 1);
    assertThat(json.codePoints().filter(StrictLine::isLive).boxed().toList())
        .as("characters that split or change what a viewer shows: %s", json)
        .isEmpty();
    Map<String, Object> fields = JSON.readValue(json, new TypeReference<Map<String, Object>>() {});
    assertNoNameLiesInAnother(fields.keySet());
    return fields;
  }

  private static String decode(byte[] line) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(line))
          .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("not valid UTF-8", e);
    }
  }

  private static boolean isLive(int codePoint) {
    return codePoint < 0x20
        || (codePoint >= 0x7F && codePoint <= 0x9F)
        || codePoint == 0x2028
        || codePoint == 0x2029
        || (codePoint >= 0x202A && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069)
        || (codePoint >= 0x200B && codePoint <= 0x200F)
        || codePoint == 0xFEFF;
  }

  private static void assertNoNameLiesInAnother(Collection<String> names) {
    for (String name : names) {
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        assertThat(names)
            .as("%s lies in another field", name)
            .doesNotContain(name.substring(0, dot));
      }
    }
  }

  /** Every text and number in a line, however deep. */
  static List<Object> leaves(Object value) {
    List<Object> found = new ArrayList<>();
    collect(value, found);
    return found;
  }

  private static void collect(Object value, List<Object> found) {
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(each -> collect(each, found));
    } else if (value instanceof Collection<?> list) {
      list.forEach(each -> collect(each, found));
    } else {
      found.add(value);
    }
  }
}
