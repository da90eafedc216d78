// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a rule decided as it did, for operators and auditors: a tree of what was asked.
 *
 * <p>It is the full view of a decision; callers see only the {@link Problem}. Made where a call is
 * refused or would have been, and read through {@link Verdict#explanation()}. It says of which
 * class values were and never what they were, so that it may stand in logs. Immutable.
 *
 * @param rule what was asked: the id of a rule, the name of a policy or of a part of it
 * @param result what it came to
 * @param reason why, a stable word in snake_case; null where it permits or was not asked
 * @param detail what was looked at, without values; null where there is nothing to say
 * @param parts what the rule is made of, in the order of asking
 */
public record Explanation(
    String rule,
    Result result,
    @Nullable String reason,
    @Nullable String detail,
    List<Explanation> parts) {

  /** What a rule, or a part of one, can come to. */
  public enum Result {
    /** Yes. */
    PERMIT,
    /** No. */
    DENY,
    /** It could not decide, which is no permission. */
    ERROR,
    /** Others had decided already. */
    NOT_ASKED
  }

  private static final int MAX_TEXT = 1_000;
  private static final String MORE = "...";

  /** Checks and copies. */
  public Explanation {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(result, "result");
    parts = List.copyOf(parts);
  }

  /**
   * What permits.
   *
   * @param rule what was asked
   * @return an explanation without parts
   */
  public static Explanation permit(String rule) {
    return new Explanation(rule, Result.PERMIT, null, null, List.of());
  }

  /**
   * What denies.
   *
   * @param rule what was asked
   * @param reason why, a stable word in snake_case
   * @param detail what was looked at, without values; or null
   * @return an explanation without parts
   */
  public static Explanation deny(String rule, String reason, @Nullable String detail) {
    return new Explanation(rule, Result.DENY, reason, detail, List.of());
  }

  /**
   * What could not decide.
   *
   * @param rule what was asked
   * @param reason why, a stable word in snake_case
   * @param detail what is known of the cause, without its text; or null
   * @return an explanation without parts
   */
  public static Explanation error(String rule, String reason, @Nullable String detail) {
    return new Explanation(rule, Result.ERROR, reason, detail, List.of());
  }

  /**
   * What did not matter any more.
   *
   * @param rule what was not asked
   * @return an explanation without parts
   */
  public static Explanation notAsked(String rule) {
    return new Explanation(rule, Result.NOT_ASKED, null, null, List.of());
  }

  /**
   * The tree on one line of bounded length: {@code own-order deny not_the_owner [has-role deny
   * insufficient_role, owner deny not_the_owner (parameter id: String, subject: String)]}.
   *
   * @return at most about 1,000 characters
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(128);
    append(text);
    if (text.length() > MAX_TEXT) {
      text.setLength(MAX_TEXT);
      text.append(MORE);
    }
    return text.toString();
  }

  private void append(StringBuilder text) {
    text.append(rule).append(' ').append(word(result));
    if (reason != null) {
      text.append(' ').append(reason);
    }
    if (detail != null) {
      text.append(" (").append(detail).append(')');
    }
    for (int i = 0; i < parts.size() && text.length() <= MAX_TEXT; i++) {
      text.append(i == 0 ? " [" : ", ");
      parts.get(i).append(text);
    }
    if (!parts.isEmpty()) {
      text.append(']');
    }
  }

  private static String word(Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }
}
