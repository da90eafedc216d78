// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.policy;

import dev.flyball.AccessPolicy;
import dev.flyball.Decision;
import dev.flyball.Explanation;
import dev.flyball.Explanation.Result;
import dev.flyball.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which verdicts say what was asked. */
public enum ExplainMode {
  /** Those that refuse, or would. */
  REFUSALS,
  /** Those of calls that went on, too. */
  ALL,
  /** None. */
  OFF;

  private static final int MAX_ID = 64;

  /** A refusal with what was asked of whom; what it says already becomes a part of that. */
  public Decision.Refuse explain(
      Decision.Refuse refused, Result result, @Nullable Principal principal) {
    Explanation known = refused.explanation();
    return explain(refused, result, principal, known == null ? List.of() : List.of(known));
  }

  /** A refusal with what was asked of whom, part by part. */
  public Decision.Refuse explain(
      Decision.Refuse refused,
      Result result,
      @Nullable Principal principal,
      List<Explanation> parts) {
    Explanation explanation =
        this == OFF
            ? null
            : new Explanation(refused.rule(), result, refused.reason(), caller(principal), parts);
    return new Decision.Refuse(refused.problem(), refused.rule(), refused.reason(), explanation);
  }

  /** A policy as it is to be asked. */
  AccessPolicy asked(AccessPolicy policy) {
    return this == ALL ? AccessPolicy.explained(policy) : policy;
  }

  /** A permission, with what was asked of whom where that is wanted. */
  Decision permit(String rule, @Nullable Principal principal, Decision permitted) {
    if (this != ALL) {
      return Decision.proceed();
    }
    return permit(
        rule,
        principal,
        permitted instanceof Decision.Explained explained
            ? List.of(explained.explanation())
            : List.of());
  }

  /** A permission with what was asked of whom, part by part. */
  public Decision permit(String rule, @Nullable Principal principal, List<Explanation> parts) {
    return Decision.proceed(new Explanation(rule, Result.PERMIT, null, caller(principal), parts));
  }

  private static String caller(@Nullable Principal principal) {
    if (principal == null) {
      return "nobody";
    }
    String id = principal.credentialId();
    return "by " + principal.method() + (id == null ? "" : ", credential " + printable(id));
  }

  /** The id comes from outside, and may have been made for whoever reads logs. */
  private static String printable(String id) {
    StringBuilder text = new StringBuilder(MAX_ID);
    for (int i = 0; i < id.length() && i < MAX_ID; i++) {
      char c = id.charAt(i);
      text.append(c > ' ' && c < 0x7F && "()[],".indexOf(c) < 0 ? c : '_');
    }
    return text.toString();
  }
}
