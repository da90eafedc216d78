// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import dev.flyball.json.JsonScanner;
import dev.flyball.json.JsonScanner.Token;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One JSON object, read strictly: valid UTF-8 without a byte order mark, no name twice, paired
 * surrogates only, nothing after the object, bounded depth and number of members.
 *
 * <p>Values are {@link String}, {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double},
 * {@link List}, {@link Map}, or {@link Null}: a null is a value of its own here, never an absence.
 */
public final class StrictJson {

  /** What stands for null. */
  public enum Null {
    NULL
  }

  /** Why a text is refused. */
  public static final class Malformed extends Exception {

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

  private final int maxDepth;
  private final int maxMembers;

  public StrictJson(int maxDepth, int maxMembers) {
    this.maxDepth = maxDepth;
    this.maxMembers = maxMembers;
  }

  public Map<String, Object> object(byte[] utf8) throws Malformed {
    JsonScanner json = new JsonScanner(decode(utf8), maxDepth, MAX_NUMBER);
    try {
      if (json.next() != Token.OBJECT) {
        throw new Malformed("not an object", false);
      }
      Map<String, Object> object = object(json);
      json.next(); // the end: refuses anything else
      return object;
    } catch (JsonScanner.Malformed e) {
      throw new Malformed("not JSON", false);
    }
  }

  private Map<String, Object> object(JsonScanner json) throws Malformed, JsonScanner.Malformed {
    List<Map.Entry<String, Object>> members = new ArrayList<>();
    while (json.next() == Token.NAME) {
      String name = text(json);
      json.next();
      members.add(Map.entry(name, value(json)));
      if (members.size() > maxMembers) {
        throw new Malformed("more than " + maxMembers + " members", false);
      }
    }
    return map(members);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // no array of a generic type can be made
  private static Map<String, Object> map(List<Map.Entry<String, Object>> members) throws Malformed {
    try {
      return Map.ofEntries(members.toArray(new Map.Entry[0]));
    } catch (IllegalArgumentException e) {
      throw new Malformed("a name stands twice", true);
    }
  }

  private Object value(JsonScanner json) throws Malformed, JsonScanner.Malformed {
    return switch (json.token()) {
      case OBJECT -> object(json);
      case ARRAY -> array(json);
      case STRING -> text(json);
      case NUMBER -> json.number();
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> Null.NULL;
      default -> throw new Malformed("not JSON", false);
    };
  }

  private List<Object> array(JsonScanner json) throws Malformed, JsonScanner.Malformed {
    List<Object> elements = new ArrayList<>();
    while (json.next() != Token.ARRAY_END) {
      elements.add(value(json));
    }
    return List.copyOf(elements);
  }

  /** A text or name; an escape may have made half of a surrogate pair of it. */
  private static String text(JsonScanner json) throws Malformed {
    String text = json.text();
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
    if (isAscii(utf8)) {
      return new String(utf8, StandardCharsets.ISO_8859_1); // nearly always, and much faster
    }
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

  private static boolean isAscii(byte[] bytes) {
    int all = 0;
    for (byte each : bytes) {
      all |= each;
    }
    return all >= 0;
  }
}
