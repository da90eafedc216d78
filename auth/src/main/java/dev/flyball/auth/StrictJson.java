// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object, read strictly: valid UTF-8 without a byte order mark, no name twice, paired
 * surrogates only, nothing after the object, bounded depth and number of members.
 *
 * <p>Values are {@link String}, {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double},
 * {@link List}, {@link Map}, or {@link Null}: a null is a value of its own here, never an absence.
 */
final class StrictJson {

  /** What stands for null. */
  enum Null {
    NULL
  }

  /** Why a text is refused. */
  static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whether it is because of a name that stands twice. */
    private final boolean duplicate;

    Malformed(String message, boolean duplicate) {
      super(message, null, false, false);
      this.duplicate = duplicate;
    }

    boolean isDuplicate() {
      return duplicate;
    }
  }

  private static final int MAX_NUMBER = 64;

  private final JsonFactory factory;
  private final int maxMembers;

  StrictJson(int maxDepth, int maxMembers) {
    this.maxMembers = maxMembers;
    this.factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            // names come from strangers: nothing of them is kept
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();
  }

  Map<String, Object> object(byte[] utf8) throws Malformed {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), decode(utf8))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Malformed("not an object", false);
      }
      Map<String, Object> object = object(parser);
      if (parser.nextToken() != null) {
        throw new Malformed("text after the object", false);
      }
      return object;
    } catch (JacksonException e) {
      throw new Malformed("not JSON", false);
    }
  }

  private Map<String, Object> object(JsonParser parser) throws Malformed {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = text(parser);
      parser.nextToken();
      if (object.put(name, value(parser)) != null) {
        throw new Malformed("a name stands twice", true);
      }
      if (object.size() > maxMembers) {
        throw new Malformed("more than " + maxMembers + " members", false);
      }
    }
    return object;
  }

  private Object value(JsonParser parser) throws Malformed {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> text(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Null.NULL;
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      default -> throw new Malformed("not JSON", false);
    };
  }

  private List<Object> array(JsonParser parser) throws Malformed {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static Object integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getBigIntegerValue();
    };
  }

  /** A text or name; an escape may have made half of a surrogate pair of it. */
  private static String text(JsonParser parser) throws Malformed {
    String text = parser.getString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw new Malformed("half of a surrogate pair", false);
        }
        i++;
      }
    }
    return text;
  }

  private static String decode(byte[] utf8) throws Malformed {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(utf8))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("not UTF-8", false);
    }
  }
}
