// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** Fields as key-values of SLF4J. */
final class PairSink implements FieldSink {

  private static final HexFormat HEX = HexFormat.of();

  private final List<KeyValuePair> pairs = new ArrayList<>(40);
  private List<@Nullable String> list = new ArrayList<>();

  List<KeyValuePair> pairs() {
    return Collections.unmodifiableList(pairs);
  }

  @Override
  public void text(Field field, @Nullable String value, int bytes) {
    if (value != null && !value.isEmpty()) {
      add(field, value.length() <= bytes ? value : cut(value, bytes));
    }
  }

  @Override
  public void number(Field field, long value) {
    add(field, value);
  }

  @Override
  public void moment(Field field, long epochMillis) {
    add(field, Instant.ofEpochMilli(epochMillis).toString());
  }

  @Override
  public void truth(Field field) {
    add(field, true);
  }

  @Override
  public void id(Field field, long high, long low) {
    add(field, HEX.toHexDigits(high) + HEX.toHexDigits(low));
  }

  @Override
  public void id(Field field, long bits) {
    add(field, HEX.toHexDigits(bits));
  }

  @Override
  public void beginList(Field field) {
    list = new ArrayList<>();
  }

  @Override
  public void element(@Nullable String value) {
    list.add(value);
  }

  @Override
  public void endList(Field field) {
    add(field, list);
  }

  private static String cut(String value, int limit) {
    boolean splitsPair = Character.isHighSurrogate(value.charAt(limit - 1));
    return value.substring(0, splitsPair ? limit - 1 : limit);
  }

  private void add(Field field, Object value) {
    pairs.add(new KeyValuePair(field.key, value));
  }
}
