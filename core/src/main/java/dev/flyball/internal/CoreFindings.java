// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Finding;
import dev.flyball.Finding.Level;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Stage;
import dev.flyball.internal.CoreSettings.RuleMode;
import dev.flyball.internal.CoreSettings.Undeclared;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What core itself finds in the settings and the endpoints of a service. */
final class CoreFindings {

  static final String UNDECLARED = "AUTH-UNDECLARED";
  static final String PERMIT_ALL = "AUTH-PERMIT-ALL";
  static final String DELEGATED = "AUTH-DELEGATED";
  static final String RULE_OBSERVED = "RULE-OBSERVED";
  static final String PROXIES_TRUST_ALL = "PROXIES-TRUST-ALL";
  static final String UNGOVERNED = "UNGOVERNED-ANSWER";

  private CoreFindings() {}

  static List<Setting<Level>> kinds() {
    return List.of(
        Finding.kind(UNDECLARED, "An endpoint does not say who may call it."),
        Finding.kind(PERMIT_ALL, "An endpoint lets everybody through and gives no reason."),
        Finding.kind(DELEGATED, "The host is said to authorize calls."),
        Finding.kind(RULE_OBSERVED, "A rule does not refuse, but only says that it would."),
        Finding.kind(
            PROXIES_TRUST_ALL,
            "Every address is a trusted proxy, so that callers can say where they come from."),
        Finding.kind(
            UNGOVERNED, "Something has answered a call that nobody governs. Found while serving."));
  }

  static List<Finding> of(Settings settings, Collection<? extends GovernedEndpoint> endpoints) {
    List<Finding> findings = new ArrayList<>();
    addEndpoints(settings, endpoints, findings);
    String reason = settings.get(CoreSettings.DELEGATED);
    if (reason != null) {
      findings.add(
          new Finding(
              DELEGATED,
              "endpoints that do not say who may call are let through: " + reason,
              place(settings, CoreSettings.DELEGATED),
              "annotate them, and take the setting away"));
    }
    for (String rule : settings.names(CoreSettings.RULE_MODE)) {
      Setting<RuleMode> mode = CoreSettings.RULE_MODE.named(rule);
      if (settings.get(mode) == RuleMode.OBSERVE) {
        findings.add(
            new Finding(
                RULE_OBSERVED,
                "the rule " + rule + " refuses nobody",
                place(settings, mode),
                "set " + mode.key() + "=enforce"));
      }
    }
    List<String> trusted = settings.get(CoreSettings.TRUSTED_PROXIES);
    if (trusted != null && holdsAll(trusted)) {
      findings.add(
          new Finding(
              PROXIES_TRUST_ALL,
              "flyball.proxies.trusted holds every address: " + String.join(",", trusted),
              place(settings, CoreSettings.TRUSTED_PROXIES),
              "name the addresses of the proxies"));
    }
    return findings;
  }

  private static boolean holdsAll(List<String> blocks) {
    for (String block : blocks) {
      if (block.endsWith("/0")) {
        return true;
      }
    }
    return false;
  }

  static Finding ungoverned(String name) {
    return new Finding(
        UNGOVERNED,
        "something that nobody governs has answered: " + name,
        null,
        "govern it, or add it to flyball.ungoverned");
  }

  private static void addEndpoints(
      Settings settings, Collection<? extends GovernedEndpoint> endpoints, List<Finding> findings) {
    List<String> undeclared = new ArrayList<>();
    List<String> permitting = new ArrayList<>();
    for (GovernedEndpoint each : endpoints) {
      boolean isUndeclared = false;
      boolean permitsAll = false;
      for (Stage bound : each.stages()) {
        isUndeclared |= bound.id().equals("undeclared");
        permitsAll |= bound.permitsAll();
      }
      if (isUndeclared) {
        undeclared.add(each.endpoint().id());
      }
      if (permitsAll) {
        permitting.add(each.endpoint().id());
      }
    }
    if (!undeclared.isEmpty()) {
      findings.add(undeclared(undeclared, settings));
    }
    if (!permitting.isEmpty()) {
      findings.add(
          new Finding(
              PERMIT_ALL,
              permitting.size()
                  + " endpoint(s) let everybody through without a stated reason: "
                  + String.join(", ", permitting),
              null,
              "prefer @Public(reason) to @PermitAll"));
    }
  }

  private static Finding undeclared(List<String> endpoints, Settings settings) {
    boolean observed = settings.get(CoreSettings.UNDECLARED) == Undeclared.OBSERVE;
    return new Finding(
        UNDECLARED,
        endpoints.size()
            + " endpoint(s) do not say who may call and are "
            + (observed ? "let through and recorded" : "denied")
            + ": "
            + String.join(", ", endpoints),
        observed ? place(settings, CoreSettings.UNDECLARED) : null,
        "annotate each with @RequiresScope, @RequiresRole, @Policy, @Authenticated or"
            + " @Public(reason)");
  }

  private static @Nullable String place(Settings settings, Setting<?> setting) {
    return settings.explain(setting).origin().place();
  }
}
