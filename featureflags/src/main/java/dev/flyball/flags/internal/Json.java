// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value that knows where it was written. */
sealed interface Json {

  /** Where the value begins. */
  Place place();

  /** What the value is, for messages. */
  String kind();

  /** An object; the names in the order of the text. */
  record Members(Place place, Map<String, Member> byName) implements Json {

    @Nullable Json get(String name) {
      Member member = byName.get(name);
      return member == null ? null : member.value;
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /** A name and its value. */
  record Member(Place place, Json value) {}

  /** An array. */
  record Elements(Place place, List<Json> values) implements Json {

    @Override
    public String kind() {
      return "an array";
    }
  }

  /** Null, a Boolean, a String, a Long, a BigInteger or a Double. */
  record Scalar(Place place, @Nullable Object value) implements Json {

    @Override
    public String kind() {
      if (value == null) {
        return "null";
      }
      if (value instanceof String text) {
        return "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
      }
      return value.toString();
    }
  }

  /** Whether the value is the literal null. */
  default boolean isNull() {
    return this instanceof Scalar scalar && scalar.value == null;
  }

  /** The text, or null where the value is not one. */
  default @Nullable String text() {
    return this instanceof Scalar scalar && scalar.value instanceof String text ? text : null;
  }

  /** The value in plain Java: maps, lists, texts, numbers, truth values; unmodifiable. */
  default @Nullable Object plain() {
    if (this instanceof Members members) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      members.byName.forEach((name, member) -> map.put(name, member.value.plain()));
      return Collections.unmodifiableMap(map);
    }
    if (this instanceof Elements elements) {
      List<@Nullable Object> list = new ArrayList<>();
      elements.values.forEach(value -> list.add(value.plain()));
      return Collections.unmodifiableList(list);
    }
    Object value = ((Scalar) this).value;
    return value instanceof BigInteger big ? (Object) big.doubleValue() : value;
  }
}
