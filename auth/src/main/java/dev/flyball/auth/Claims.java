// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token (RFC 7519, section 4.1), read by type: a claim of another type than it must
 * have is refused, never taken as absent.
 */
final class Claims {

  private static final int MAX_TEXT = 512;

  private final Map<String, Object> values;

  Claims(Map<String, Object> values) {
    this.values = values;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** A text; null where it is absent. */
  @Nullable String text(String name) throws TokenRejected {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && !text.isBlank() && text.length() <= MAX_TEXT) {
      return text;
    }
    throw new TokenRejected("claim_type");
  }

  /** A moment in whole seconds since 1970; null where it is absent. */
  @Nullable Long seconds(String name) throws TokenRejected {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Long seconds && seconds >= 0) {
      return seconds;
    }
    throw new TokenRejected("claim_type");
  }

  /** The audience: one text, or an array of texts. */
  List<String> audience() throws TokenRejected {
    Object value = values.get("aud");
    if (value == null) {
      return List.of();
    }
    if (value instanceof String single) {
      return List.of(single);
    }
    return texts(value);
  }

  /**
   * What a path of names leads to, as words: an array of texts, or one text with spaces in it.
   * Anything else grants nothing.
   */
  Set<String> words(String path) {
    Object value = at(path);
    if (value instanceof String text) {
      Set<String> words = new LinkedHashSet<>();
      for (String word : text.split(" ", -1)) {
        if (!word.isEmpty()) {
          words.add(word);
        }
      }
      return words;
    }
    try {
      return value == null ? Set.of() : new LinkedHashSet<>(texts(value));
    } catch (TokenRejected e) {
      return Set.of();
    }
  }

  /** One member of an object, where both are there and it is a text. */
  @Nullable String member(String name, String member) {
    return values.get(name) instanceof Map<?, ?> object && object.get(member) instanceof String text
        ? text
        : null;
  }

  /** All claims but those that are null, for policies. */
  Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      if (value != StrictJson.Null.NULL) {
        all.put(name, withoutNulls(value));
      }
    });
    return all;
  }

  private @Nullable Object at(String path) {
    Object value = values.get(path);
    int dot = value != null ? -1 : path.indexOf('.');
    if (dot < 0) {
      return value;
    }
    value = values.get(path.substring(0, dot));
    for (String name : path.substring(dot + 1).split("\\.", -1)) {
      value = value instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return value;
  }

  private static List<String> texts(Object value) throws TokenRejected {
    if (!(value instanceof List<?> elements)) {
      throw new TokenRejected("claim_type");
    }
    List<String> texts = new ArrayList<>();
    for (Object element : elements) {
      if (!(element instanceof String text)) {
        throw new TokenRejected("claim_type");
      }
      texts.add(text);
    }
    return texts;
  }

  private static Object withoutNulls(Object value) {
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      for (Object element : list) {
        if (element != StrictJson.Null.NULL) {
          copy.add(withoutNulls(element));
        }
      }
      return List.copyOf(copy);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((name, element) -> {
        if (element != StrictJson.Null.NULL) {
          copy.put((String) name, withoutNulls(element));
        }
      });
      return Map.copyOf(copy);
    }
    return value;
  }
}
