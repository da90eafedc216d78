// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Stage.OnFailure;
import dev.flyball.Verdict.Result;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The promise of the engine, over random stages, hosts and accidents: each started stage is seen
 * out exactly once, in reverse order; the record is complete for every outcome.
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
    ABORT_INSIDE;

    boolean isFailure() {
      return this == THROW || this == NOTHING || this == PENDING_ERROR;
    }

    boolean isRefusal() {
      return this == REFUSE || this == PENDING_REFUSE;
    }
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

  record Step(Start start, OnFailure onFailure, boolean failsAtEnd) {}

  record Script(
      List<Step> service, List<Step> bound, List<List<Step>> children, Host host, Ending ending) {}

  /** What happened to one call, in order. */
  static final class Trace {
    final List<String> entries = Collections.synchronizedList(new ArrayList<>());
  }

  private static final int SERVICE_STAGES = 2;

  private static Governor calm;
  private static Governor hasty;
  private static ExecutorService threads;
  private static final Map<String, List<Step>> stepsOf = new ConcurrentHashMap<>();
  private static final Map<Call, Trace> traces = new ConcurrentHashMap<>();
  private static final Map<CallRecord, CallRecord> records = new ConcurrentHashMap<>();
  private static final AtomicLong numbers = new AtomicLong();

  @BeforeContainer
  static void start() {
    threads = Executors.newFixedThreadPool(4);
    calm = governor("20s");
    hasty = governor("3ms");
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
            .callListener(record -> records.merge(record, record, (a, b) -> fail("two records")))
            .build();
    governor.start();
    return governor;
  }

  private static CallRecord fail(String message) {
    throw new AssertionError(message);
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

  // ---- one run

  private static final class Run {

    private final Governor governor;
    private final Script script;
    private final Accident accident;
    private final GovernedEndpoint endpoint;
    private final List<GovernedEndpoint> childEndpoints = new ArrayList<>();
    private final List<Call> children = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Call> begun = new CompletableFuture<>();
    private final CompletableFuture<Boolean> handled = new CompletableFuture<>();
    private Call call;

    Run(Governor governor, Script script, Accident accident) {
      this.governor = governor;
      this.script = script;
      this.accident = accident;
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
      call = governor.begin(new ScriptCarrier(script.service(), begun));
      begun.complete(call);
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
    }

    private void happen() {
      try {
        Call target = begun.get(10, TimeUnit.SECONDS);
        spin(script.bound().size());
        if (accident == Accident.END) {
          target.end(Outcome.cancelled(null));
        } else {
          target.abort(Problem.of(Problem.Kind.OVERLOADED, "drain"), "drain");
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private void handle(Decision decision) {
      try {
        if (decision instanceof Decision.Refuse refused) {
          call.end(Outcome.of(refused.problem(), null));
          handled.complete(false);
          return;
        }
        try (Scope scope = call.openScope()) {
          for (GovernedEndpoint each : childEndpoints) {
            Call child = call.child(each, Parameters.none());
            children.add(child);
            child.await();
            if (children.size() % 2 == 0) {
              child.end(Outcome.http(200)); // the others end with the call
            }
          }
        }
        finish();
        handled.complete(true);
      } catch (Throwable t) {
        handled.completeExceptionally(t);
      }
    }

    private void finish() throws Exception {
      switch (script.ending()) {
        case OK -> call.end(Outcome.http(200));
        case THROWN -> call.end(Outcome.http(500, new IllegalStateException("handler")));
        case TWICE -> {
          call.end(Outcome.http(200));
          call.end(Outcome.http(500));
          call.addResponseHeader("Late", "write");
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
    private void awaitRecords() {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      List<Call> all = new ArrayList<>(children);
      all.add(call);
      while (!all.stream().allMatch(records::containsKey)) {
        if (System.nanoTime() - until > 0) {
          throw new AssertionError("no record for " + all);
        }
        Thread.onSpinWait();
      }
    }

    void checkPromises() {
      check(call, script.bound().size() + SERVICE_STAGES + 1);
      for (Call child : children) {
        check(child, 20);
      }
    }

    private void check(Call each, int mostStages) {
      CallRecord record = records.get(each);
      List<String> entries = traces.getOrDefault(each, new Trace()).entries;
      List<String> open = new ArrayList<>();
      for (String entry : List.copyOf(entries)) {
        String stage = entry.substring(1);
        switch (entry.charAt(0)) {
          case '<' -> open.add("<" + stage);
          case '=' -> {
            assertThat(open).as("%s", entries).last().isEqualTo("<" + stage);
            open.set(open.size() - 1, stage);
          }
          default -> {
            assertThat(open).as("ends in reverse order, after its start: %s", entries).isNotEmpty();
            assertThat(open.remove(open.size() - 1)).as("%s", entries).isEqualTo(stage);
          }
        }
      }
      assertThat(open).as("every started stage is seen out: %s", entries).isEmpty();
      long started = entries.stream().filter(entry -> entry.startsWith("<")).count();
      assertThat(started).isLessThanOrEqualTo(mostStages);
      assertThat(record.outcome()).isNotNull();
      assertThat(record.endpoint()).isNotNull();
      assertThat(record.durationNanos()).isNotNegative();
      long ofStages =
          record.verdicts().stream()
              .filter(verdict -> verdict.stage().startsWith("scripted"))
              .count();
      assertThat(ofStages).as("one verdict for each started stage").isEqualTo(started);
      if (record.refusal() != null && record.refusal().problem() != null) {
        assertThat(record.outcome().kind()).isIn(Outcome.Kind.REFUSED, Outcome.Kind.TIMEOUT);
      }
    }

    void checkAgainstModel() {
      Model model = new Model();
      model.run(script.service());
      if (model.goesOn) {
        model.run(script.bound());
      }
      CallRecord record = records.get(call);
      List<Result> results =
          record.verdicts().stream()
              .filter(verdict -> verdict.stage().startsWith("scripted"))
              .map(Verdict::result)
              .toList();
      assertThat(results).isEqualTo(model.results);
      assertThat(handled.join()).as("the handler runs only if all go on").isEqualTo(model.goesOn);
      if (!model.goesOn) {
        assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(record.refusal()).isNotNull();
        assertThat(record.problem()).isNotNull();
      } else if (script.ending() == Ending.THROWN) {
        assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
      } else if (script.ending() == Ending.ABORTED) {
        assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
      } else if (script.ending() != Ending.BY_TWO_THREADS) {
        assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.OK);
      }
    }
  }

  /** What a plain loop would do. */
  private static final class Model {

    final List<Result> results = new ArrayList<>();
    boolean goesOn = true;

    void run(List<Step> steps) {
      for (Step step : steps) {
        Result result = result(step);
        results.add(result);
        if (result == Result.REFUSE || result == Result.FAILED) {
          goesOn = false;
          return;
        }
      }
    }

    private static Result result(Step step) {
      if (step.start().isFailure()) {
        return step.onFailure() == OnFailure.SKIP ? Result.SKIPPED : Result.FAILED;
      }
      if (step.start() == Start.REFUSE_OBSERVED) {
        return Result.WOULD_REFUSE;
      }
      return step.start().isRefusal() ? Result.REFUSE : Result.PROCEED;
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
    private final Step step;
    private final Map<Call, Step> started = new ConcurrentHashMap<>();

    ScriptedStage(int index, Step step) {
      this.index = index;
      this.step = step;
    }

    Step step(Call call) {
      return step;
    }

    @Override
    public String id() {
      return "scripted" + (index < 0 ? "-service" + -index : index);
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
      Trace trace = traces.computeIfAbsent(call, unused -> new Trace());
      trace.entries.add("<" + index);
      Step now = step(call);
      started.put(call, now);
      try {
        return act(call, now.start());
      } finally {
        trace.entries.add("=" + index);
      }
    }

    private Decision act(Call call, Start start) {
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
        case PENDING_PROCEED -> later(Decision.proceed());
        case PENDING_REFUSE -> later(refuse("scripted"));
        case PENDING_ERROR ->
            Decision.pending(
                CompletableFuture.supplyAsync(
                    () -> {
                      throw new IllegalStateException("pending");
                    },
                    threads));
        case PENDING_TWICE -> later(later(Decision.proceed()));
        case NEVER -> Decision.pending(new CompletableFuture<>());
        case END_INSIDE -> {
          call.end(Outcome.cancelled(null));
          yield Decision.proceed();
        }
        case ABORT_INSIDE -> {
          call.abort(Problem.of(Problem.Kind.OVERLOADED, "inside"), "inside");
          yield Decision.proceed();
        }
      };
    }

    private static Decision refuse(String rule) {
      return Decision.refuse(Problem.of(Problem.Kind.DENIED, "no"), rule);
    }

    private static Decision later(Decision decision) {
      return Decision.pending(
          CompletableFuture.supplyAsync(
              () -> {
                spin(5);
                return decision;
              },
              threads));
    }

    @Override
    public void onEnd(Call call, Outcome outcome) {
      traces.get(call).entries.add(">" + index);
      if (started.remove(call).failsAtEnd()) {
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
                net.jqwik.api.Tuple.of(8, Start.PROCEED),
                net.jqwik.api.Tuple.of(1, Start.SLOW),
                net.jqwik.api.Tuple.of(1, Start.REFUSE),
                net.jqwik.api.Tuple.of(2, Start.REFUSE_OBSERVED),
                net.jqwik.api.Tuple.of(2, Start.THROW),
                net.jqwik.api.Tuple.of(1, Start.NOTHING),
                net.jqwik.api.Tuple.of(2, Start.PENDING_PROCEED),
                net.jqwik.api.Tuple.of(1, Start.PENDING_REFUSE),
                net.jqwik.api.Tuple.of(1, Start.PENDING_ERROR),
                net.jqwik.api.Tuple.of(1, Start.PENDING_TWICE))));
  }

  @Provide
  Arbitrary<Script> wildScripts() {
    return scripts(
        steps(
            Arbitraries.frequency(
                net.jqwik.api.Tuple.of(8, Start.PROCEED),
                net.jqwik.api.Tuple.of(2, Start.SLOW),
                net.jqwik.api.Tuple.of(1, Start.REFUSE),
                net.jqwik.api.Tuple.of(1, Start.THROW),
                net.jqwik.api.Tuple.of(4, Start.PENDING_PROCEED),
                net.jqwik.api.Tuple.of(1, Start.PENDING_REFUSE),
                net.jqwik.api.Tuple.of(1, Start.PENDING_ERROR),
                net.jqwik.api.Tuple.of(1, Start.PENDING_TWICE),
                net.jqwik.api.Tuple.of(1, Start.NEVER),
                net.jqwik.api.Tuple.of(1, Start.END_INSIDE),
                net.jqwik.api.Tuple.of(1, Start.ABORT_INSIDE))));
  }

  private static Arbitrary<Step> steps(Arbitrary<Start> starts) {
    return Combinators.combine(
            starts,
            Arbitraries.of(OnFailure.class),
            Arbitraries.frequency(
                net.jqwik.api.Tuple.of(5, false), net.jqwik.api.Tuple.of(1, true)))
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
