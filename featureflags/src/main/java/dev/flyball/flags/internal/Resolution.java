// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.FlagEvaluation;
import dev.flyball.Meters.Counter;
import dev.flyball.flags.FlagDetail.ErrorCode;
import dev.flyball.flags.FlagDetail.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One of the few answers that a flag can give. Made when the set is loaded, so that evaluating
 * means choosing.
 */
public final class Resolution {

  private final CompiledFlag flag;
  private final @Nullable Variant variant;
  private final Reason reason;
  private final @Nullable ErrorCode errorCode;
  private final @Nullable String errorMessage;
  private final FlagEvaluation withoutUnit;

  // looked up at the first use: a series for each answer that was given, not that could be
  private @Nullable Counter counter;

  private Resolution(
      CompiledFlag flag,
      @Nullable Variant variant,
      Reason reason,
      @Nullable ErrorCode errorCode,
      @Nullable String errorMessage) {
    this.flag = flag;
    this.variant = variant;
    this.reason = reason;
    this.errorCode = errorCode;
    this.errorMessage = errorMessage;
    this.withoutUnit = evaluation(0);
  }

  /** An answer; without a variant, the default of the code. */
  static Resolution of(CompiledFlag flag, @Nullable Variant variant, Reason reason) {
    return new Resolution(flag, variant, reason, null, null);
  }

  /** The default of the code, because something is wrong. */
  static Resolution error(CompiledFlag flag, ErrorCode code, String message) {
    return new Resolution(flag, null, Reason.ERROR, code, message);
  }

  /** The flag that gives the answer. */
  public CompiledFlag flag() {
    return flag;
  }

  /** The variant, or null for the default of the code. */
  public @Nullable Variant variant() {
    return variant;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** What is wrong, or null. */
  public @Nullable ErrorCode errorCode() {
    return errorCode;
  }

  /** What is wrong, in a sentence, or null. */
  public @Nullable String errorMessage() {
    return errorMessage;
  }

  /** The entry for the record of a call. */
  public FlagEvaluation evaluation(@Nullable String unit) {
    return unit == null || !flag.dependsOnContext() ? withoutUnit : evaluation(Units.hash(unit));
  }

  private FlagEvaluation evaluation(long unitHash) {
    String name = variant == null ? null : variant.name();
    return new FlagEvaluation(
        flag.key(), name, reason.name(), flag.setVersion(), 0, Double.NaN, unitHash);
  }

  /** Counts the answer. */
  public void count(FlagMeters meters) {
    Counter known = counter;
    if (known == null) {
      known = meters.evaluations(this);
      counter = known;
    }
    known.increment();
    if (errorCode != null) {
      meters.error(errorCode);
    }
  }
}
