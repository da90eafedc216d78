// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of a stack trace, in the form that the JDK prints and tools read. What contains itself
 * is told once; depth, breadth and length are bounded.
 */
final class StackTraceText {

  private static final int MAX_FRAMES = 256;
  private static final int MAX_CAUSES = 16;

  private final StringBuilder text = new StringBuilder(1_024);
  private final Set<Object> told = Collections.newSetFromMap(new IdentityHashMap<>());
  private final int limit;

  private StackTraceText(int limit) {
    this.limit = limit;
  }

  /** The text, which fits into a number of bytes unless it needs many escapes. */
  static String of(Failure failure, int bytes) {
    StackTraceText trace = new StackTraceText(bytes - bytes / 8);
    trace.tell(failure, "", "", 0);
    return trace.text.toString();
  }

  private void tell(@Nullable Failure failure, String caption, String indent, int depth) {
    if (failure == null || text.length() >= limit) {
      return;
    }
    text.append(indent).append(caption);
    if (depth == MAX_CAUSES) {
      text.append("[more causes are left out]\n");
      return;
    }
    if (!told.add(failure.identity())) {
      text.append("[CIRCULAR REFERENCE: ").append(failure.type()).append("]\n");
      return;
    }
    title(failure);
    Failure cause = failure.cause();
    frames(failure, indent, cause == null ? limit : (limit + text.length()) / 2);
    for (Failure suppressed : failure.suppressed()) {
      tell(suppressed, "Suppressed: ", indent + "\t", depth + 1);
    }
    tell(cause, "Caused by: ", indent, depth + 1);
  }

  private void title(Failure failure) {
    text.append(failure.type());
    String message = failure.message();
    if (message != null) {
      int most = Math.min(message.length(), Limits.CALL_VALUE);
      text.append(": ").append(message, 0, most);
    }
    text.append('\n');
  }

  /** A cause tells more than the last frames of what it caused: half of the room is left to it. */
  private void frames(Failure failure, String indent, int until) {
    List<?> frames = failure.frames();
    int own = Math.max(0, frames.size() - failure.framesInCommon());
    int shown = 0;
    while (shown < Math.min(own, MAX_FRAMES) && text.length() < until) {
      String frame = String.valueOf(frames.get(shown++));
      text.append(indent)
          .append(frame.startsWith("at ") ? "\t" : "\tat ")
          .append(frame)
          .append('\n');
    }
    if (own > shown) {
      text.append(indent).append("\t[").append(own - shown).append(" frames are left out]\n");
    }
    if (frames.size() > own) {
      text.append(indent).append("\t... ").append(frames.size() - own).append(" more\n");
    }
  }
}
