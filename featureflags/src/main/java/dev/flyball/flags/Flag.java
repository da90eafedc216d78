// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Call;
import dev.flyball.flags.internal.CompiledFlag;
import dev.flyball.flags.internal.FlagSet;
import dev.flyball.flags.internal.Resolution;
import dev.flyball.flags.internal.Variant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A flag as the code knows it: a key, a type, and the value that holds where the flag says nothing.
 *
 * <p>Make it once and keep it. Evaluating never throws: where something is wrong, the default of
 * the code is served, the error is counted, and {@link #detail()} says what it is. Thread-safe.
 *
 * @param <T> the type of the value
 */
public final class Flag<T> {

  private record Binding(FlagSet set, CompiledFlag flag) {}

  private final Flags flags;
  private final String key;
  private final FlagType<T> type;
  private final T defaultValue;

  // the flag in the set that was asked last: mostly the one that is asked next
  private volatile @Nullable Binding binding;

  Flag(Flags flags, String key, FlagType<T> type, T defaultValue) {
    this.flags = flags;
    this.key = Objects.requireNonNull(key, "key");
    this.type = type;
    this.defaultValue = Objects.requireNonNull(defaultValue, "defaultValue");
  }

  /**
   * The key of the flag.
   *
   * @return as in the flag file
   */
  public String key() {
    return key;
  }

  /**
   * The value for the current call: the same from the first question to the end of the request,
   * however the flags change meanwhile. Outside of any call, the value for nobody.
   *
   * @return the value
   */
  public T get() {
    return value(resolve(Call.current()));
  }

  /**
   * The value for a unit. Inside a call it comes from the set that the call has, and is not
   * recorded, since it is not the call's own.
   *
   * @param context what is known of the unit
   * @return the value
   */
  public T get(FlagContext context) {
    return value(resolve(context));
  }

  /**
   * The value for the current call, and how it came about.
   *
   * @return the same value as {@link #get()}
   */
  public FlagDetail<T> detail() {
    return detail(resolve(Call.current()));
  }

  /**
   * The value for a unit, and how it came about.
   *
   * @param context what is known of the unit
   * @return the same value as {@link #get(FlagContext)}
   */
  public FlagDetail<T> detail(FlagContext context) {
    return detail(resolve(context));
  }

  Resolution resolve(@Nullable Call call) {
    return call == null ? resolve(FlagContext.none()) : flags.inCall(call).resolve(call, this);
  }

  private Resolution resolve(FlagContext context) {
    Objects.requireNonNull(context, "context");
    Resolution answer = typed(flags.answer(in(flags.pinned()), context));
    flags.count(answer);
    return answer;
  }

  /** The flag in a set. */
  CompiledFlag in(FlagSet set) {
    Binding known = binding;
    if (known == null || known.set != set) {
      known = new Binding(set, set.get(key));
      binding = known;
    }
    return known.flag;
  }

  /** The answer, unless its value is of another type. */
  Resolution typed(Resolution resolution) {
    Variant variant = resolution.variant();
    boolean fits = variant == null || type.read(variant) != null;
    return fits ? resolution : resolution.flag().typeMismatch();
  }

  private T value(Resolution typed) {
    Variant variant = typed.variant();
    T value = variant == null ? null : type.read(variant);
    return value == null ? defaultValue : value;
  }

  private FlagDetail<T> detail(Resolution typed) {
    Variant variant = typed.variant();
    return new FlagDetail<>(
        key,
        value(typed),
        variant == null ? null : variant.name(),
        typed.reason(),
        typed.errorCode(),
        typed.errorMessage(),
        typed.flag().metadata(),
        typed.flag().setVersion());
  }

  /** The key. */
  @Override
  public String toString() {
    return key;
  }
}
