// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.json.JsonWriter;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Values that the service has chosen, as JSON: texts, numbers, truth values, collections, arrays
 * and maps as what they are, everything else as its {@code toString}.
 *
 * <p>None of them is trusted: what throws becomes {@code <error:Class>}, what contains itself
 * {@code <cycle>}, what is too deep or too large ends in {@code <truncated>}. Not thread-safe.
 */
final class ValueWriter {

  private static final String TRUNCATED = "<truncated>";
  private static final int NOT_CUT = -1;
  private static final int MAX_BITS = 4_096;
  private static final int MAX_SCALE = 256;

  private final JsonWriter json;
  private final @Nullable Object[] path = new @Nullable Object[Limits.DEPTH];
  private int nodes;
  private int end;
  private int cutLength;

  ValueWriter(JsonWriter json) {
    this.json = json;
  }

  /**
   * Writes one member.
   *
   * @param name its name as JSON, with its colon
   * @param value its value
   * @param bytes what the value may take
   * @return the length of the first text that was cut; -1 where none was
   */
  int write(byte[] name, @Nullable Object value, int bytes) {
    if (value instanceof String text) {
      int written = json.memberWithin(name, text, bytes);
      return written == text.length() ? NOT_CUT : text.length();
    }
    json.raw(name);
    if (!plain(value)) {
      nodes = 0;
      cutLength = NOT_CUT;
      end = json.size() + bytes;
      foreign(value);
      return cutLength;
    }
    return NOT_CUT;
  }

  /** Writes what runs no code of others; false where it is something else. */
  private boolean plain(@Nullable Object value) {
    if (value == null) {
      json.nullValue();
    } else if (value instanceof Boolean truth) {
      json.value(truth.booleanValue());
    } else if (value instanceof Integer || value instanceof Long) {
      json.value(((Number) value).longValue());
    } else if (value instanceof Double
        || value instanceof Float
        || value instanceof Short
        || value instanceof Byte) {
      json.value((Number) value);
    } else if (value instanceof Character) {
      json.value(value.toString());
    } else {
      return false;
    }
    return true;
  }

  private void foreign(@Nullable Object value) {
    boolean entered = Foreign.enter();
    try {
      guarded(value, 0);
    } finally {
      Arrays.fill(path, null);
      if (entered) {
        Foreign.leave();
      }
    }
  }

  private void guarded(@Nullable Object value, int depth) {
    int mark = json.size();
    try {
      any(value, depth);
    } catch (Throwable t) {
      json.truncate(mark);
      json.value(marker(t));
    }
  }

  /** What stands for a value whose code has thrown. */
  static String marker(Throwable thrown) {
    String name = thrown.getClass().getSimpleName();
    return "<error:" + (name.isEmpty() ? thrown.getClass().getName() : name) + ">";
  }

  private void any(@Nullable Object value, int depth) {
    nodes++;
    if (plain(value)) {
      return;
    }
    if (value instanceof Optional<?> optional) {
      any(optional.orElse(null), depth);
    } else if (value instanceof Map<?, ?> map) {
      structure(map, depth);
    } else if (value instanceof Collection<?> || value instanceof Object[]) {
      structure(value, depth);
    } else if (value instanceof byte[] bytes) {
      text("<" + bytes.length + " bytes>");
    } else if (value != null && value.getClass().isArray()) {
      structure(value, depth);
    } else if (value instanceof Number number) {
      number(number);
    } else {
      text(String.valueOf(value));
    }
  }

  /** An index refuses numbers beyond its own; they, and those of other classes, become texts. */
  private void number(Number number) {
    if (number.getClass() == BigInteger.class) {
      integer((BigInteger) number);
    } else if (number.getClass() == BigDecimal.class) {
      decimal((BigDecimal) number);
    } else if (number.getClass() == AtomicLong.class || number.getClass() == AtomicInteger.class) {
      json.value(number.longValue());
    } else {
      text(String.valueOf(number));
    }
  }

  private void integer(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      json.value(number.longValue());
    } else {
      text(isHuge(number) ? huge(number) : number.toString());
    }
  }

  private void decimal(BigDecimal number) {
    BigInteger digits = number.unscaledValue();
    if (isHuge(digits)) {
      text(huge(digits));
    } else if (digits.bitLength() <= 2 * Long.SIZE && Math.abs((long) number.scale()) < MAX_SCALE) {
      json.value(number);
    } else {
      text(number.toString());
    }
  }

  /** Beyond this even to print the digits takes too long. */
  private static boolean isHuge(BigInteger digits) {
    return digits.bitLength() > MAX_BITS;
  }

  private static String huge(BigInteger digits) {
    return "<number of " + digits.bitLength() + " bits>";
  }

  private void text(String text) {
    int written = json.valueWithin(text, Math.max(0, end - json.size()));
    if (written < text.length() && cutLength == NOT_CUT) {
      cutLength = text.length();
    }
  }

  private void structure(Object value, int depth) {
    if (isInItself(value, depth)) {
      json.value("<cycle>");
    } else if (depth == Limits.DEPTH) {
      json.value(TRUNCATED);
    } else {
      path[depth] = value;
      if (value instanceof Map<?, ?> map) {
        members(map, depth + 1);
      } else if (value instanceof Collection<?> elements) {
        elements(elements, depth + 1);
      } else {
        array(value, depth + 1);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very object, whatever it says it equals
  private boolean isInItself(Object value, int depth) {
    for (int i = 0; i < depth; i++) {
      if (path[i] == value) {
        return true;
      }
    }
    return false;
  }

  private void members(Map<?, ?> map, int depth) {
    List<String> names = new ArrayList<>();
    json.beginObject();
    try {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (isFull()) {
          member(names, TRUNCATED, true, depth);
          break;
        }
        member(names, entry.getKey(), entry.getValue(), depth);
      }
    } catch (Throwable t) {
      member(names, marker(t), true, depth);
    }
    json.endObject();
  }

  private void member(List<String> names, @Nullable Object key, @Nullable Object value, int depth) {
    json.name(free(names, name(key)));
    guarded(value, depth);
  }

  private static String name(@Nullable Object key) {
    try {
      return Key.inObject(String.valueOf(key));
    } catch (Throwable t) {
      return marker(t);
    }
  }

  /** A name that is not yet used in this object, nor lies inside one that is. */
  private static String free(List<String> names, String wanted) {
    String name = wanted;
    for (int number = 2; isTaken(names, name); number++) {
      name = wanted.replace('.', '_') + "_" + number;
    }
    names.add(name);
    return name;
  }

  private static boolean isTaken(List<String> names, String name) {
    for (String each : names) {
      if (Key.clash(each, name)) {
        return true;
      }
    }
    return false;
  }

  private void elements(Collection<?> elements, int depth) {
    json.beginArray();
    try {
      for (Object element : elements) {
        if (isFull()) {
          json.value(TRUNCATED);
          break;
        }
        guarded(element, depth);
      }
    } catch (Throwable t) {
      json.value(marker(t));
    }
    json.endArray();
  }

  private void array(Object array, int depth) {
    json.beginArray();
    int length = Array.getLength(array);
    for (int i = 0; i < length; i++) {
      if (isFull()) {
        json.value(TRUNCATED);
        break;
      }
      guarded(Array.get(array, i), depth);
    }
    json.endArray();
  }

  private boolean isFull() {
    boolean full = nodes >= Limits.NODES || json.size() >= end;
    if (full && cutLength == NOT_CUT) {
      cutLength = 0;
    }
    return full;
  }
}
