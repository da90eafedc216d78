// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.AccessDecider;
import dev.flyball.AccessPolicy;
import dev.flyball.AdminRoute;
import dev.flyball.Call;
import dev.flyball.CallListener;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.EndpointCatalog;
import dev.flyball.Event;
import dev.flyball.Finding;
import dev.flyball.FlyballModule;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Governor;
import dev.flyball.HealthCheck;
import dev.flyball.Lifecycle;
import dev.flyball.Meters;
import dev.flyball.Offers;
import dev.flyball.Outcome;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Parameters;
import dev.flyball.Phase;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import dev.flyball.Stage;
import dev.flyball.Time;
import dev.flyball.annotation.Public;
import dev.flyball.settings.Handle;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupException;
import dev.flyball.settings.StartupProblem;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The governor: its life, its endpoints, and the beginning and end of its calls. */
public final class GovernorEngine implements Governor, Lifecycle, EndpointCatalog {

  private static final Logger logger = LoggerFactory.getLogger(Governor.class);

  private final Time time;
  private final RandomGenerator random;
  private final ScheduledExecutorService scheduler;
  private final Settings settings;
  private final MeterRegistry meters = new MeterRegistry();
  private final Counters counters = new Counters(meters);
  private final ModuleSetup setup;
  private final EventBus events;
  private final Findings findings;
  private final RuleModes modes;
  private final Forwarding forwarding;
  private final Handle<Duration> pendingTimeout;
  private final Handle<Duration> callTimeout;
  private final boolean enabled;
  private final OffCall off;
  private final StageFailures failures;
  private final Policies policies;
  private final Ungoverned ungoverned;

  private final List<QueuedListener> queues = new ArrayList<>();
  private final Binder binder;
  private final LateEndpoints late;
  private final BoundStage[] service;
  private final BoundStage[] traceOnly;
  private final List<StartupProblem> bindingProblems = new ArrayList<>();
  private final Map<String, BoundEndpoint> endpoints = new ConcurrentSkipListMap<>();

  private final LongAdder active = new LongAdder();
  private volatile State state = State.STARTING;
  private volatile boolean somethingToProtect;
  private boolean closing; // guarded by this

  /** Reads settings and installs modules. */
  public GovernorEngine(Plan plan) {
    this.time = plan.time();
    this.random = plan.random();
    this.scheduler = plan.scheduler();
    List<StartupProblem> undeclarable = new ArrayList<>();
    this.settings = load(plan, undeclarable);
    this.setup = new ModuleSetup(this);
    setup.problems.addAll(undeclarable);
    setup.eventListeners.addAll(plan.eventListeners());
    this.events = new EventBus(setup.eventListeners, counters.listenerFailures);
    this.findings = new Findings(settings, this::publish);
    this.modes = new RuleModes(settings);
    this.forwarding =
        new Forwarding(
            Objects.requireNonNull(settings.get(CoreSettings.TRUSTED_PROXIES)),
            Objects.requireNonNull(settings.get(CoreSettings.PROXY_HEADERS)));
    this.pendingTimeout = settings.handle(CoreSettings.PENDING_TIMEOUT);
    this.callTimeout = settings.handle(CoreSettings.CALL_TIMEOUT);
    this.enabled = Boolean.TRUE.equals(settings.get(CoreSettings.ENABLED));
    this.failures = new StageFailures(time, counters.stageFailures);
    this.ungoverned =
        new Ungoverned(
            Objects.requireNonNull(settings.get(CoreSettings.UNGOVERNED)),
            counters.ungoverned,
            findings);
    long bodyLimit = Objects.requireNonNull(settings.get(CoreSettings.BODY_LIMIT));
    this.off = new OffCall(bodyLimit);
    this.policies =
        new Policies(
            setup.want(AccessPolicy.class), setup.want(AccessDecider.class), time, failures);
    install(plan);
    this.binder =
        new Binder(
            this,
            setup,
            listeners(),
            enabled,
            settings.find(CoreSettings.DELEGATED).isPresent(),
            bodyLimit);
    this.late = new LateEndpoints(binder);
    this.service = enabled ? bind(false) : BoundStage.NONE;
    this.traceOnly = enabled ? bind(true) : BoundStage.NONE;
    this.somethingToProtect = !setup.offered(AccessPolicy.class).isEmpty();
  }

  // ---- putting together

  private static Settings load(Plan plan, List<StartupProblem> problems) {
    plan.settings().declare(CoreSettings.all());
    for (FlyballModule module : plan.modules()) {
      try {
        for (Setting<?> setting : module.settings()) {
          declare(setting, module, plan, problems);
        }
      } catch (RuntimeException | LinkageError e) {
        String what = "the settings of the module " + module.name() + " cannot be read: " + e;
        problems.add(new StartupProblem(what, module.getClass().getName(), ModuleSetup.hint(e)));
      }
    }
    return plan.settings().load();
  }

  private static void declare(
      Setting<?> setting, FlyballModule module, Plan plan, List<StartupProblem> problems) {
    try {
      plan.settings().declare(List.of(setting));
    } catch (IllegalArgumentException e) {
      String where = "module " + module.name() + " (" + module.getClass().getName() + ")";
      problems.add(
          new StartupProblem(String.valueOf(e.getMessage()), where, "a module has to rename it"));
    }
  }

  private void install(Plan plan) {
    setup.problems.addAll(settings.problems());
    LocalDate today =
        Instant.ofEpochMilli(time.currentTimeMillis()).atZone(ZoneOffset.UTC).toLocalDate();
    setup.problems.addAll(UndeclaredTerm.problems(settings, today));
    for (Plan.Offer<?> offer : plan.offers()) {
      setup.offer(offer);
    }
    for (HealthCheck check : plan.healthChecks()) {
      setup.healthCheck(check);
    }
    setup.callListeners.addAll(plan.callListeners());
    setup.healthCheck(ungoverned);
    for (FlyballModule module : plan.modules()) {
      setup.install(module);
    }
    setup.complete();
    gauges();
  }

  private void gauges() {
    meters.gauge("flyball.call.active", "{call}", "Calls that are running.", Map.of(), active::sum);
  }

  private List<CallListener> listeners() {
    if (setup.callListeners.isEmpty()) {
      return List.of(new GuardedListener(new FailureLog(), counters.listenerFailures.with("log")));
    }
    List<CallListener> listeners = new ArrayList<>();
    for (CallListener listener : setup.callListeners) {
      String name = GuardedListener.name(listener);
      GuardedListener guarded = new GuardedListener(listener, counters.listenerFailures.with(name));
      if (listener.queueCapacity() > 0) {
        QueuedListener queued = new QueuedListener(listener, guarded, counters.dropped.with(name));
        queues.add(queued);
        listeners.add(queued);
      } else {
        listeners.add(guarded);
      }
    }
    listeners.sort(Comparator.comparingInt(CallListener::order));
    return listeners;
  }

  private BoundStage[] bind(boolean traceOnly) {
    List<Stage> stages = new ArrayList<>(setup.serviceStages);
    stages.sort(Binder.ORDER);
    List<BoundStage> bound = new ArrayList<>();
    for (Stage stage : stages) {
      if (!traceOnly || stage.phase() == Phase.TRACE) {
        bound.add(new BoundStage(stage));
      }
    }
    return bound.toArray(BoundStage.NONE);
  }

  @Override
  public GovernedEndpoint govern(Endpoint endpoint) {
    List<StartupProblem> problems = new ArrayList<>();
    BoundEndpoint bound = binder.bind(endpoint, problems);
    report(problems);
    if (endpoints.putIfAbsent(endpoint.id(), bound) != null) {
      report(List.of(twoHandlers(endpoint)));
    }
    if (bound.isProtected) {
      somethingToProtect = true;
    }
    return bound;
  }

  private static StartupProblem twoHandlers(Endpoint endpoint) {
    return new StartupProblem(
        "two handlers are registered for " + endpoint,
        endpoint.source() == null ? null : endpoint.source().toString(),
        "remove one of them");
  }

  private void report(List<StartupProblem> problems) {
    if (state != State.STARTING && !problems.isEmpty()) {
      throw new StartupException(problems);
    }
    synchronized (bindingProblems) {
      bindingProblems.addAll(problems);
    }
  }

  /** Whether somebody has to be kept out. */
  static boolean isProtected(Endpoint endpoint) {
    return endpoint.kind() == Endpoint.Kind.SERVER && endpoint.annotation(Public.class).isEmpty();
  }

  @Override
  public void problem(StartupProblem problem) {
    synchronized (bindingProblems) {
      bindingProblems.add(problem);
    }
  }

  @Override
  public void start() {
    synchronized (this) {
      if (state != State.STARTING || closing) {
        throw new IllegalStateException("the governor is " + state + " (expected: started once)");
      }
    }
    List<StartupProblem> problems = new ArrayList<>(setup.problems);
    synchronized (bindingProblems) {
      problems.addAll(bindingProblems);
    }
    for (Finding finding : CoreFindings.of(settings, endpoints.values())) {
      findings.add(finding);
    }
    problems.addAll(findings.fatal());
    if (problems.isEmpty()) {
      problems.addAll(startModules());
    }
    if (!problems.isEmpty()) {
      close();
      throw new StartupException(List.copyOf(new LinkedHashSet<>(problems)));
    }
    new SettingsWatch(settings, this::publish)
        .every(settings.get(CoreSettings.RELOAD_INTERVAL), scheduler);
    StartupReport.log(settings, setup.serviceStages, endpoints.values());
    findings.start();
    synchronized (this) {
      state = state == State.STARTING ? State.RUNNING : state;
    }
  }

  private List<StartupProblem> startModules() {
    for (ModuleSetup.Start start : setup.onStart) {
      try {
        start.action().run();
      } catch (StartupException e) {
        return e.problems();
      } catch (RuntimeException | LinkageError e) {
        String what = "the module " + start.module() + " could not be started: " + e;
        return List.of(new StartupProblem(what, null, ModuleSetup.hint(e)));
      }
    }
    return List.of();
  }

  // ---- calls

  @Override
  public boolean isOff() {
    return !enabled && !somethingToProtect;
  }

  @Override
  public Call begin(Carrier carrier) {
    if (isOff()) {
      return off;
    }
    BoundEndpoint none = late.unmatched(carrier.protocol());
    CallEngine call = admit(new CallEngine(this, none, carrier, null, null));
    Duration limit = callTimeout.get();
    if (limit != null) {
      call.deadline(call.startNanos() + limit.toNanos());
    }
    return call.begin(service);
  }

  @Override
  public Call beginOutgoing(OutgoingCarrier carrier) {
    BoundEndpoint dependency = late.dependency(carrier.dependency());
    Call caller = Call.current();
    CallEngine call = admit(new CallEngine(this, dependency, EmptyCarrier.INSTANCE, carrier, null));
    if (caller != null) {
      call.deadline(caller.deadline());
    }
    call.begin(traceOnly);
    if (call.await().proceeds()) {
      call.enter(dependency, Parameters.none());
    }
    return call;
  }

  @Override
  public <T> T run(String job, @Nullable String unit, Callable<T> body) throws Exception {
    Objects.requireNonNull(body, "body");
    BoundEndpoint endpoint = late.job(job);
    CallEngine call = admit(new CallEngine(this, endpoint, EmptyCarrier.INSTANCE, null, unit));
    call.begin(traceOnly);
    if (call.await().proceeds()) {
      call.enter(endpoint, Parameters.none());
    }
    if (call.await() instanceof Decision.Refuse refused) {
      call.end(Outcome.of(refused.problem(), null));
      throw new ProblemException(refused.problem());
    }
    Outcome outcome = new Outcome(Outcome.Kind.OK, 0, null);
    try (Scope scope = call.openScope()) {
      return body.call();
    } catch (ProblemException e) {
      outcome = Outcome.of(e.problem(), e);
      throw e;
    } catch (Throwable t) {
      outcome = new Outcome(Outcome.Kind.SERVER_ERROR, 0, t);
      throw t;
    } finally {
      call.end(outcome);
    }
  }

  private CallEngine admit(CallEngine call) {
    if (state == State.STARTING) {
      throw new IllegalStateException("the governor has not started (expected: start() first)");
    }
    active.increment();
    if (state == State.CLOSED) {
      call.abort(Problem.of(Problem.Kind.OVERLOADED, "the service is shutting down"), "closed");
    }
    return call;
  }

  BoundEndpoint own(GovernedEndpoint governed) {
    if (governed instanceof BoundEndpoint bound && bound.governor == this) {
      return bound;
    }
    throw new IllegalArgumentException(
        governed + " (expected: an endpoint that this governor has bound)");
  }

  /** Hands the record on; with the governor switched off only refusals are recorded. */
  void ended(CallEngine call, CallListener[] listeners) {
    if (enabled || call.refusal() != null) {
      for (CallListener listener : listeners) {
        listener.onEnd(call);
      }
    }
    if (call.parent() == null) {
      active.decrement();
    }
  }

  boolean isObserved(String rule) {
    return modes.isObserved(rule);
  }

  Policies policies() {
    return policies;
  }

  Findings findings() {
    return findings;
  }

  Ungoverned ungoverned() {
    return ungoverned;
  }

  void stageFailed(String stage, String reason, @Nullable Throwable error) {
    failures.add(stage, reason, error);
  }

  // ---- the end

  @Override
  public void drain() {
    synchronized (this) {
      if (state != State.RUNNING) {
        return;
      }
      state = State.DRAINING;
    }
    publish(Event.info("service.draining", "no new calls should be sent"));
    pause(Objects.requireNonNull(settings.get(CoreSettings.DRAIN_DELAY)));
  }

  @Override
  public void close() {
    boolean started;
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
      started = state != State.STARTING;
      state = State.CLOSED;
    }
    if (started) {
      awaitCalls(Objects.requireNonNull(settings.get(CoreSettings.DRAIN_TIMEOUT)));
    }
    for (int i = setup.onClose.size() - 1; i >= 0; i--) {
      closeModule(setup.onClose.get(i));
    }
    queues.forEach(QueuedListener::close);
    scheduler.shutdownNow();
  }

  private static void closeModule(Runnable action) {
    try {
      action.run();
    } catch (Throwable t) {
      logger.warn("a module could not be closed", t);
    }
  }

  /** A call counts before it looks whether the governor is closed: none is missed here. */
  private void awaitCalls(Duration timeout) {
    long until = System.nanoTime() + timeout.toNanos();
    while (active.sum() > 0 && System.nanoTime() - until < 0) {
      pause(Duration.ofMillis(5));
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    long left = active.sum();
    if (left > 0) {
      publish(
          Event.warn("service.closed-with-calls", "calls are still running").with("calls", left));
    }
  }

  private static void pause(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- what others ask

  Future<?> after(long nanos, Runnable action) {
    try {
      return scheduler.schedule(action, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(null);
    }
  }

  void publish(Event event) {
    events.publish(event);
  }

  long pendingTimeoutNanos() {
    return Objects.requireNonNull(pendingTimeout.get()).toNanos();
  }

  Counters counters() {
    return counters;
  }

  Forwarding forwarding() {
    return forwarding;
  }

  int attributeCount() {
    return setup.attributeCount();
  }

  RandomGenerator random() {
    return random;
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  @Override
  public Time time() {
    return time;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Meters meters() {
    return meters;
  }

  @Override
  public Lifecycle lifecycle() {
    return this;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public long activeCalls() {
    return active.sum();
  }

  @Override
  public EndpointCatalog endpoints() {
    return this;
  }

  @Override
  public List<GovernedEndpoint> all() {
    return List.copyOf(endpoints.values());
  }

  @Override
  public Optional<GovernedEndpoint> find(String id) {
    return Optional.ofNullable(endpoints.get(id));
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    Offers<T> offers = () -> setup.offered(type);
    return offers.only();
  }

  @Override
  public <T> Optional<T> find(Class<T> type, String name) {
    return Optional.ofNullable(setup.offered(type).get(name));
  }

  @Override
  public List<AdminRoute> adminRoutes() {
    List<AdminRoute> routes = new ArrayList<>(setup.adminRoutes);
    routes.sort(Comparator.comparing(AdminRoute::path));
    return List.copyOf(routes);
  }
}
