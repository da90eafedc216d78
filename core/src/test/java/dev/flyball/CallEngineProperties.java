// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Stage.OnFailure;
import dev.flyball.Verdict.Result;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The promise of the engine, over random stages, hosts and accidents: each started stage is seen
 * out exactly once, in reverse order; the handler runs only if every stage let the call go on;
 * there is one record, after everything else, complete for every outcome.
 */
class CallEngineProperties {

  enum Start {
    PROCEED,
    SLOW,
    REFUSE,
    REFUSE_OBSERVED,
    THROW,
    NOTHING,
    PENDING_PROCEED,
    PENDING_REFUSE,
    PENDING_ERROR,
    PENDING_TWICE,
    NEVER,
    END_INSIDE,
    ABORT_INSIDE,
    END_PENDING,
    ABORT_PENDING
  }

  enum Host {
    BLOCKING,
    EVENT_LOOP
  }

  enum Ending {
    OK,
    THROWN,
    TWICE,
    ON_ANOTHER_THREAD,
    BY_TWO_THREADS,
    ABORTED
  }

  enum Accident {
    NONE,
    END,
    ABORT
  }

  /** What a thread does to a call in the moment in which another one does something. */
  enum Move {
    END,
    ABORT,
    ENTER,
    AWAIT,
    CHILD
  }

  record Step(Start start, OnFailure onFailure, boolean failsAtEnd) {

    /** What the stage may come to; first what it does without an accident. */
    List<Result> results() {
      Result failure = onFailure == OnFailure.SKIP ? Result.SKIPPED : Result.FAILED;
      return switch (start) {
        case PROCEED, SLOW, END_INSIDE, ABORT_INSIDE -> List.of(Result.PROCEED);
        case REFUSE -> List.of(Result.REFUSE);
        case REFUSE_OBSERVED -> List.of(Result.WOULD_REFUSE);
        case THROW, NOTHING -> List.of(failure);
        case PENDING_PROCEED, PENDING_TWICE ->
            List.of(Result.PROCEED, failure, Result.REFUSE, Result.CANCELLED);
        case PENDING_REFUSE -> List.of(Result.REFUSE, failure, Result.CANCELLED);
        case PENDING_ERROR, NEVER -> List.of(failure, Result.REFUSE, Result.CANCELLED);
        case END_PENDING -> List.of(Result.CANCELLED);
        case ABORT_PENDING -> List.of(Result.REFUSE, Result.CANCELLED);
      };
    }
  }

  record Script(
      List<Step> service, List<Step> bound, List<List<Step>> children, Host host, Ending ending) {

    List<Step> all() {
      return Stream.concat(service.stream(), bound.stream()).toList();
    }
  }

  /**
   * What happened to one call, in order: a stage starts {@code <}, has started {@code =}, has ended
   * or aborted the call {@code !}, is seen out {@code >}; the record is handed on {@code .}.
   */
  static final class Trace {
    final List<String> entries = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Step> steps = new ConcurrentHashMap<>();
    final List<CompletableFuture<Decision>> futures =
        Collections.synchronizedList(new ArrayList<>());
    final CompletableFuture<CallRecord> record = new CompletableFuture<>();
    volatile long number;

    static Trace of(Object call) {
      return traces.computeIfAbsent(call, unused -> new Trace());
    }

    static void recorded(CallRecord record) {
      of(record).entries.add(".");
      of(record).number = numbers.incrementAndGet();
      of(record).record.complete(record);
    }
  }

  private static final int SERVICE_STAGES = 2;
  private static final int MEETINGS = 3;
  private static final Set<Outcome.Kind> REFUSALS =
      Set.of(Outcome.Kind.REFUSED, Outcome.Kind.TIMEOUT);

  private static Governor calm;
  private static Governor hasty;
  private static ExecutorService threads;
  private static final Map<String, List<Step>> stepsOf = new ConcurrentHashMap<>();
  private static final Map<Object, Trace> traces = new ConcurrentHashMap<>();
  private static final AtomicLong numbers = new AtomicLong();

  @BeforeContainer
  static void start() {
    threads = Executors.newFixedThreadPool(4);
    calm = governor("20s");
    hasty = governor("1ms");
  }

  @AfterContainer
  static void stop() {
    calm.close();
    hasty.close();
    threads.shutdownNow();
  }

  private static Governor governor(String pendingTimeout) {
    Governor governor =
        TestApp.builder(List.of(TestModule.installing(CallEngineProperties::install)))
            .property("flyball.pending-timeout", pendingTimeout)
            .property("flyball.auth.delegated", "the engine is under test, not authorization")
            .property("flyball.rules.observed.mode", "observe")
            .callListener(Trace::recorded)
            .build();
    governor.start();
    return governor;
  }

  private static void install(Setup setup) {
    for (int i = 0; i < SERVICE_STAGES; i++) {
      setup.stage(new ServiceStage(i));
    }
    setup.stages(endpoint -> {
      List<Stage> stages = new ArrayList<>();
      List<Step> steps = stepsOf.getOrDefault(endpoint.operation(), List.of());
      for (int i = 0; i < steps.size(); i++) {
        stages.add(new ScriptedStage(i, steps.get(i)));
      }
      return stages;
    });
  }

  // ---- properties

  /** Without accidents the outcome is that of a plain loop over the stages. */
  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void callWithoutAccident_endsAsTheStagesSay(@ForAll("calmScripts") Script script)
      throws Exception {
    Run run = new Run(calm, script, Accident.NONE);
    run.play();
    run.checkPromises();
    run.checkAgainstModel();
  }

  /** Whatever happens at whatever moment, on several threads, the promises hold. */
  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void callWithAccidents_keepsThePromises(
      @ForAll("wildScripts") Script script, @ForAll Accident accident) throws Exception {
    Run run = new Run(hasty, script, accident);
    run.play();
    run.checkPromises();
  }

  /** Two threads do something to the same call in the same moment, and again. */
  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void twoThreadsOnACall_keepThePromises(
      @ForAll("wildScripts") Script script,
      @ForAll @Size(MEETINGS) List<Move> some,
      @ForAll @Size(MEETINGS) List<Move> others)
      throws Exception {
    Run run = new Run(hasty, script, Accident.NONE);
    run.meet(some, others);
    run.checkPromises();
  }

  // ---- one run

  private static final class Run {

    private final Governor governor;
    private final Script script;
    private final Accident accident;
    private final GovernedEndpoint endpoint;
    private final List<GovernedEndpoint> childEndpoints = new ArrayList<>();
    private final Map<Call, List<Step>> calls = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Set<Call> letOn = ConcurrentHashMap.newKeySet();
    private final Set<Call> endedAsChildren = ConcurrentHashMap.newKeySet();
    private final Queue<Problem> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger callbacks = new AtomicInteger();
    private final long began = System.nanoTime();
    private final CompletableFuture<Call> begun = new CompletableFuture<>();
    private final CompletableFuture<Boolean> handled = new CompletableFuture<>();
    private Call call;

    Run(Governor governor, Script script, Accident accident) {
      this.governor = governor;
      this.script = script;
      this.accident = accident;
      traces.clear();
      stepsOf.clear();
      this.endpoint = endpoint(script.bound());
      script.children().forEach(steps -> childEndpoints.add(endpoint(steps)));
    }

    private GovernedEndpoint endpoint(List<Step> steps) {
      String operation = "run-" + numbers.incrementAndGet();
      stepsOf.put(operation, steps);
      return governor.govern(Endpoint.builder("test", operation).build());
    }

    void play() throws Exception {
      CompletableFuture<Void> accidents =
          accident == Accident.NONE
              ? CompletableFuture.completedFuture(null)
              : CompletableFuture.runAsync(this::happen, threads);
      begin();
      call.onAbort(told::add);
      if (script.host() == Host.BLOCKING) {
        Decision decision = call.await();
        if (decision.proceeds()) {
          call.enter(endpoint, Parameters.none());
          decision = call.await();
        }
        handle(decision);
      } else {
        call.whenDecided(
            threads,
            first -> {
              if (first.proceeds()) {
                call.enter(endpoint, Parameters.none());
              }
              call.whenDecided(threads, this::handle);
            });
      }
      handled.get(10, TimeUnit.SECONDS);
      accidents.get(10, TimeUnit.SECONDS);
      awaitRecords();
      assertThat(callbacks).as("told once how it goes on").hasValue(1);
    }

    private void begin() {
      call = governor.begin(new ScriptCarrier(script.service(), begun));
      begun.complete(call);
      calls.put(call, script.all());
    }

    void meet(List<Move> some, List<Move> others) throws Exception {
      begin();
      if (script.host() == Host.BLOCKING && call.await().proceeds()) {
        call.enter(endpoint, Parameters.none());
      }
      AtomicInteger arrivals = new AtomicInteger();
      CompletableFuture<Void> second =
          CompletableFuture.runAsync(() -> move(others, arrivals), threads);
      move(some, arrivals);
      second.get(10, TimeUnit.SECONDS);
      call.end(Outcome.http(200));
      awaitRecords();
    }

    private void move(List<Move> moves, AtomicInteger arrivals) {
      try {
        arrive(arrivals, 2); // from here on both run, and meet without the scheduler
        for (int i = 0; i < moves.size(); i++) {
          arrive(arrivals, 4 + 2 * i);
          move(moves.get(i));
        }
      } finally {
        arrivals.addAndGet(1_000); // whoever fails lets the other go on
      }
    }

    private static void arrive(AtomicInteger arrivals, int all) {
      arrivals.incrementAndGet();
      for (int i = 0; arrivals.get() < all; i++) {
        if (i < 10_000) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
    }

    private void move(Move move) {
      try {
        switch (move) {
          case END -> call.end(Outcome.http(500));
          case ABORT -> call.abort(Problem.of(Problem.Kind.OVERLOADED, "drain"), "observed");
          case ENTER -> call.enter(endpoint, Parameters.none());
          case AWAIT -> call.await();
          case CHILD -> calls.put(call.child(endpoint, Parameters.none()), script.bound());
        }
      } catch (IllegalStateException e) {
        // the engine says that another thread runs stages, or that a decision is pending
      }
    }

    private void happen() {
      try {
        Call target = begun.get(10, TimeUnit.SECONDS);
        spin(script.bound().size());
        if (accident == Accident.END) {
          target.end(Outcome.cancelled(null));
        } else {
          target.abort(Problem.of(Problem.Kind.OVERLOADED, "drain"), "observed");
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private void handle(Decision decision) {
      callbacks.incrementAndGet();
      try {
        if (decision instanceof Decision.Refuse refused) {
          call.end(Outcome.of(refused.problem(), null));
          handled.complete(false);
          return;
        }
        letOn.add(call);
        try (Scope scope = call.openScope()) {
          for (int i = 0; i < childEndpoints.size(); i++) {
            handleChild(i);
          }
        }
        finish();
        handled.complete(true);
      } catch (Throwable t) {
        handled.completeExceptionally(t);
      }
    }

    private void handleChild(int index) {
      Call child = call.child(childEndpoints.get(index), Parameters.none());
      calls.put(child, script.children().get(index));
      if (child.await().proceeds()) {
        letOn.add(child);
      }
      if (index % 2 == 1) { // the others end with the call
        endedAsChildren.add(child);
        child.end(Outcome.http(200));
      }
    }

    private void finish() throws Exception {
      switch (script.ending()) {
        case OK -> call.end(Outcome.http(200));
        case THROWN -> call.end(Outcome.http(500, new IllegalStateException("handler")));
        case TWICE -> {
          call.end(Outcome.http(200));
          call.end(Outcome.http(500));
        }
        case ON_ANOTHER_THREAD ->
            CompletableFuture.runAsync(() -> call.end(Outcome.http(200)), threads).get();
        case BY_TWO_THREADS -> {
          CompletableFuture<Void> other =
              CompletableFuture.runAsync(() -> call.end(Outcome.http(500)), threads);
          call.end(Outcome.http(200));
          other.get();
        }
        case ABORTED -> {
          call.abort(Problem.of(Problem.Kind.TIMEOUT, "late"), "deadline");
          call.end(Outcome.http(504));
        }
      }
    }

    /** The thread that ends a call may be another one: wait for the records, not for a time. */
    private void awaitRecords() throws Exception {
      for (Call each : calls.keySet()) {
        Trace.of(each).record.get(10, TimeUnit.SECONDS);
      }
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (governor.lifecycle().activeCalls() > 0 && System.nanoTime() - until < 0) {
        Thread.onSpinWait();
      }
      assertThat(governor.lifecycle().activeCalls()).as("each call ends once").isZero();
    }

    void checkPromises() {
      calls.forEach(this::check);
    }

    private void check(Call each, List<Step> steps) {
      Trace trace = Trace.of(each);
      CallRecord record = trace.record.join();
      List<String> started = checkOrder(List.copyOf(trace.entries));
      List<Verdict> verdicts = verdictsOfStages(record);
      assertThat(verdicts)
          .as("one verdict for each started stage: %s", trace.entries)
          .extracting(Verdict::stage)
          .isEqualTo(started);
      for (Verdict verdict : verdicts) {
        Step step = trace.steps.get(verdict.stage());
        assertThat(verdict.result()).as("%s", step).isIn(step.results());
      }
      if (letOn.contains(each)) {
        assertThat(verdicts)
            .as("the handler runs only if every stage let the call go on: %s", trace.entries)
            .hasSize(steps.size())
            .extracting(Verdict::result)
            .isSubsetOf(Result.PROCEED, Result.WOULD_REFUSE, Result.SKIPPED);
        assertThat(trace.entries).doesNotContain("!");
      }
      assertThat(trace.futures).as("decided or given up").allMatch(CompletableFuture::isDone);
      checkRecord(record);
      each.addResponseHeader("Late", "write");
      assertThat(each.responseHeaders()).isEmpty();
    }

    /** The stages that were started, in order. */
    private static List<String> checkOrder(List<String> entries) {
      List<String> started = new ArrayList<>();
      List<String> open = new ArrayList<>();
      for (String entry : entries) {
        String stage = entry.substring(1);
        switch (entry.charAt(0)) {
          case '<' -> {
            started.add(stage);
            open.add("<" + stage);
          }
          case '=' -> {
            assertThat(open).as("%s", entries).last().isEqualTo("<" + stage);
            open.set(open.size() - 1, stage);
          }
          case '>' -> {
            assertThat(open).as("ends in reverse order, after its start: %s", entries).isNotEmpty();
            assertThat(open.remove(open.size() - 1)).as("%s", entries).isEqualTo(stage);
          }
          default -> {}
        }
      }
      assertThat(open).as("every started stage is seen out: %s", entries).isEmpty();
      assertThat(entries.indexOf(".")).as("one record: %s", entries).isEqualTo(entries.size() - 1);
      if (entries.contains("!")) {
        assertThat(entries.subList(entries.indexOf("!"), entries.size()))
            .as("no stage starts after the end or an abort: %s", entries)
            .noneMatch(entry -> entry.startsWith("<"));
      }
      return started;
    }

    private void checkRecord(CallRecord record) {
      assertThat(record.endpoint()).isNotNull();
      long least = record.parent() == null ? 1 : 0; // a child may be shorter than a tick
      assertThat(record.durationNanos()).isBetween(least, System.nanoTime() - began);
      boolean refused = record.refusal() != null && record.problem() != null;
      assertThat(refused)
          .as("%s because of %s", record.outcome(), record.refusal())
          .isEqualTo(REFUSALS.contains(record.outcome().kind()));
    }

    void checkAgainstModel() {
      Model model = new Model(script.all());
      assertThat(handled.join()).as("the handler runs only if all go on").isEqualTo(model.goesOn);
      boolean aborts = model.goesOn && script.ending() == Ending.ABORTED;
      assertThat(told).hasSize(aborts ? 1 : 0);
      calls.forEach(this::checkAgainstModel);
    }

    private void checkAgainstModel(Call each, List<Step> steps) {
      assertThat(Trace.of(each).number)
          .as("children are recorded before their parent")
          .isLessThanOrEqualTo(Trace.of(call).number);
      Model model = new Model(steps);
      CallRecord record = (CallRecord) each;
      List<Verdict> verdicts = verdictsOfStages(record);
      assertThat(verdicts).extracting(Verdict::result).isEqualTo(model.results);
      if (!model.goesOn) {
        assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(record.refusal()).isEqualTo(verdicts.get(verdicts.size() - 1));
      } else {
        assertThat(record.outcome().kind()).isIn(each == call ? answers() : answers(each));
      }
    }

    private List<Outcome.Kind> answers() {
      return switch (script.ending()) {
        case THROWN -> List.of(Outcome.Kind.SERVER_ERROR);
        case ABORTED -> List.of(Outcome.Kind.TIMEOUT);
        case BY_TWO_THREADS -> List.of(Outcome.Kind.OK, Outcome.Kind.SERVER_ERROR);
        default -> List.of(Outcome.Kind.OK);
      };
    }

    private List<Outcome.Kind> answers(Call child) {
      if (endedAsChildren.contains(child)) {
        return List.of(Outcome.Kind.OK);
      }
      boolean aborted = script.ending() == Ending.ABORTED;
      return List.of(aborted ? Outcome.Kind.TIMEOUT : Outcome.Kind.CANCELLED);
    }

    private static List<Verdict> verdictsOfStages(CallRecord record) {
      return record.verdicts().stream()
          .filter(verdict -> verdict.stage().startsWith("scripted"))
          .toList();
    }
  }

  /** What a plain loop would do. */
  private static final class Model {

    final List<Result> results = new ArrayList<>();
    final boolean goesOn;

    Model(List<Step> steps) {
      boolean refused = false;
      for (int i = 0; i < steps.size() && !refused; i++) {
        Result result = steps.get(i).results().get(0);
        results.add(result);
        refused = result == Result.REFUSE || result == Result.FAILED;
      }
      goesOn = !refused;
    }
  }

  // ---- scripted parts

  private static final class ScriptCarrier implements Carrier {

    private final TestCarrier plain = TestCarrier.get("/run");
    final List<Step> service;
    final CompletableFuture<Call> begun;

    ScriptCarrier(List<Step> service, CompletableFuture<Call> begun) {
      this.service = service;
      this.begun = begun;
    }

    @Override
    public String method() {
      return plain.method();
    }

    @Override
    public String path() {
      return plain.path();
    }

    @Override
    public String query() {
      return null;
    }

    @Override
    public String protocol() {
      return "test";
    }

    @Override
    public String protocolVersion() {
      return "";
    }

    @Override
    public String scheme() {
      return "test";
    }

    @Override
    public String authority() {
      return null;
    }

    @Override
    public String peerAddress() {
      return "";
    }

    @Override
    public List<java.security.cert.X509Certificate> peerCertificates() {
      return List.of();
    }

    @Override
    public long contentLength() {
      return -1;
    }

    @Override
    public String header(String name) {
      return null;
    }

    @Override
    public List<String> headers(String name) {
      return List.of();
    }

    @Override
    public Iterable<String> headerNames() {
      return List.of();
    }
  }

  /** A stage of the service: what it does is in the carrier. */
  private static final class ServiceStage extends ScriptedStage {

    ServiceStage(int index) {
      super(index - SERVICE_STAGES, null);
    }

    @Override
    Step step(Call call) {
      if (!(call.carrier() instanceof ScriptCarrier carrier)) {
        return new Step(Start.PROCEED, OnFailure.REFUSE, false);
      }
      carrier.begun.complete(call);
      int index = order() + SERVICE_STAGES;
      return carrier.service.get(index);
    }
  }

  private static class ScriptedStage implements Stage {

    private final int index;
    private final String id;
    private final Step step;

    ScriptedStage(int index, Step step) {
      this.index = index;
      this.id = "scripted" + (index < 0 ? "-service" + -index : index);
      this.step = step;
    }

    Step step(Call call) {
      return step;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Phase phase() {
      return index < 0 ? Phase.PROTECT : Phase.ADMIT;
    }

    @Override
    public int order() {
      return index;
    }

    @Override
    public OnFailure onFailure() {
      return step == null ? OnFailure.REFUSE : step.onFailure();
    }

    @Override
    public Decision onStart(Call call) {
      Trace trace = Trace.of(call);
      trace.entries.add("<" + id);
      Step now = step(call);
      trace.steps.put(id, now);
      try {
        return act(call, trace, now.start());
      } finally {
        trace.entries.add("=" + id);
      }
    }

    private static Decision act(Call call, Trace trace, Start start) {
      return switch (start) {
        case PROCEED -> Decision.proceed();
        case SLOW -> {
          spin(40);
          yield Decision.proceed();
        }
        case REFUSE -> refuse("scripted");
        case REFUSE_OBSERVED -> refuse("observed");
        case THROW -> throw new IllegalStateException("stage");
        case NOTHING -> null;
        case PENDING_PROCEED -> pending(trace, later(Decision::proceed));
        case PENDING_REFUSE -> pending(trace, later(() -> refuse("scripted")));
        case PENDING_ERROR -> pending(trace, later(ScriptedStage::fail));
        case PENDING_TWICE ->
            pending(trace, later(() -> Decision.pending(later(Decision::proceed))));
        case NEVER -> pending(trace, new CompletableFuture<>());
        case END_INSIDE -> {
          end(call, trace);
          yield Decision.proceed();
        }
        case END_PENDING -> {
          end(call, trace);
          yield pending(trace, new CompletableFuture<>());
        }
        case ABORT_INSIDE -> {
          abort(call, trace);
          yield Decision.proceed();
        }
        case ABORT_PENDING -> {
          abort(call, trace);
          yield pending(trace, new CompletableFuture<>());
        }
      };
    }

    private static void end(Call call, Trace trace) {
      call.end(Outcome.cancelled(null));
      trace.entries.add("!");
    }

    private static void abort(Call call, Trace trace) {
      call.abort(Problem.of(Problem.Kind.OVERLOADED, "inside"), "inside");
      trace.entries.add("!");
    }

    private static Decision refuse(String rule) {
      return Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), rule);
    }

    private static Decision fail() {
      throw new IllegalStateException("pending");
    }

    private static Decision pending(Trace trace, CompletableFuture<Decision> future) {
      trace.futures.add(future);
      return Decision.pending(future);
    }

    private static CompletableFuture<Decision> later(Supplier<Decision> decision) {
      return CompletableFuture.supplyAsync(
          () -> {
            spin(5);
            return decision.get();
          },
          threads);
    }

    @Override
    public void onEnd(Call call, Outcome outcome) {
      Trace trace = Trace.of(call);
      trace.entries.add(">" + id);
      if (trace.steps.get(id).failsAtEnd()) {
        throw new IllegalStateException("end");
      }
    }
  }

  private static void spin(int microseconds) {
    long until = System.nanoTime() + microseconds * 1_000L;
    while (System.nanoTime() - until < 0) {
      LockSupport.parkNanos(1_000);
    }
  }

  // ---- generators

  @Provide
  Arbitrary<Script> calmScripts() {
    return scripts(
        steps(
            Arbitraries.frequency(
                Tuple.of(8, Start.PROCEED),
                Tuple.of(1, Start.SLOW),
                Tuple.of(1, Start.REFUSE),
                Tuple.of(2, Start.REFUSE_OBSERVED),
                Tuple.of(2, Start.THROW),
                Tuple.of(1, Start.NOTHING),
                Tuple.of(2, Start.PENDING_PROCEED),
                Tuple.of(1, Start.PENDING_REFUSE),
                Tuple.of(1, Start.PENDING_ERROR),
                Tuple.of(1, Start.PENDING_TWICE))));
  }

  @Provide
  Arbitrary<Script> wildScripts() {
    return scripts(
        steps(
            Arbitraries.frequency(
                Tuple.of(8, Start.PROCEED),
                Tuple.of(2, Start.SLOW),
                Tuple.of(1, Start.REFUSE),
                Tuple.of(1, Start.THROW),
                Tuple.of(4, Start.PENDING_PROCEED),
                Tuple.of(1, Start.PENDING_REFUSE),
                Tuple.of(1, Start.PENDING_ERROR),
                Tuple.of(1, Start.PENDING_TWICE),
                Tuple.of(1, Start.NEVER),
                Tuple.of(1, Start.END_INSIDE),
                Tuple.of(1, Start.ABORT_INSIDE),
                Tuple.of(1, Start.END_PENDING),
                Tuple.of(1, Start.ABORT_PENDING))));
  }

  private static Arbitrary<Step> steps(Arbitrary<Start> starts) {
    return Combinators.combine(
            starts,
            Arbitraries.of(OnFailure.class),
            Arbitraries.frequency(Tuple.of(5, false), Tuple.of(1, true)))
        .as(Step::new);
  }

  private static Arbitrary<Script> scripts(Arbitrary<Step> steps) {
    Arbitrary<List<Step>> service =
        steps
            .map(step -> new Step(step.start(), OnFailure.REFUSE, step.failsAtEnd()))
            .list()
            .ofSize(SERVICE_STAGES);
    Arbitrary<List<List<Step>>> children = steps.list().ofMaxSize(3).list().ofMaxSize(2);
    return Combinators.combine(
            service,
            steps.list().ofMaxSize(5),
            children,
            Arbitraries.of(Host.class),
            Arbitraries.of(Ending.class))
        .as(Script::new);
  }
}
