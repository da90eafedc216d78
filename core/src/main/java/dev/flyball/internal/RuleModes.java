// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.internal.CoreSettings.RuleMode;
import dev.flyball.internal.CoreSettings.Undeclared;
import dev.flyball.settings.Handle;
import dev.flyball.settings.Settings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Which rules refuse, and which only say that they would. */
final class RuleModes {

  private static final Pattern RULE = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");
  private static final int MAX_RULES = 1_000;

  private final Settings settings;
  private final boolean undeclaredObserved;
  private final Map<String, Handle<RuleMode>> modes = new ConcurrentHashMap<>();

  RuleModes(Settings settings) {
    this.settings = settings;
    this.undeclaredObserved = settings.get(CoreSettings.UNDECLARED) == Undeclared.OBSERVE;
  }

  boolean isObserved(String rule) {
    if (rule.equals("undeclared")) {
      return undeclaredObserved;
    }
    Handle<RuleMode> mode = modes.get(rule);
    if (mode == null) {
      if (!RULE.matcher(rule).matches() || modes.size() >= MAX_RULES) {
        return false;
      }
      mode = settings.handle(CoreSettings.RULE_MODE.named(rule));
      modes.put(rule, mode);
    }
    return mode.get() == RuleMode.OBSERVE;
  }
}
