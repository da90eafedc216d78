// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a throwable that cannot be logged itself: its methods throw, or never end.
 */
final class ShieldedThrowable extends Throwable {

  private static final long serialVersionUID = 1L;
  private static final int MAX_CAUSES = 16;
  private static final int MAX_FRAMES = 1_024;

  private final String type;

  private ShieldedThrowable(String type, @Nullable String message, @Nullable Throwable cause) {
    super(message, cause, true, true);
    this.type = type;
  }

  /** A copy without code of others. */
  static ShieldedThrowable of(Throwable thrown) {
    return copy(thrown, Collections.newSetFromMap(new IdentityHashMap<>()), 0);
  }

  private static ShieldedThrowable copy(Throwable thrown, Set<Throwable> seen, int depth) {
    seen.add(thrown);
    Throwable cause = ThrownFailure.cause(thrown);
    ShieldedThrowable copy =
        new ShieldedThrowable(
            ThrownFailure.name(thrown),
            ThrownFailure.guarded(thrown::getMessage),
            cause == null ? null : next(cause, seen, depth));
    StackTraceElement[] frames = ThrownFailure.frames(thrown);
    copy.setStackTrace(frames(frames));
    for (Throwable suppressed : few(thrown.getSuppressed())) {
      copy.addSuppressed(next(suppressed, seen, depth));
    }
    return copy;
  }

  private static ShieldedThrowable next(Throwable thrown, Set<Throwable> seen, int depth) {
    if (seen.contains(thrown)) {
      return note(thrown, "[CIRCULAR REFERENCE]");
    }
    return depth < MAX_CAUSES
        ? copy(thrown, seen, depth + 1)
        : note(thrown, "[more causes are left out]");
  }

  private static ShieldedThrowable note(Throwable thrown, String note) {
    ShieldedThrowable copy = new ShieldedThrowable(ThrownFailure.name(thrown), note, null);
    copy.setStackTrace(new StackTraceElement[0]);
    return copy;
  }

  private static StackTraceElement[] frames(StackTraceElement[] frames) {
    List<StackTraceElement> sound = new ArrayList<>();
    for (int i = 0; i < frames.length && i < MAX_FRAMES; i++) {
      if (frames[i] != null) {
        sound.add(frames[i]);
      }
    }
    return sound.toArray(new StackTraceElement[0]);
  }

  private static Throwable[] few(Throwable[] suppressed) {
    return suppressed.length <= Limits.RULES ? suppressed : Arrays.copyOf(suppressed, Limits.RULES);
  }

  /** The class of the throwable that this one stands for. */
  String type() {
    return type;
  }

  /** The stack trace is that of another throwable. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** As the other throwable would be printed, under its own class. */
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    String message = getMessage();
    return message == null ? type : type + ": " + message;
  }
}
