// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.internal.CompiledFlag.Definition;
import dev.flyball.json.JsonWriter;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads one flag. Used once. */
final class FlagReader {

  private static final String STATE = "state";
  private static final String VARIANTS = "variants";
  private static final String DEFAULT_VARIANT = "defaultVariant";
  private static final String TARGETING = "targeting";
  private static final String ENABLED = "ENABLED";
  private static final String DISABLED = "DISABLED";
  private static final List<String> STATES = List.of(ENABLED, DISABLED);
  private static final List<String> NAMES =
      List.of(STATE, VARIANTS, DEFAULT_VARIANT, TARGETING, "metadata", "key");
  private static final BigInteger LARGEST_EXACT = BigInteger.valueOf((1L << 53) - 1);

  private final String key;
  private final String setVersion;
  private final Json.Members flag;
  private final Path path;
  private final Findings findings;
  private final Map<String, Variant> variants = new LinkedHashMap<>();

  FlagReader(String key, String setVersion, Json.Members flag, Path path, Findings findings) {
    this.key = key;
    this.setVersion = setVersion;
    this.flag = flag;
    this.path = path;
    this.findings = findings;
  }

  /** The flag; null where something is wrong with it, which is told to the findings. */
  @Nullable CompiledFlag read(
      RuleCompiler compiler,
      Map<String, Object> metadata,
      Bucketing bucketing,
      Map<String, Json> shared) {
    FlagSetReader.noteUnknown(flag, path, NAMES, findings);
    boolean disabled = isDisabled();
    readVariants();
    Variant defaultVariant = defaultVariant();
    Json rule = rule();
    Expression compiled = null;
    String parseError = null;
    if (rule != null) {
      noteUnknownResults(rule, path.name(TARGETING));
      try {
        compiled = compiler.compile(rule, path.name(TARGETING));
      } catch (Uncompilable e) {
        Finding why = e.finding();
        parseError = why.what();
        findings.note(why.place(), why.what() + ": answered with PARSE_ERROR", why.hint());
      }
    }
    return findings.hasProblems()
        ? null
        : new CompiledFlag(
            new Definition(
                key,
                setVersion,
                metadata,
                hash(compiler, bucketing, shared),
                variants,
                defaultVariant,
                disabled,
                compiled,
                compiler.readsTime(),
                parseError));
  }

  private boolean isDisabled() {
    Json state = flag.get(STATE);
    if (state == null) {
      String what = path + " has no state (expected: one of " + String.join(", ", STATES) + ")";
      findings.problem(flag.place(), what, nearName(STATE));
      return false;
    }
    String text = state.text();
    if (text == null || !STATES.contains(text)) {
      String expected = "one of " + String.join(", ", STATES);
      String what = Findings.mismatch(path.name(STATE), state, expected);
      findings.problem(
          state.place(), what, text == null ? null : Findings.didYouMean(text, STATES));
    }
    return DISABLED.equals(text);
  }

  /** A name of the flag that looks like one that is missing. */
  private @Nullable String nearName(String missing) {
    List<String> unknown =
        flag.byName().keySet().stream().filter(name -> !NAMES.contains(name)).toList();
    String near = Findings.didYouMean(missing, unknown);
    return near == null ? null : "rename " + near.substring("did you mean ".length());
  }

  private void readVariants() {
    Json written = flag.get(VARIANTS);
    Path at = path.name(VARIANTS);
    if (written == null) {
      String what = path + " has no variants (expected: an object with at least one)";
      findings.problem(flag.place(), what, nearName(VARIANTS));
      return;
    }
    if (!(written instanceof Json.Members members) || members.byName().isEmpty()) {
      String what = Findings.mismatch(at, written, "an object with at least one variant");
      findings.problem(written.place(), what, null);
      return;
    }
    String type = null;
    for (Map.Entry<String, Json.Member> each : members.byName().entrySet()) {
      Json value = each.getValue().value();
      readVariant(each.getKey(), value, at.name(each.getKey()));
      String own = type(value);
      if (type != null && own != null && !own.equals(type)) {
        String expected = type + ", as the variants before it";
        String what = Findings.mismatch(at.name(each.getKey()), value, expected);
        findings.problem(value.place(), what, null);
      }
      type = type == null ? own : type;
    }
  }

  private void readVariant(String name, Json json, Path at) {
    Object value = json.plain();
    if (name.isEmpty()) {
      findings.problem(json.place(), path.name(VARIANTS) + " has one without a name", null);
    }
    if (value == null || type(json) == null) {
      String expected = "true, false, a text, a number or an object";
      findings.problem(json.place(), Findings.mismatch(at, json, expected), null);
      return;
    }
    if (!isExact(json)) {
      String expected = "a whole number from -" + LARGEST_EXACT + " to " + LARGEST_EXACT;
      String hint = "larger ones are not the same in every language; write it as a text";
      findings.problem(json.place(), Findings.mismatch(at, json, expected), hint);
    }
    variants.put(name, new Variant(name, value));
  }

  private static @Nullable String type(Json json) {
    if (json instanceof Json.Members) {
      return "an object";
    }
    Object value = json instanceof Json.Scalar scalar ? scalar.value() : null;
    if (value instanceof Boolean) {
      return "true or false";
    }
    if (value instanceof Number) {
      return "a number";
    }
    return value instanceof String ? "a text" : null;
  }

  private static boolean isExact(Json json) {
    Object value = json instanceof Json.Scalar scalar ? scalar.value() : null;
    if (value instanceof Long whole) {
      return BigInteger.valueOf(whole).abs().compareTo(LARGEST_EXACT) <= 0;
    }
    return !(value instanceof BigInteger);
  }

  private @Nullable Variant defaultVariant() {
    Json written = flag.get(DEFAULT_VARIANT);
    if (written == null || written.isNull()) {
      return null;
    }
    String name = written.text();
    Variant variant = name == null ? null : variants.get(name);
    if (variant == null) {
      String expected = variants.isEmpty() ? "the name of a variant" : "one of " + names();
      String what = Findings.mismatch(path.name(DEFAULT_VARIANT), written, expected);
      String hint = name == null ? null : Findings.didYouMean(name, variants.keySet());
      findings.problem(written.place(), what, hint);
    }
    return variant;
  }

  private String names() {
    return String.join(", ", variants.keySet());
  }

  private @Nullable Json rule() {
    Json written = flag.get(TARGETING);
    if (written == null || written.isNull()) {
      return null;
    }
    if (!(written instanceof Json.Members members)) {
      String what = Findings.mismatch(path.name(TARGETING), written, "a rule, which is an object");
      findings.problem(written.place(), what, null);
      return null;
    }
    return members.byName().isEmpty() ? null : written;
  }

  /** Follows a rule to the names that it can end with. */
  private void noteUnknownResults(Json rule, Path at) {
    if (rule instanceof Json.Scalar scalar) {
      noteUnknownResult(scalar, at);
      return;
    }
    if (!(rule instanceof Json.Members members) || members.byName().size() != 1) {
      return;
    }
    Map.Entry<String, Json.Member> only = members.byName().entrySet().iterator().next();
    List<Json> args =
        only.getValue().value() instanceof Json.Elements list ? list.values() : List.of();
    Path inside = at.name(only.getKey());
    for (int i = 0; i < args.size(); i++) {
      boolean isBranch = i % 2 == 1 || i == args.size() - 1;
      if (isBranch && (only.getKey().equals("if") || only.getKey().equals("?:"))) {
        noteUnknownResults(args.get(i), inside.index(i));
      }
      if (only.getKey().equals("fractional")
          && args.get(i) instanceof Json.Elements bucket
          && !bucket.values().isEmpty()) {
        noteUnknownResults(bucket.values().get(0), inside.index(i).index(0));
      }
    }
  }

  private void noteUnknownResult(Json.Scalar result, Path at) {
    if (result.value() == null || variants.isEmpty()) {
      return;
    }
    String name = Values.text(result.value());
    if (!variants.containsKey(name)) {
      String what = Findings.mismatch(at, result, "one of " + names());
      String hint = Findings.didYouMean(name, variants.keySet());
      findings.note(result.place(), what + ": answered with GENERAL", hint);
    }
  }

  // ---- what tells definitions apart

  private String hash(RuleCompiler compiler, Bucketing bucketing, Map<String, Json> shared) {
    JsonWriter text = new JsonWriter().beginArray();
    write(flag, text);
    for (String name : compiler.used()) {
      text.value(name);
      Json rule = shared.get(name);
      if (rule != null) {
        write(rule, text);
      }
    }
    if (compiler.splits()) {
      text.value(bucketing.id());
    }
    return Digests.shortHash(text.endArray().toByteArray());
  }

  private static void write(Json json, JsonWriter text) {
    if (json instanceof Json.Members members) {
      text.beginObject();
      for (Map.Entry<String, Json.Member> each : new TreeMap<>(members.byName()).entrySet()) {
        text.name(each.getKey());
        write(each.getValue().value(), text);
      }
      text.endObject();
    } else if (json instanceof Json.Elements elements) {
      text.beginArray();
      for (Json value : elements.values()) {
        write(value, text);
      }
      text.endArray();
    } else {
      write(((Json.Scalar) json).value(), text);
    }
  }

  private static void write(@Nullable Object scalar, JsonWriter text) {
    if (scalar instanceof Boolean truth) {
      text.value(truth.booleanValue());
    } else if (scalar instanceof Number number) {
      text.value(number);
    } else {
      text.value((String) scalar);
    }
  }
}
