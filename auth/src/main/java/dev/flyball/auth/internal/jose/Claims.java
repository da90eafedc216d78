// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token (RFC 7519, section 4.1), read by type: a claim of another type than it must
 * have is refused, never taken as absent.
 */
public final class Claims {

  private static final int MAX_TEXT = 512;

  private final Map<String, Object> values;

  public Claims(Map<String, Object> values) {
    this.values = values;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A text; null where it is absent. Dots in the name lead into objects. */
  public @Nullable String text(String name) throws TokenRejected {
    Object value = at(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && !text.isBlank() && text.length() <= MAX_TEXT) {
      return text;
    }
    throw new TokenRejected("claim_type");
  }

  /** A moment in whole seconds since 1970; null where it is absent. */
  public @Nullable Long seconds(String name) throws TokenRejected {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Long seconds && seconds >= 0) {
      return seconds;
    }
    throw new TokenRejected("claim_type");
  }

  /** The text of the first of some claims that is there; null where none is. */
  public @Nullable String firstText(List<String> names) throws TokenRejected {
    for (int i = 0; i < names.size(); i++) {
      String text = text(names.get(i));
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  /** An audience: one text, or an array of texts; empty where it is absent. */
  public List<String> audience(String name) throws TokenRejected {
    Object value = values.get(name);
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
  public Set<String> words(String path) {
    Object value = at(path);
    if (value instanceof String text) {
      return set(split(text));
    }
    try {
      return value == null ? Set.of() : set(texts(value));
    } catch (TokenRejected e) {
      return Set.of();
    }
  }

  /**
   * Whether a claim says something: a text, number or truth value, alone or in an array.
   *
   * @param value null where anything but null will do
   */
  public boolean says(String path, @Nullable String value) {
    Object found = at(path);
    if (found == null || found == StrictJson.Null.NULL) {
      return false;
    }
    if (value == null) {
      return true;
    }
    return found instanceof List<?> elements
        ? elements.contains(value)
        : !(found instanceof Map) && value.equals(found.toString());
  }

  /** One member of an object, where both are there and it is a text. */
  public @Nullable String member(String name, String member) {
    return values.get(name) instanceof Map<?, ?> object && object.get(member) instanceof String text
        ? text
        : null;
  }

  /** The members of an object, those that are null too; null where it is no object. */
  public @Nullable Map<?, ?> object(String name) {
    return values.get(name) instanceof Map<?, ?> object ? object : null;
  }

  /** All claims but those that are null, for policies. */
  public Map<String, Object> all() {
    return hasNull(values) ? withoutNulls(values) : values;
  }

  private @Nullable Object at(String path) {
    Object value = values.get(path);
    return value != null || path.indexOf('.') < 0 ? value : into(values, path);
  }

  /** Follows the dots of a path; those of a name that has some itself count as part of it. */
  private static @Nullable Object into(Map<?, ?> object, String path) {
    Object value = object.get(path);
    int dot = value == null ? path.indexOf('.') : -1;
    while (value == null && dot >= 0) {
      if (object.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
        value = into(inner, path.substring(dot + 1));
      }
      dot = path.indexOf('.', dot + 1);
    }
    return value;
  }

  private static List<String> texts(Object value) throws TokenRejected {
    if (!(value instanceof List<?> elements)) {
      throw new TokenRejected("claim_type");
    }
    List<String> texts = new ArrayList<>(elements.size());
    for (Object element : elements) {
      if (!(element instanceof String text)) {
        throw new TokenRejected("claim_type");
      }
      texts.add(text);
    }
    return texts;
  }

  private static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int space = text.indexOf(' ', from);
      int end = space < 0 ? text.length() : space;
      if (end > from) {
        words.add(text.substring(from, end));
      }
      from = end + 1;
    }
    return words;
  }

  /**
   * Of different words, as they nearly always are, a set can be made without a table in between.
   */
  private static Set<String> set(List<String> words) {
    try {
      return Set.of(words.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      return Set.copyOf(words);
    }
  }

  private static boolean hasNull(Object value) {
    if (value instanceof String) {
      return false; // nearly all are
    }
    if (value instanceof Map<?, ?> map) {
      return hasNull(map.values());
    }
    if (value instanceof Collection<?> elements) {
      for (Object element : elements) {
        if (hasNull(element)) {
          return true;
        }
      }
    }
    return value == StrictJson.Null.NULL;
  }

  private static Map<String, Object> withoutNulls(Map<?, ?> map) {
    Map<String, Object> copy = new HashMap<>();
    map.forEach((name, value) -> {
      if (value != StrictJson.Null.NULL) {
        copy.put((String) name, withoutNulls(value));
      }
    });
    return Map.copyOf(copy);
  }

  private static Object withoutNulls(Object value) {
    if (value instanceof List<?> list) {
      return list.stream()
          .filter(element -> element != StrictJson.Null.NULL)
          .map(Claims::withoutNulls)
          .toList();
    }
    return value instanceof Map<?, ?> map ? withoutNulls(map) : value;
  }
}
