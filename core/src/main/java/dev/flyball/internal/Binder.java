// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.AuditTrail;
import dev.flyball.CallListener;
import dev.flyball.Endpoint;
import dev.flyball.Offers;
import dev.flyball.Phase;
import dev.flyball.Stage;
import dev.flyball.annotation.Audited;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.settings.StartupProblem;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Binds stages to endpoints: asks every module once, and adds what core itself insists on. */
final class Binder {

  static final Comparator<Stage> ORDER = Binder::compare;

  private final GovernorEngine governor;
  private final ModuleSetup setup;
  private final Offers<AuditTrail> trails;
  private final List<CallListener> listeners;
  private final boolean enabled;
  private final boolean delegated;
  private final long bodyLimit;

  Binder(
      GovernorEngine governor,
      ModuleSetup setup,
      List<CallListener> listeners,
      boolean enabled,
      boolean delegated,
      long bodyLimit) {
    this.governor = governor;
    this.setup = setup;
    this.trails = setup.want(AuditTrail.class);
    this.listeners = listeners;
    this.enabled = enabled;
    this.delegated = delegated;
    this.bodyLimit = bodyLimit;
  }

  private static int compare(Stage one, Stage other) {
    int phases = one.phase().compareTo(other.phase());
    int orders = phases != 0 ? phases : Integer.compare(one.order(), other.order());
    return orders != 0 ? orders : one.id().compareTo(other.id());
  }

  BoundEndpoint bind(Endpoint endpoint, List<StartupProblem> problems) {
    int before = problems.size();
    List<Stage> stages = ask(endpoint, problems);
    if (problems.size() == before) { // else a module has told what is wrong with the rule
      refuseEmpty(endpoint, problems);
    }
    refuseContradiction(endpoint, problems);
    refuseUnenforced(endpoint, problems);
    if (problems.size() == before) { // else it is told already why a stage is missing
      refuseUnbound(endpoint, stages, problems);
    }
    addOwn(endpoint, stages);
    stages.sort(ORDER);
    refuseMisplaced(endpoint, stages, problems);
    if (!enabled) {
      stages.removeIf(stage -> !isAuthorization(stage));
    }
    List<BoundStage> bound = new ArrayList<>();
    for (Stage stage : stages) {
      bound.add(new BoundStage(stage));
    }
    return bound(endpoint, bound);
  }

  /** An endpoint that nothing is bound to: the unmatched one of a protocol. */
  BoundEndpoint bare(Endpoint endpoint) {
    return bound(endpoint, List.of());
  }

  private BoundEndpoint bound(Endpoint endpoint, List<BoundStage> stages) {
    List<CallListener> interested = new ArrayList<>();
    for (CallListener listener : listeners) {
      if (listener.interest(endpoint)) {
        interested.add(listener);
      }
    }
    long limit = endpoint.bodyLimit() >= 0 ? endpoint.bodyLimit() : bodyLimit;
    return new BoundEndpoint(governor, endpoint, stages, interested, limit);
  }

  private List<Stage> ask(Endpoint endpoint, List<StartupProblem> problems) {
    List<Stage> stages = new ArrayList<>();
    for (ModuleSetup.Looks looks : setup.looks) {
      try {
        stages.addAll(List.copyOf(looks.stages().apply(endpoint)));
      } catch (IllegalArgumentException e) {
        problems.add(new StartupProblem(String.valueOf(e.getMessage()), where(endpoint), null));
      } catch (RuntimeException | LinkageError e) {
        String what = "the module " + looks.module() + " failed to look at " + endpoint + ": " + e;
        problems.add(new StartupProblem(what, where(endpoint), ModuleSetup.hint(e)));
      }
    }
    return stages;
  }

  private void addOwn(Endpoint endpoint, List<Stage> stages) {
    boolean callable = endpoint.kind() == Endpoint.Kind.SERVER;
    if (callable || endpoint.kind() == Endpoint.Kind.ENVELOPE) {
      stages.add(new CoreStages.BodyLimit());
    }
    Audited audited = endpoint.annotation(Audited.class).orElse(null);
    if (audited != null) {
      stages.add(new CoreStages.Audited(action(endpoint, audited), trails, governor));
    }
    boolean open = endpoint.annotation(Public.class).isPresent() || delegated;
    if (callable && !open && !decides(stages)) {
      stages.add(new CoreStages.Undeclared());
    }
  }

  private static String action(Endpoint endpoint, Audited audited) {
    return audited.value().isEmpty() ? endpoint.operation() : audited.value();
  }

  private void refuseUnenforced(Endpoint endpoint, List<StartupProblem> problems) {
    for (Annotation annotation : endpoint.annotations()) {
      Class<? extends Annotation> type = annotation.annotationType();
      if (Annotations.isEnforced(annotation)
          && type != Public.class
          && type != Audited.class
          && !setup.enforced.contains(type.getName())) {
        String by = Annotations.enforcer(annotation);
        String hint = by.isEmpty() ? "add the module that enforces it" : "add the dependency " + by;
        problems.add(
            new StartupProblem(
                "no module enforces @" + type.getSimpleName() + " of " + endpoint,
                where(endpoint),
                hint));
      }
    }
  }

  /** A module that says that it enforces a rule, and binds nothing, must not open a door. */
  private static void refuseUnbound(
      Endpoint endpoint, List<Stage> stages, List<StartupProblem> problems) {
    List<Annotation> rules = closing(endpoint);
    if (endpoint.kind() == Endpoint.Kind.SERVER && !decides(stages) && !rules.isEmpty()) {
      problems.add(
          new StartupProblem(
              "no stage is bound for " + names(rules) + " of " + endpoint,
              where(endpoint),
              "mend the module that enforces it"));
    }
  }

  private static boolean decides(List<Stage> stages) {
    for (Stage stage : stages) {
      if (stage.phase() == Phase.AUTHORIZE) {
        return true;
      }
    }
    return false;
  }

  /** The rules that keep somebody out. */
  private static List<Annotation> closing(Endpoint endpoint) {
    List<Annotation> rules = new ArrayList<>();
    for (Annotation rule : endpoint.authorization()) {
      if (rule.annotationType() != Public.class) {
        rules.add(rule);
      }
    }
    return rules;
  }

  private static String names(List<Annotation> rules) {
    return rules.stream()
        .map(rule -> "@" + rule.annotationType().getSimpleName())
        .collect(Collectors.joining(" and "));
  }

  private static void refuseContradiction(Endpoint endpoint, List<StartupProblem> problems) {
    boolean open = endpoint.annotation(Public.class).isPresent();
    if (open && !closing(endpoint).isEmpty()) {
      String what = " is declared both open and protected: " + names(endpoint.authorization());
      problems.add(
          new StartupProblem(endpoint + what, where(endpoint), "keep either @Public or the rules"));
    }
    if (open && endpoint.annotation(Public.class).get().reason().isBlank()) {
      problems.add(
          new StartupProblem(
              "@Public of " + endpoint + " gives no reason", where(endpoint), "say why in reason"));
    }
  }

  /** A rule that asks for nothing lets everybody through who asks for nothing more. */
  private static void refuseEmpty(Endpoint endpoint, List<StartupProblem> problems) {
    for (Annotation rule : endpoint.authorization()) {
      List<String> wanted = wanted(rule);
      if (wanted != null && (wanted.isEmpty() || wanted.stream().anyMatch(String::isBlank))) {
        String what = names(List.of(rule)) + " of " + endpoint + " names nothing";
        problems.add(new StartupProblem(what, where(endpoint), "say what callers need"));
      }
    }
  }

  private static @Nullable List<String> wanted(Annotation rule) {
    if (rule instanceof RequiresScope scope) {
      return List.of(scope.value());
    }
    if (rule instanceof RequiresRole role) {
      return List.of(role.value());
    }
    return rule instanceof Policy policy ? List.of(policy.value()) : null;
  }

  private static void refuseMisplaced(
      Endpoint endpoint, List<Stage> stages, List<StartupProblem> problems) {
    Set<String> ids = new LinkedHashSet<>();
    for (Stage stage : stages) {
      String what = null;
      if (stage.phase() == Phase.TRACE) {
        what = "the stage " + stage.id() + " of phase TRACE is bound to " + endpoint;
      } else if (isAuthorization(stage) && stage.onFailure() == Stage.OnFailure.SKIP) {
        what = "the stage " + stage.id() + " of phase " + stage.phase() + " says SKIP on failure";
      } else if (!ids.add(stage.id())) {
        what = "two stages of " + endpoint + " are called " + stage.id();
      }
      if (what != null) {
        problems.add(new StartupProblem(what, stage.getClass().getName(), "mend the module"));
      }
    }
  }

  private static boolean isAuthorization(Stage stage) {
    return stage.phase() == Phase.AUTHENTICATE || stage.phase() == Phase.AUTHORIZE;
  }

  private static String where(Endpoint endpoint) {
    Method source = endpoint.source();
    return source == null
        ? endpoint.id()
        : source.getDeclaringClass().getName() + "." + source.getName();
  }
}
