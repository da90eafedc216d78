// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.AdminRoute;
import dev.flyball.Attribute;
import dev.flyball.CallListener;
import dev.flyball.Endpoint;
import dev.flyball.Event;
import dev.flyball.EventListener;
import dev.flyball.Finding;
import dev.flyball.FlyballModule;
import dev.flyball.HealthCheck;
import dev.flyball.Lifecycle;
import dev.flyball.Meters;
import dev.flyball.Offers;
import dev.flyball.Phase;
import dev.flyball.ServiceIdentity;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.Stage;
import dev.flyball.Time;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Gathers what the modules of one governor give, and is what they get. */
final class ModuleSetup implements Setup {

  /** How one module looks at endpoints. */
  record Looks(String module, Function<Endpoint, List<Stage>> stages) {}

  /** What one module does at the start. */
  record Start(String module, Runnable action) {}

  private final GovernorEngine governor;
  private final Map<Class<?>, Map<String, Plan.Offer<?>>> offers = new LinkedHashMap<>();

  final List<StartupProblem> problems = new ArrayList<>();
  final List<Stage> serviceStages = new ArrayList<>();
  final List<Looks> looks = new ArrayList<>();
  final Set<String> enforced = new HashSet<>();
  final List<CallListener> callListeners = new ArrayList<>();
  final List<EventListener> eventListeners = new CopyOnWriteArrayList<>();
  final List<AdminRoute> adminRoutes = new ArrayList<>();
  final List<Start> onStart = new ArrayList<>();
  final List<Runnable> onClose = new ArrayList<>();
  private final Set<String> attributes = new HashSet<>();
  private final Set<String> pages = new HashSet<>();
  private @Nullable SharedStore sharedStore;
  private String module = "core";
  private boolean complete;

  ModuleSetup(GovernorEngine governor) {
    this.governor = governor;
  }

  void install(FlyballModule module) {
    this.module = module.name();
    try {
      module.install(this);
    } catch (RuntimeException | LinkageError e) {
      String what = "the module " + module.name() + " could not be installed: " + e;
      problem(new StartupProblem(what, module.getClass().getName(), hint(e)));
    }
  }

  /** What to do about an error of a module. */
  static @Nullable String hint(Throwable error) {
    return error instanceof LinkageError
        ? "versions do not fit together: import flyball-bom"
        : null;
  }

  /** From now on wants are resolved. */
  void complete() {
    complete = true;
    Map<String, SharedStore> stores = offered(SharedStore.class);
    if (sharedStore != null && OfferedStore.isAmbiguous(stores)) {
      problem(
          new StartupProblem(
              "several stores are offered, and none is called default: " + stores.keySet(),
              null,
              "offer the one that instances share as default"));
    }
  }

  int attributeCount() {
    return attributes.size();
  }

  @Override
  public Settings settings() {
    return governor.settings();
  }

  @Override
  public ServiceIdentity service() {
    return new ServiceIdentity(
        Objects.requireNonNull(settings().get(CoreSettings.SERVICE_NAME)),
        settings().get(CoreSettings.SERVICE_VERSION),
        settings().get(CoreSettings.SERVICE_ENVIRONMENT));
  }

  @Override
  public Time time() {
    return governor.time();
  }

  @Override
  public RandomGenerator random() {
    return governor.random();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return governor.scheduler();
  }

  @Override
  public Meters meters() {
    return governor.meters();
  }

  @Override
  public Lifecycle lifecycle() {
    return governor.lifecycle();
  }

  @Override
  public <T> Attribute<T> attribute(String name, Attribute.Scope scope) {
    if (!attributes.add(name)) {
      throw new IllegalArgumentException("the attribute " + name + " is made twice");
    }
    return new Slot<>(governor, name, scope, attributes.size() - 1);
  }

  @Override
  public void stage(Stage stage) {
    if (stage.phase().compareTo(Phase.PROTECT) > 0) {
      problem(
          new StartupProblem(
              "the service-wide stage " + stage.id() + " is of phase " + stage.phase(),
              "module " + module,
              "before routing only TRACE and PROTECT run; bind it to endpoints"));
    } else {
      serviceStages.add(stage);
    }
  }

  @Override
  public void stages(Function<Endpoint, List<Stage>> stages) {
    looks.add(new Looks(module, stages));
  }

  @Override
  public void enforces(List<Class<? extends Annotation>> annotations) {
    for (Class<? extends Annotation> annotation : annotations) {
      enforced.add(annotation.getName());
    }
  }

  @Override
  public void enforcesNamed(List<String> annotationTypes) {
    enforced.addAll(annotationTypes);
  }

  @Override
  public void callListener(CallListener listener) {
    callListeners.add(listener);
  }

  @Override
  public void eventListener(EventListener listener) {
    eventListeners.add(listener);
  }

  @Override
  public void healthCheck(HealthCheck check) {
    offer(HealthCheck.class, check.name(), check);
  }

  @Override
  public Offers<HealthCheck> healthChecks() {
    return want(HealthCheck.class);
  }

  @Override
  public void adminRoute(AdminRoute route) {
    String page = route.method() + " /flyball/" + route.path();
    if (!pages.add(page)) {
      problem(
          new StartupProblem("two pages answer " + page, "module " + module, "remove one of them"));
    }
    adminRoutes.add(route);
  }

  @Override
  public <T> void offer(Class<T> type, String name, T object) {
    offer(new Plan.Offer<>(type, name, object, "module " + module));
  }

  void offer(Plan.Offer<?> offer) {
    Plan.Offer<?> before =
        offers
            .computeIfAbsent(offer.type(), unused -> new LinkedHashMap<>())
            .putIfAbsent(offer.name(), offer);
    if (before != null) {
      problem(
          new StartupProblem(
              "two offers of " + offer.type().getSimpleName() + " are called " + offer.name(),
              before.by() + " and " + offer.by(),
              "rename one of them"));
    }
  }

  @Override
  public <T> Offers<T> want(Class<T> type) {
    return () -> {
      if (!complete) {
        throw new IllegalStateException(
            "offers of "
                + type.getSimpleName()
                + " asked for during installation (expected: later)");
      }
      return offered(type);
    };
  }

  <T> Map<String, T> offered(Class<T> type) {
    Map<String, T> found = new LinkedHashMap<>();
    for (Plan.Offer<?> offer : offers.getOrDefault(type, Map.of()).values()) {
      found.put(offer.name(), type.cast(offer.object()));
    }
    return Collections.unmodifiableMap(found);
  }

  @Override
  public SharedStore sharedStore() {
    SharedStore known = sharedStore;
    if (known == null) {
      known = new OfferedStore(want(SharedStore.class), time());
      sharedStore = known;
    }
    return known;
  }

  @Override
  public boolean isTrustedProxy(String peerAddress) {
    return governor.forwarding().isTrustedPeer(peerAddress);
  }

  @Override
  public void publish(Event event) {
    governor.publish(event);
  }

  @Override
  public boolean isObserved(String rule) {
    return governor.isObserved(rule);
  }

  @Override
  public void finding(Finding finding) {
    governor.findings().add(finding);
  }

  @Override
  public List<Finding> findings() {
    return governor.findings().all();
  }

  @Override
  public void problem(StartupProblem problem) {
    problems.add(problem);
  }

  @Override
  public void onStart(Runnable action) {
    onStart.add(new Start(module, action));
  }

  @Override
  public void onClose(Runnable action) {
    onClose.add(action);
  }
}
