// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.flags.FlagContext;
import dev.flyball.flags.FlagDetail.ErrorCode;
import dev.flyball.flags.FlagDetail.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A flag of a set, with its rule compiled and every answer that it can give made. Immutable. */
public final class CompiledFlag {

  private static final int FEW = 8;

  private final String key;
  private final String setVersion;
  private final Map<String, Object> metadata;
  private final String definitionHash;
  private final Map<String, Variant> variants;
  private final @Nullable Expression rule;
  private final boolean readsTime;

  private final Resolution otherwise;
  private final Map<String, Resolution> matches = new HashMap<>();

  // the first few, which are mostly all, by the interned names that rules have
  private final String[] names;
  private final Resolution[] byName;
  private final Resolution unknownVariant;
  private final Resolution noUnit;
  private final Resolution tooLarge;
  private final Resolution failed;
  private final Resolution typeMismatch;

  /** What a flag is made of. */
  record Definition(
      String key,
      String setVersion,
      Map<String, Object> metadata,
      String hash,
      Map<String, Variant> variants,
      @Nullable Variant defaultVariant,
      boolean disabled,
      @Nullable Expression rule,
      boolean readsTime,
      @Nullable String parseError) {}

  CompiledFlag(Definition definition) {
    key = definition.key;
    setVersion = definition.setVersion;
    metadata = definition.metadata;
    definitionHash = definition.hash;
    variants = definition.variants;
    boolean answersByRule = !definition.disabled && definition.parseError == null;
    rule = answersByRule ? definition.rule : null;
    readsTime = definition.readsTime;
    otherwise = otherwise(definition);
    for (Map.Entry<String, Variant> each : variants.entrySet()) {
      matches.put(each.getKey(), Resolution.of(this, each.getValue(), Reason.TARGETING_MATCH));
    }
    names = variants.keySet().stream().limit(FEW).map(String::intern).toArray(String[]::new);
    byName = Stream.of(names).map(matches::get).toArray(Resolution[]::new);
    unknownVariant =
        Resolution.error(
            this,
            ErrorCode.GENERAL,
            "the rule of "
                + key
                + " gave a variant that it does not have (expected: one of "
                + String.join(", ", variants.keySet())
                + ")");
    noUnit =
        Resolution.error(
            this,
            ErrorCode.TARGETING_KEY_MISSING,
            key + " is rolled out by unit, and there is none");
    tooLarge =
        Resolution.error(
            this, ErrorCode.GENERAL, "the rule of " + key + " builds a value that is too large");
    failed =
        Resolution.error(this, ErrorCode.GENERAL, "the rule of " + key + " could not be evaluated");
    typeMismatch =
        Resolution.error(
            this, ErrorCode.TYPE_MISMATCH, key + " has values of another type than asked for");
  }

  /** A flag that the set does not have. */
  static CompiledFlag missing(String key, String setVersion, Map<String, Object> metadata) {
    return new CompiledFlag(key, setVersion, metadata);
  }

  private CompiledFlag(String key, String setVersion, Map<String, Object> metadata) {
    this.key = key;
    this.setVersion = setVersion;
    this.metadata = metadata;
    this.definitionHash = "";
    this.variants = Map.of();
    this.names = new String[0];
    this.byName = new Resolution[0];
    this.rule = null;
    this.readsTime = false;
    this.otherwise = Resolution.error(this, ErrorCode.FLAG_NOT_FOUND, "there is no flag " + key);
    this.unknownVariant = otherwise;
    this.noUnit = otherwise;
    this.tooLarge = otherwise;
    this.failed = otherwise;
    this.typeMismatch = otherwise;
  }

  /** The answer where no rule decides. */
  private Resolution otherwise(Definition definition) {
    if (definition.disabled) {
      return Resolution.of(this, null, Reason.DISABLED);
    }
    if (definition.parseError != null) {
      return Resolution.error(this, ErrorCode.PARSE_ERROR, definition.parseError);
    }
    boolean isStatic = definition.rule == null && definition.defaultVariant != null;
    return Resolution.of(
        this, definition.defaultVariant, isStatic ? Reason.STATIC : Reason.DEFAULT);
  }

  /**
   * The answer for a context. Never throws.
   *
   * @param time asked only by rules that depend on it
   */
  public Resolution evaluate(FlagContext context, dev.flyball.Time time) {
    Expression rule = this.rule;
    if (rule == null) {
      return otherwise;
    }
    try {
      long now = readsTime ? Math.floorDiv(time.currentTimeMillis(), 1000L) : 0;
      return answer(rule.evaluate(context, now, null));
    } catch (Abandoned e) {
      return e == Abandoned.NO_UNIT ? noUnit : tooLarge;
    } catch (RuntimeException e) {
      // a context is somebody else's code; flags do not fail calls
      return failed;
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very text that the rule has, as it nearly always is
  private Resolution answer(@Nullable Object value) {
    if (value == null) {
      return otherwise;
    }
    for (int i = 0; i < names.length; i++) {
      if (names[i] == value) {
        return byName[i];
      }
    }
    Resolution match = matches.get(Values.text(value));
    return match != null ? match : unknownVariant;
  }

  /** The answer to somebody who asks for a value of another type. */
  public Resolution typeMismatch() {
    return typeMismatch;
  }

  /** The key. */
  public String key() {
    return key;
  }

  /** The version of the set that the flag belongs to. */
  public String setVersion() {
    return setVersion;
  }

  /** The metadata of the set and, above it, that of the flag. */
  public Map<String, Object> metadata() {
    return metadata;
  }

  /** A hash of everything on which answers depend; two flags with the same answer the same. */
  public String definitionHash() {
    return definitionHash;
  }

  /** Whether different contexts may get different answers. */
  public boolean dependsOnContext() {
    return rule != null;
  }

  /** Whether the flag has truth values. */
  public boolean isBoolean() {
    for (Variant variant : variants.values()) {
      if (variant.bool() == null) {
        return false;
      }
    }
    return !variants.isEmpty();
  }
}
