// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of a field that the service has chosen: a key of SLF4J or of the MDC.
 *
 * <p>What can be said of a key without its line is worked out once, as most keys come again and
 * again: its JSON, whether it may be used as it is, and beside which of our own fields it cannot
 * stand. Immutable, but for its place in quarantine, which is made when it is needed.
 */
final class Key {

  /** Where keys go that cannot have their own name. */
  static final String QUARANTINE = "flyball.quarantine.";

  /**
   * Names under which ECS has more names: a plain value there would be refused by an index, and the
   * line with it.
   */
  static final Set<String> OBJECTS =
      Set.of(
          "agent",
          "client",
          "cloud",
          "container",
          "data_stream",
          "destination",
          "device",
          "dll",
          "dns",
          "ecs",
          "email",
          "entity",
          "error",
          "event",
          "faas",
          "file",
          "flyball",
          "gen_ai",
          "group",
          "host",
          "http",
          "labels",
          "log",
          "network",
          "observer",
          "orchestrator",
          "organization",
          "package",
          "process",
          "registry",
          "related",
          "rule",
          "server",
          "service",
          "source",
          "span",
          "threat",
          "tls",
          "trace",
          "transaction",
          "url",
          "user",
          "user_agent",
          "volume",
          "vulnerability");

  private static final String OWN_NOTES = "flyball.log.";
  private static final Key[] KNOWN = new Key[1_024];

  private final @Nullable String source;
  private final String text;
  private final byte[] json;
  private final long hash;
  private final long[] objects;
  private final long clashes;
  private final boolean displaced;
  private @Nullable Key inQuarantine;

  private Key(@Nullable String source, String text, boolean displaced) {
    this.source = source;
    this.text = text;
    this.json = (new JsonWriter().value(text) + ":").getBytes(StandardCharsets.UTF_8);
    this.hash = hash(text, text.length());
    this.objects = objects(text);
    this.clashes = clashes(text);
    this.displaced = displaced;
  }

  /** The key of a text; the same object for the same text, most of the time. */
  static Key of(@Nullable String source) {
    int slot = hashOf(source) >>> 22;
    Key known = KNOWN[slot];
    if (known == null || !Objects.equals(known.source, source)) {
      known = make(source);
      if (source == null || source.length() <= Limits.KEY) {
        KNOWN[slot] = known;
      }
    }
    return known;
  }

  /** A hash of a text whose first bits are good, too. */
  static int hashOf(@Nullable String source) {
    return source == null ? 0 : source.hashCode() * 0x9E3779B9;
  }

  private static Key make(@Nullable String source) {
    String text = source == null ? "" : wellFormed(cut(source));
    boolean displaced =
        hasBlankPart(text)
            || OBJECTS.contains(text)
            || text.startsWith(QUARANTINE)
            || (text + ".").equals(QUARANTINE)
            || text.startsWith(OWN_NOTES)
            || (text + ".").equals(OWN_NOTES);
    return new Key(source, text, displaced);
  }

  private static String cut(String source) {
    if (source.length() <= Limits.KEY) {
      return source;
    }
    boolean splitsPair = Character.isHighSurrogate(source.charAt(Limits.KEY - 1));
    return source.substring(0, splitsPair ? Limits.KEY - 1 : Limits.KEY);
  }

  /** Keys that differ only in broken characters are one key once they are written. */
  private static String wellFormed(String text) {
    if (!holdsSurrogates(text)) {
      return text;
    }
    StringBuilder mended = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point)
        .forEach(mended::appendCodePoint);
    return mended.toString();
  }

  private static boolean holdsSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** An index knows no name that is blank between its dots. */
  private static boolean hasBlankPart(String text) {
    int from = 0;
    while (from <= text.length()) {
      int dot = text.indexOf('.', from);
      int to = dot < 0 ? text.length() : dot;
      if (text.substring(from, to).isBlank()) {
        return true;
      }
      from = to + 1;
    }
    return false;
  }

  private static long[] objects(String text) {
    long[] objects = new long[text.length()];
    int count = 0;
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
      objects[count++] = hash(text, dot);
    }
    return Arrays.copyOf(objects, count);
  }

  /** FNV-1a over UTF-16 units. */
  private static long hash(String text, int length) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return hash ^ (hash >>> 32);
  }

  private static long clashes(String text) {
    long fields = 0;
    for (Field field : Field.values()) {
      if (clash(text, field.key)) {
        fields |= field.bit();
      }
    }
    return fields;
  }

  /** Whether two names are the same, or one is that of an object in which the other lies. */
  static boolean clash(String one, String other) {
    int length = one.length();
    int otherLength = other.length();
    if (length == otherLength) {
      return one.hashCode() == other.hashCode() && one.equals(other);
    }
    return length > otherLength ? liesIn(one, other) : liesIn(other, one);
  }

  private static boolean liesIn(String name, String object) {
    return name.charAt(object.length()) == '.' && name.startsWith(object);
  }

  /** A name inside of a structured value, where there is no quarantine. */
  static String inObject(String source) {
    Key key = of(source);
    return hasBlankPart(key.text) ? key.plain() : key.text;
  }

  /** The name. */
  String text() {
    return text;
  }

  /** The name as JSON, with its colon. */
  byte[] json() {
    return json;
  }

  /** 64 bits by which names are told apart. */
  long hash() {
    return hash;
  }

  /** The same bits of each object in which the name lies; only ever read. */
  long[] objects() {
    return objects;
  }

  /** Whether the key may stand on a line that has these fields of our own. */
  boolean isAllowedBeside(long fields) {
    return !displaced && (clashes & fields) == 0;
  }

  /** The key in quarantine, where nothing else has the name. */
  Key inQuarantine() {
    Key known = inQuarantine;
    if (known == null) {
      String label = hasBlankPart(text) ? plain() : text;
      known = new Key(null, QUARANTINE + label, false);
      inQuarantine = known;
    }
    return known;
  }

  /** Another key in quarantine. */
  Key inQuarantine(int number) {
    return new Key(null, QUARANTINE + plain() + "_" + number, false);
  }

  private String plain() {
    if (source == null) {
      return "null";
    }
    if (text.isBlank()) {
      return text.isEmpty() ? "empty" : "blank";
    }
    return text.replace('.', '_');
  }
}
