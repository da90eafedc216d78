// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.json.JsonWriter;
import dev.flyball.observability.NameTree.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One line of JSON while it is written: each name once, no value and no line longer than its limit,
 * and a note of whatever had to be left out. Used again and again; not thread-safe.
 */
final class EcsLine implements FieldSink {

  private static final byte[] TRUNCATED = ascii("\"flyball.log.truncated\":true");
  private static final byte[] TRUNCATED_FIELDS = ascii("\"flyball.log.truncated_fields\":");
  private static final byte[] ORIGINAL_LENGTHS = ascii("\"flyball.log.original_lengths\":");
  private static final byte[] DROPPED_FIELDS = ascii("\"flyball.log.dropped_fields\":");

  private static final int TAIL_FIELDS = 4;
  private static final int MAX_NOTES = 8;
  private static final int LONGEST_NOTE = 64;

  /** What a structured value may take beyond what it is given: brackets and a marker. */
  private static final int SLACK = 256;

  private final JsonWriter json = new JsonWriter();
  private final ValueWriter values = new ValueWriter(json);
  private final LineNames names;
  private final Timestamp time = new Timestamp();
  private final Timestamp start = new Timestamp();
  private final String[] cutFields = new String[MAX_NOTES];
  private final int[] cutLengths = new int[MAX_NOTES];
  private int budget;
  private int fieldLimit;
  private int fields;
  private int cuts;
  private int dropped;
  private boolean truncated;
  private int listMark;

  /**
   * A line to write into.
   *
   * @param names what became of the names of lines before
   */
  EcsLine(NameTree names) {
    this.names = new LineNames(names);
  }

  /** Begins a line of a log statement. */
  EcsLine begin() {
    return begin(Limits.LINE, Limits.FIELDS - TAIL_FIELDS);
  }

  /** Begins the line of a call. */
  EcsLine beginCall() {
    return begin(Limits.CALL_LINE, Limits.CALL_FIELDS - TAIL_FIELDS);
  }

  private EcsLine begin(int limit, int fieldLimit) {
    json.reset().beginObject();
    names.reset();
    this.budget = limit - Limits.TAIL;
    this.fieldLimit = fieldLimit;
    fields = 0;
    cuts = 0;
    dropped = 0;
    truncated = false;
    return this;
  }

  /** Members of one line, for others. */
  static final class Members {

    private final byte[] json;
    private final long fields;

    private Members(byte[] json, long fields) {
      this.json = json;
      this.fields = fields;
    }
  }

  /** All members so far; null where something is missing of them. */
  @Nullable Members members() {
    byte[] all = json.toByteArray();
    boolean complete = !truncated && dropped == 0;
    return complete ? new Members(Arrays.copyOfRange(all, 1, all.length), names.own()) : null;
  }

  /** Whether there is room for members. */
  boolean fits(Members members) {
    return json.size() + members.json.length < budget;
  }

  void raw(Members members) {
    raw(members.json, members.fields);
  }

  /** Members that were written before. */
  void raw(byte[] members, long ofFields) {
    json.raw(members);
    names.add(ofFields);
    fields += Long.bitCount(ofFields);
  }

  @Override
  public void text(Field field, @Nullable String value, int bytes) {
    if (value == null || value.isEmpty()) {
      return;
    }
    int limit = Math.min(bytes, room(field.json));
    if (isShort(value, limit)) {
      json.member(field.json, value);
      take(field);
    } else {
      longText(field, value, limit);
    }
  }

  private void longText(Field field, String value, int limit) {
    int mark = json.size();
    cut(field.key, value.length(), json.memberWithin(field.json, value, limit));
    keep(field, mark);
  }

  /** The message, which is there also where it is empty. */
  void message(@Nullable String message, int bytes) {
    String text = Objects.requireNonNullElse(message, "");
    int mark = json.size();
    cut(Field.MESSAGE.key, text.length(), json.memberWithin(Field.MESSAGE.json, text, bytes));
    keep(Field.MESSAGE, mark);
  }

  @Override
  public void number(Field field, long value) {
    int mark = json.size();
    json.member(field.json, value);
    keep(field, mark);
  }

  @Override
  public void truth(Field field) {
    int mark = json.size();
    json.raw(field.json).value(true);
    keep(field, mark);
  }

  @Override
  public void moment(Field field, long epochMillis) {
    int mark = json.size();
    json.raw(field.json).raw((field == Field.TIMESTAMP ? time : start).json(epochMillis));
    keep(field, mark);
  }

  @Override
  public void id(Field field, long high, long low) {
    int mark = json.size();
    json.raw(field.json).hexValue(high, low);
    keep(field, mark);
  }

  @Override
  public void id(Field field, long bits) {
    int mark = json.size();
    json.raw(field.json).hexValue(bits);
    keep(field, mark);
  }

  @Override
  public void beginList(Field field) {
    listMark = json.size();
    json.raw(field.json).beginArray();
  }

  @Override
  public void element(@Nullable String value) {
    if (value == null) {
      json.nullValue();
    } else if (json.valueWithin(value, Math.min(Limits.WORD, room())) < value.length()) {
      truncated = true;
    }
  }

  @Override
  public void endList(Field field) {
    json.endArray();
    keep(field, listMark);
  }

  /** Fields that the service has chosen: along lines that were like it, then one by one. */
  void dynamic(List<KeyValuePair> pairs, int bytes) {
    int i = 0; // by index: an iterator would be garbage
    Place here = names.here();
    while (here != null && i < pairs.size()) {
      KeyValuePair pair = pairs.get(i);
      Place next = pair == null ? null : here.next(pair.key);
      if (next == null || isFull()) {
        break;
      }
      here = next;
      value(next.given(), pair.value, bytes);
      i++;
    }
    names.goTo(here);
    for (; i < pairs.size(); i++) {
      KeyValuePair pair = pairs.get(i);
      if (pair != null) {
        dynamic(pair.key, pair.value, bytes);
      }
    }
  }

  /** A field that the service has chosen. */
  void dynamic(@Nullable String name, @Nullable Object value, int bytes) {
    if (isFull()) {
      dropped++;
    } else {
      value(names.place(name), value, bytes);
    }
  }

  private boolean isFull() {
    return fields >= fieldLimit || room() == 0;
  }

  private void value(Key key, @Nullable Object value, int bytes) {
    byte[] member = key.json();
    int limit = Math.min(bytes, room(member) - SLACK);
    if (limit > 0 && value instanceof String text && isShort(text, limit)) {
      json.member(member, text);
      fields++;
    } else if (limit > 0 && value instanceof Integer number) {
      json.member(member, number);
      fields++;
    } else if (limit > 0 && value instanceof Long number) {
      json.member(member, number);
      fields++;
    } else {
      anyValue(key, value, Math.max(0, limit));
    }
  }

  /** A value that may be too long, or run code of others. */
  private void anyValue(Key key, @Nullable Object value, int limit) {
    int mark = json.size();
    int length = values.write(key.json(), value, limit);
    if (isOver(mark)) {
      dropped++;
      return;
    }
    fields++;
    if (length > 0) {
      note(key.text(), length);
    }
    truncated |= length >= 0;
  }

  /** Ends the line; what comes next is to take it. */
  void end() {
    if (truncated || dropped > 0) {
      tail();
    }
    json.endObject();
  }

  /** The line, with its line feed. */
  byte[] toByteArray() {
    return json.toLine();
  }

  /** Writes the line, with its line feed. */
  void writeTo(OutputStream out) throws IOException {
    json.writeLineTo(out);
  }

  private void tail() {
    json.raw(TRUNCATED);
    if (cuts > 0) {
      json.raw(TRUNCATED_FIELDS).beginArray();
      for (int i = 0; i < cuts; i++) {
        json.valueWithin(cutFields[i], LONGEST_NOTE);
      }
      json.endArray().raw(ORIGINAL_LENGTHS).beginArray();
      for (int i = 0; i < cuts; i++) {
        json.value(cutLengths[i]);
      }
      json.endArray();
    }
    if (dropped > 0) {
      json.raw(DROPPED_FIELDS).value(dropped);
    }
  }

  private void cut(String name, int length, int written) {
    if (written < length) {
      note(name, length);
    }
  }

  private void note(String name, int length) {
    truncated = true;
    if (cuts < MAX_NOTES) {
      cutFields[cuts] = name;
      cutLengths[cuts++] = length;
    }
  }

  /** Whether a text fits whatever is in it, so that nothing of it need be counted. */
  private static boolean isShort(String text, int limit) {
    return text.length() <= limit / JsonWriter.LONGEST_ESCAPE;
  }

  private int room() {
    return Math.max(0, budget - json.size());
  }

  /** What is left for the value of a member. */
  private int room(byte[] name) {
    return Math.max(0, budget - json.size() - name.length - 1);
  }

  private void keep(Field field, int mark) {
    if (isOver(mark)) {
      dropped++;
    } else {
      take(field);
    }
  }

  private void take(Field field) {
    names.add(field.bit());
    fields++;
  }

  /** Takes back what was written after a mark if it is too much. */
  private boolean isOver(int mark) {
    boolean over = json.size() > budget;
    if (over) {
      json.truncate(mark);
    }
    return over;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
