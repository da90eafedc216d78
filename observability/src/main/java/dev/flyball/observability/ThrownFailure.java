// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A throwable whose own methods may throw in turn. */
final class ThrownFailure implements Failure {

  private final Throwable thrown;
  private final @Nullable ThrownFailure effect;

  ThrownFailure(Throwable thrown) {
    this(thrown, null);
  }

  private ThrownFailure(Throwable thrown, @Nullable ThrownFailure effect) {
    this.thrown = thrown;
    this.effect = effect;
  }

  @Override
  public String type() {
    return thrown instanceof ShieldedThrowable shielded ? shielded.type() : name(thrown);
  }

  static String name(Throwable thrown) {
    return thrown.getClass().getName();
  }

  @Override
  public @Nullable String message() {
    return guarded(thrown::getMessage);
  }

  /** What a method of a throwable returns, or a marker for what it throws. */
  static @Nullable String guarded(Supplier<@Nullable String> text) {
    boolean entered = Foreign.enter();
    try {
      return text.get();
    } catch (Throwable t) {
      return ValueWriter.marker(t);
    } finally {
      if (entered) {
        Foreign.leave();
      }
    }
  }

  @Override
  public List<StackTraceElement> frames() {
    return Arrays.asList(frames(thrown));
  }

  static StackTraceElement[] frames(Throwable thrown) {
    try {
      return thrown.getStackTrace();
    } catch (Throwable t) {
      return new StackTraceElement[0];
    }
  }

  @Override
  public int framesInCommon() {
    return effect == null ? 0 : inCommon(frames(), effect.frames());
  }

  static int inCommon(List<?> frames, List<?> others) {
    int common = 0;
    int last = frames.size() - 1;
    int otherLast = others.size() - 1;
    while (common <= last
        && common <= otherLast
        && frames.get(last - common).equals(others.get(otherLast - common))) {
      common++;
    }
    return common;
  }

  @Override
  public @Nullable Failure cause() {
    Throwable cause = cause(thrown);
    return cause == null ? null : new ThrownFailure(cause, this);
  }

  static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (Throwable t) {
      return null;
    }
  }

  @Override
  public List<ThrownFailure> suppressed() {
    return Arrays.stream(thrown.getSuppressed())
        .limit(Limits.RULES)
        .map(each -> new ThrownFailure(each, this))
        .toList();
  }

  @Override
  public Object identity() {
    return thrown;
  }
}
