// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a set of flags in flagd's format: checks all of it, then compiles it.
 *
 * <p>What flagd works with is worked with. What nobody can have meant is a problem, for which the
 * whole set is refused; what works in a way that nobody can have meant is a note.
 */
public final class FlagSetReader {

  /** The largest text, in bytes. */
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final String FLAGS = "flags";
  private static final String EVALUATORS = "$evaluators";
  private static final String METADATA = "metadata";
  private static final List<String> TOP = List.of(FLAGS, EVALUATORS, METADATA, "$schema");

  private final Findings findings = new Findings();
  private final String version;
  private Map<String, Json> shared = Map.of();
  private Map<String, Object> metadata = Map.of();
  private Bucketing bucketing = Bucketing.DEFAULT;
  private int parts;

  private FlagSetReader(String version) {
    this.version = version;
  }

  /**
   * What a reading came to.
   *
   * @param set the flags, or null where there are problems
   * @param problems why the set is refused, in the order of the text
   * @param notes what should be looked at although it works, in the order of the text
   */
  public record Reading(@Nullable FlagSet set, List<Finding> problems, List<Finding> notes) {}

  /** Reads a set. Never throws. */
  public static Reading read(byte[] bytes) {
    return new FlagSetReader(Digests.shortHash(bytes)).reading(bytes);
  }

  private Reading reading(byte[] bytes) {
    Map<String, CompiledFlag> flags = flags(bytes);
    FlagSet set = findings.hasProblems() ? null : new FlagSet(version, flags, metadata);
    return new Reading(set, findings.problems(), findings.notes());
  }

  private Map<String, CompiledFlag> flags(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      String what = "the text has " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")";
      findings.problem(Place.START, what, null);
      return Map.of();
    }
    String text = decode(bytes);
    Json top = text == null ? null : JsonReader.read(text, findings);
    if (top == null) {
      return Map.of();
    }
    if (!(top instanceof Json.Members members)) {
      findings.problem(top.place(), Findings.mismatch(Path.TOP, top, "an object"), null);
      return Map.of();
    }
    return flags(members);
  }

  private @Nullable String decode(byte[] bytes) {
    int start = bytes.length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb ? 3 : 0;
    ByteBuffer in = ByteBuffer.wrap(bytes, start, bytes.length - start);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(in)
          .toString();
    } catch (CharacterCodingException e) {
      findings.problem(placeOf(bytes, in.position()), "not UTF-8", "save the file as UTF-8");
      return null;
    }
  }

  private static Place placeOf(byte[] bytes, int position) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < position; i++) {
      column = bytes[i] == '\n' ? 1 : column + 1;
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return new Place(line, column);
  }

  private Map<String, CompiledFlag> flags(Json.Members top) {
    noteUnknown(top, Path.TOP, TOP);
    metadata = metadata(top, Path.TOP);
    bucketing = bucketing(top);
    shared = shared(top);
    Json.Member flags = top.byName().get(FLAGS);
    if (flags == null) {
      String hint = Findings.didYouMean(FLAGS, List.copyOf(top.byName().keySet()));
      String what = "the document has no flags (expected: an object \"flags\")";
      findings.problem(top.place(), what, hint);
      return Map.of();
    }
    Path path = Path.TOP.name(FLAGS);
    if (flags.value() instanceof Json.Members byKey) {
      return flagsByKey(byKey, path);
    }
    if (flags.value() instanceof Json.Elements list) {
      return flagsInList(list, path);
    }
    String what = Findings.mismatch(path, flags.value(), "an object");
    findings.problem(flags.value().place(), what, null);
    return Map.of();
  }

  private Map<String, CompiledFlag> flagsByKey(Json.Members byKey, Path path) {
    Map<String, CompiledFlag> flags = new LinkedHashMap<>();
    for (Map.Entry<String, Json.Member> each : byKey.byName().entrySet()) {
      String key = each.getKey();
      if (key.isEmpty()) {
        findings.problem(each.getValue().place(), path + " has a flag with an empty key", null);
      }
      add(flags, key, each.getValue().value(), path.name(key));
    }
    return flags;
  }

  /** The form in which flagd, but not its providers, accepts flags too: each with its key in it. */
  private Map<String, CompiledFlag> flagsInList(Json.Elements list, Path path) {
    Map<String, CompiledFlag> flags = new LinkedHashMap<>();
    for (int i = 0; i < list.values().size(); i++) {
      Json value = list.values().get(i);
      Path at = path.index(i);
      Json written = value instanceof Json.Members members ? members.get("key") : null;
      String key = written == null ? null : written.text();
      if (key == null || key.isEmpty()) {
        findings.problem(value.place(), at + " has no key (expected: a text \"key\")", null);
        continue;
      }
      if (flags.containsKey(key)) {
        findings.problem(value.place(), at + " is a second flag " + key, "remove one of them");
      }
      add(flags, key, value, path.name(key));
    }
    return flags;
  }

  private void add(Map<String, CompiledFlag> flags, String key, Json value, Path path) {
    if (!(value instanceof Json.Members members)) {
      findings.problem(value.place(), Findings.mismatch(path, value, "an object"), null);
      return;
    }
    RuleCompiler compiler = new RuleCompiler(key, bucketing, shared, parts, findings);
    FlagReader reader = new FlagReader(key, version, members, path, findings);
    CompiledFlag flag = reader.read(compiler, metadataOf(members, path), bucketing, shared);
    parts = compiler.parts();
    if (flag != null) {
      flags.put(key, flag);
    }
  }

  // ---- what belongs to the whole set

  private Map<String, Object> metadataOf(Json.Members flag, Path path) {
    Map<String, Object> own = metadata(flag, path);
    if (own.isEmpty()) {
      return metadata;
    }
    Map<String, Object> both = new LinkedHashMap<>(metadata);
    both.putAll(own);
    return Collections.unmodifiableMap(both);
  }

  private Map<String, Object> metadata(Json.Members owner, Path path) {
    Json written = owner.get(METADATA);
    if (written == null || written.isNull()) {
      return Map.of();
    }
    Path at = path.name(METADATA);
    if (!(written instanceof Json.Members members)) {
      findings.problem(written.place(), Findings.mismatch(at, written, "an object"), null);
      return Map.of();
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    for (Map.Entry<String, Json.Member> each : members.byName().entrySet()) {
      Json json = each.getValue().value();
      Object value = json instanceof Json.Scalar scalar ? scalar.plain() : null;
      if (value != null) {
        entries.put(each.getKey(), value);
      } else if (!json.isNull()) {
        String expected = "a text, a number, true or false";
        String what = Findings.mismatch(at.name(each.getKey()), json, expected);
        findings.problem(json.place(), what, null);
      }
    }
    return Collections.unmodifiableMap(entries);
  }

  private Bucketing bucketing(Json.Members top) {
    Json written =
        top.get(METADATA) instanceof Json.Members members ? members.get(Bucketing.METADATA) : null;
    if (written == null) {
      return Bucketing.DEFAULT;
    }
    Bucketing named = Bucketing.named(written.text());
    if (named != null) {
      return named;
    }
    Path path = Path.TOP.name(METADATA).name(Bucketing.METADATA);
    String expected = "one of " + String.join(", ", Bucketing.names());
    findings.problem(written.place(), Findings.mismatch(path, written, expected), null);
    return Bucketing.DEFAULT;
  }

  private Map<String, Json> shared(Json.Members top) {
    Json written = top.get(EVALUATORS);
    if (written == null || written.isNull()) {
      return Map.of();
    }
    Path path = Path.TOP.name(EVALUATORS);
    if (!(written instanceof Json.Members members)) {
      findings.problem(written.place(), Findings.mismatch(path, written, "an object"), null);
      return Map.of();
    }
    Map<String, Json> rules = new LinkedHashMap<>();
    members
        .byName()
        .forEach((name, member) -> {
          Json rule = member.value();
          if (!(rule instanceof Json.Members)) {
            String what = Findings.mismatch(path.name(name), rule, "a rule, which is an object");
            findings.problem(rule.place(), what, null);
          }
          rules.put(name, rule);
        });
    return rules;
  }

  /** Names that look like one that means something: they are allowed, and do nothing. */
  private void noteUnknown(Json.Members members, Path path, List<String> known) {
    noteUnknown(members, path, known, findings);
  }

  static void noteUnknown(Json.Members members, Path path, List<String> known, Findings findings) {
    List<String> unused = new ArrayList<>(known);
    unused.removeAll(members.byName().keySet());
    for (Map.Entry<String, Json.Member> each : members.byName().entrySet()) {
      String name = each.getKey();
      String hint = known.contains(name) ? null : Findings.didYouMean(name, unused);
      if (hint != null) {
        findings.note(each.getValue().place(), path.name(name) + " means nothing", hint);
      }
    }
  }
}
