// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Attribute;
import dev.flyball.Call;
import dev.flyball.Time;
import dev.flyball.flags.internal.CompiledFlag;
import dev.flyball.flags.internal.FlagMeters;
import dev.flyball.flags.internal.FlagSet;
import dev.flyball.flags.internal.Resolution;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a service.
 *
 * <pre>{@code
 * Flags flags = governor.find(Flags.class).orElseThrow();
 * Flag<Boolean> checkout = flags.bool("checkout-v2", false);
 * ...
 * if (checkout.get()) { ... }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Flags {

  private final Time time;
  private final FlagMeters meters;
  private final Attribute<RequestFlags> attribute;
  private volatile FlagSet set = FlagSet.EMPTY;
  private volatile long since;

  Flags(Time time, FlagMeters meters, Attribute<RequestFlags> attribute) {
    this.time = time;
    this.meters = meters;
    this.attribute = attribute;
    this.since = time.nanoTime();
  }

  /**
   * A flag that is on or off.
   *
   * @param key the key, as in the flag file
   * @param defaultValue the value where the flag says nothing
   * @return a handle to keep
   */
  public Flag<Boolean> bool(String key, boolean defaultValue) {
    return new Flag<>(this, key, FlagType.BOOL, defaultValue);
  }

  /**
   * A flag with texts.
   *
   * @param key the key, as in the flag file
   * @param defaultValue the value where the flag says nothing
   * @return a handle to keep
   */
  public Flag<String> string(String key, String defaultValue) {
    return new Flag<>(this, key, FlagType.STRING, defaultValue);
  }

  /**
   * A flag with whole numbers. A variant that is not whole is of another type.
   *
   * @param key the key, as in the flag file
   * @param defaultValue the value where the flag says nothing
   * @return a handle to keep
   */
  public Flag<Long> integer(String key, long defaultValue) {
    return new Flag<>(this, key, FlagType.INTEGER, defaultValue);
  }

  /**
   * A flag with numbers.
   *
   * @param key the key, as in the flag file
   * @param defaultValue the value where the flag says nothing
   * @return a handle to keep
   */
  public Flag<Double> number(String key, double defaultValue) {
    return new Flag<>(this, key, FlagType.NUMBER, defaultValue);
  }

  /**
   * A flag with objects: unmodifiable maps of texts, numbers, truth values, lists, maps and nulls.
   *
   * @param key the key, as in the flag file
   * @param defaultValue the value where the flag says nothing; copied
   * @return a handle to keep
   */
  public Flag<Map<String, @Nullable Object>> object(String key, Map<String, ?> defaultValue) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(defaultValue);
    return new Flag<>(
        this, key, FlagType.OBJECT, Collections.<String, @Nullable Object>unmodifiableMap(copy));
  }

  /**
   * The version of the set in force.
   *
   * @return a short hash of the file it was read from; {@code none} where there is no file
   */
  public String version() {
    return set.version();
  }

  /**
   * The keys of the set in force.
   *
   * @return in alphabetical order
   */
  public Set<String> keys() {
    return set.keys();
  }

  FlagSet set() {
    return set;
  }

  /** Puts another set in force, for calls that have not asked for a flag yet. */
  void swap(FlagSet next) {
    since = time.nanoTime();
    set = next;
  }

  double ageSeconds() {
    return (time.nanoTime() - since) * 1e-9;
  }

  /** What a request has of the flags; made at its first question. */
  RequestFlags inCall(Call call) {
    RequestFlags known = call.get(attribute);
    return known != null ? known : call.setIfAbsent(attribute, new RequestFlags(this, set, call));
  }

  /** The set that the current call has, or the one in force. */
  FlagSet pinned() {
    Call call = Call.current();
    return call == null ? set : inCall(call).set();
  }

  /** What a flag answers to a context. */
  Resolution answer(CompiledFlag flag, FlagContext context) {
    return flag.evaluate(context, time);
  }

  void count(Resolution resolution) {
    resolution.count(meters);
  }
}
