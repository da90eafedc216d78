// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Call;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Parameters;
import dev.flyball.Phase;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import dev.flyball.Stage.OnFailure;
import dev.flyball.Verdict;
import dev.flyball.Verdict.Result;
import io.opentelemetry.context.Scope;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The governed call: a running call and, once ended, its own record.
 *
 * <p>One field, {@link #state}, says who may touch the stages. OPEN: nobody is inside. RUNNING: one
 * thread runs stages and owns the call until it leaves. A {@link PendingDecision}: a stage has not
 * decided; whoever swaps it for RUNNING goes on. CLOSING: somebody has asked for the end while a
 * thread was RUNNING; that thread ends the call when it leaves. ENDED: for good. The one who first
 * sets {@link #reported} is the one whose end counts. So each started stage is seen out exactly
 * once, by one thread, in reverse order, and never while its own start is running.
 */
public final class CallEngine extends CallFacts {

  private enum State {
    OPEN,
    RUNNING,
    CLOSING,
    ENDED
  }

  /** A verdict that is not plain permission, newest first. */
  private record Note(@Nullable BoundStage stage, Verdict verdict, @Nullable Note next) {}

  private static final VarHandle STATE;
  private static final VarHandle REPORTED;
  private static final VarHandle ABORT;
  private static final VarHandle HOOK;
  private static final VarHandle NOTES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(CallEngine.class, "state", Object.class);
      REPORTED = lookup.findVarHandle(CallEngine.class, "reported", Outcome.class);
      ABORT = lookup.findVarHandle(CallEngine.class, "abort", Decision.Refuse.class);
      HOOK = lookup.findVarHandle(CallEngine.class, "abortHook", Consumer.class);
      NOTES = lookup.findVarHandle(CallEngine.class, "notes", Note.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final Consumer<Problem> HOOK_DONE = CallEngine::ignore;
  private static final Problem HAS_ENDED = Problem.of(Problem.Kind.INTERNAL, "the call has ended");
  private static final Decision ENDED_DECISION = Decision.refuse(HAS_ENDED, "engine", "call_ended");

  /** What is told to those who ask while a thread runs stages: never that the call may go on. */
  private static final String ACCESS = "access";

  private static final Decision UNDECIDED =
      Decision.pending(
          CompletableFuture.failedFuture(new IllegalStateException("stages are running")));

  private volatile Object state = State.RUNNING;
  private volatile @Nullable Outcome reported;
  private volatile Decision.@Nullable Refuse abort;
  private volatile @Nullable Consumer<Problem> abortHook;
  private volatile @Nullable Note notes;
  private volatile @Nullable Set<CallEngine> children;
  private volatile boolean handledAfterRefusal;
  private volatile long deadline = Long.MAX_VALUE;
  private @Nullable Future<?> deadlineTimer;

  // of the thread that is RUNNING; others read them after state
  private BoundEndpoint endpoint;
  private boolean entered;
  private Parameters parameters = Parameters.none();
  private Decision decision = Decision.proceed();
  private Decision.@Nullable Refuse failure;
  private @Nullable Verdict refusal;
  private BoundStage[] service = BoundStage.NONE;
  private BoundStage[] bound = BoundStage.NONE;
  private BoundStage[] segment = BoundStage.NONE;
  private int next;
  private int serviceStarted;
  private int boundFrom;
  private int boundNext;

  private long durationNanos;
  private @Nullable Outcome outcome;

  /** A call that came in, a job, or an outgoing call; RUNNING until {@link #begin} has returned. */
  CallEngine(
      GovernorEngine governor,
      BoundEndpoint unmatched,
      Carrier carrier,
      @Nullable OutgoingCarrier outgoing,
      @Nullable String unit) {
    super(governor, carrier, outgoing, unit);
    this.endpoint = unmatched;
  }

  /** A call inside another. */
  private CallEngine(CallEngine parent, BoundEndpoint endpoint, Parameters parameters) {
    super(parent);
    this.endpoint = endpoint;
    this.entered = true;
    this.parameters = parameters;
    this.deadline = parent.deadline;
  }

  // ---- running stages

  /** Runs the stages of the service. */
  CallEngine begin(BoundStage[] stages) {
    service = stages;
    segment = stages;
    run();
    return this;
  }

  @Override
  public Decision enter(GovernedEndpoint governed, Parameters parameters) {
    BoundEndpoint target = governor.own(governed);
    if (acquire(target)) {
      endpoint = target;
      entered = true;
      this.parameters = parameters;
      if (decision.proceeds()) {
        bound = target.stages;
        segment = bound;
        next = 0;
        run();
      } else {
        leave();
      }
    }
    return decision();
  }

  /** Takes the call for {@code enter}; false where the endpoint was entered or the call is over. */
  private boolean acquire(BoundEndpoint target) {
    while (true) {
      Object now = state;
      if (now == State.CLOSING || now == State.ENDED) {
        return false;
      }
      if (now instanceof PendingDecision && entered && endpoint == target) {
        return false;
      }
      if (now != State.OPEN) {
        throw new IllegalStateException(
            "enter(" + target + ") while a decision is pending (expected: after await)");
      }
      if (entered) {
        if (endpoint == target) {
          return false;
        }
        throw new IllegalStateException(
            "enter(" + target + ") after enter(" + endpoint + ") (expected: child)");
      }
      if (STATE.compareAndSet(this, now, State.RUNNING)) {
        return true;
      }
    }
  }

  @Override
  public Call child(GovernedEndpoint governed, Parameters parameters) {
    Decision inherited = decision();
    if (inherited instanceof Decision.Pending) {
      throw new IllegalStateException(
          "child(" + governed + ") while a decision is pending (expected: after await)");
    }
    CallEngine child = new CallEngine(this, governor.own(governed), parameters);
    adopt(child);
    Decision.Refuse aborted = abort;
    if (aborted != null) {
      child.abort(aborted.problem(), aborted.rule());
    }
    if (inherited instanceof Decision.Refuse refused) {
      child.refuse(null, refused, Result.REFUSE);
    } else {
      child.bound = child.endpoint.stages;
      child.segment = child.bound;
      child.boundFrom = child.endpoint.childStart(principal() != null);
      child.boundNext = child.boundFrom;
      child.next = child.boundFrom;
      child.run();
    }
    if (reported != null) {
      child.endWithParent();
    }
    return child;
  }

  /** Runs stages until all have let the call go on, one refuses, or one has not decided. */
  private void run() {
    while (next < segment.length && reported == null) {
      Decision.Refuse aborted = abort;
      if (aborted != null) {
        refuse(null, aborted, Result.REFUSE);
        return;
      }
      BoundStage stage = segment[next];
      if (!accept(stage, start(stage))) {
        return;
      }
    }
    decision = Decision.proceed();
    leave();
  }

  private Decision start(BoundStage stage) {
    next++;
    if (entered) {
      boundNext = next;
    } else {
      serviceStarted = next;
    }
    try {
      return decided(stage, stage.stage.onStart(this));
    } catch (Throwable t) {
      return failed(stage, "stage_failed", t);
    }
  }

  /** Takes in what a stage has decided; false where this thread has left the call. */
  @SuppressWarnings("ReferenceEquality") // this very decision, not one that looks like it
  private boolean accept(BoundStage stage, Decision decided) {
    if (decided == Decision.proceed()) {
      return true;
    }
    if (decided instanceof Decision.Pending pending) {
      return park(stage, pending);
    }
    if (decided instanceof Decision.Explained explained) {
      add(stage, permitted(stage.id, stage.phase, stage.id, explained));
      return true;
    }
    Decision.Refuse refused = (Decision.Refuse) decided;
    if (refused != abort && governor.isObserved(refused.rule())) {
      note(stage, refused, Result.WOULD_REFUSE);
      return true;
    }
    refuse(stage, refused, refused == failure ? Result.FAILED : Result.REFUSE);
    return false;
  }

  private void refuse(@Nullable BoundStage stage, Decision.Refuse refused, Result result) {
    refusal = note(stage, refused, result);
    decision = refused;
    leave();
  }

  /** Gives the call up; the end, if somebody has asked for it meanwhile, falls to this thread. */
  private void leave() {
    if (!STATE.compareAndSet(this, State.RUNNING, State.OPEN)) {
      state = State.ENDED;
      finish();
    }
  }

  /** A stage that says nothing has failed. */
  private Decision decided(BoundStage stage, @Nullable Decision decided) {
    return decided != null ? decided : failed(stage, "no_decision", null);
  }

  /** What a stage that could not decide comes to, by its own word. */
  private Decision failed(BoundStage stage, String reason, @Nullable Throwable error) {
    governor.stageFailed(stage.id, reason, error);
    Problem problem =
        reason.equals("pending_timeout")
            ? Problem.of(Problem.Kind.TIMEOUT, "the call could not be decided in time")
            : Problem.of(Problem.Kind.INTERNAL, "the call could not be decided");
    Decision.Refuse refused = new Decision.Refuse(problem, stage.id, reason);
    if (stage.onFailure == OnFailure.SKIP) {
      note(stage, refused, Result.SKIPPED);
      return Decision.proceed();
    }
    failure = refused;
    return refused;
  }

  // ---- pending decisions

  /**
   * Leaves the call until a stage has decided; true where it has by now, and lets the call go on.
   */
  private boolean park(BoundStage stage, Decision.Pending pending) {
    PendingDecision waiting;
    try {
      waiting = new PendingDecision(stage, pending.decision(), waitUntil());
    } catch (Throwable t) {
      return accept(stage, failed(stage, "stage_failed", t));
    }
    if (waiting.isDone()) {
      return accept(stage, resolve(waiting));
    }
    decision = pending;
    if (!STATE.compareAndSet(this, State.RUNNING, waiting)) {
      giveUp(waiting);
      state = State.ENDED;
      finish();
    } else if (abort != null) {
      waiting.decide(Objects.requireNonNull(abort));
    }
    return false;
  }

  /** How long a decision that is pending may still take, in nanoseconds. */
  long patienceNanos() {
    return waitUntil() - governor.time().nanoTime();
  }

  private long waitUntil() {
    long now = governor.time().nanoTime();
    long untilDeadline = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - now;
    return now + Math.max(0, Math.min(governor.pendingTimeoutNanos(), untilDeadline));
  }

  @Override
  public Decision await() {
    while (true) {
      Object now = state;
      if (now == State.RUNNING) {
        throw new IllegalStateException("await while another thread runs stages");
      }
      if (!(now instanceof PendingDecision waiting)) {
        return decision();
      }
      boolean interrupted = waiting.await(governor.time());
      resume(waiting);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void whenDecided(Executor executor, Consumer<Decision> callback) {
    Object now = state;
    if (now == State.RUNNING) {
      throw new IllegalStateException("whenDecided while another thread runs stages");
    }
    if (!(now instanceof PendingDecision waiting)) {
      callback.accept(decision());
      return;
    }
    Future<?> timer = governor.after(waiting.remaining(governor.time()), waiting::timeOut);
    waiting.whenDone(
        executor,
        () -> {
          timer.cancel(false);
          if (resume(waiting)) {
            whenDecided(executor, callback);
          } else {
            waiting.whenResumed(() -> whenDecided(executor, callback));
          }
        });
  }

  /** Goes on after a stage that was pending; false where another does, or the call has ended. */
  private boolean resume(PendingDecision waiting) {
    if (!STATE.compareAndSet(this, waiting, State.RUNNING)) {
      return false;
    }
    if (accept(waiting.stage, resolve(waiting))) {
      run();
    }
    waiting.resumed();
    return true;
  }

  private Decision resolve(PendingDecision waiting) {
    try {
      return decided(waiting.stage, waiting.get());
    } catch (TimeoutException e) {
      waiting.cancel();
      return failed(waiting.stage, "pending_timeout", null);
    } catch (ExecutionException e) {
      waiting.cancel();
      return failed(waiting.stage, "stage_failed", e.getCause());
    }
  }

  // ---- the end

  @Override
  public void end(Outcome outcome) {
    Objects.requireNonNull(outcome, "outcome");
    if (!REPORTED.compareAndSet(this, null, outcome)) {
      governor.counters().doubleEnds.increment();
      return;
    }
    close();
  }

  /** A child that nobody has ended ends with its parent; one that has is left alone. */
  private void endWithParent() {
    if (REPORTED.compareAndSet(this, null, Outcome.cancelled(null))) {
      close();
    }
  }

  private void close() {
    while (true) {
      Object now = state;
      if (now == State.RUNNING) {
        if (STATE.compareAndSet(this, now, State.CLOSING)) {
          return;
        }
      } else if (STATE.compareAndSet(this, now, State.ENDED)) {
        if (now instanceof PendingDecision waiting) {
          giveUp(waiting);
        }
        finish();
        return;
      }
    }
  }

  /** The call has ended before a stage has decided. */
  private void giveUp(PendingDecision waiting) {
    noteCancelled(waiting.stage);
    waiting.cancel();
    waiting.resumed();
  }

  private void finish() {
    endChildren();
    durationNanos = Math.max(0, governor.time().nanoTime() - startNanos());
    Outcome ended = conclude(Objects.requireNonNull(reported));
    outcome = ended;
    for (int i = boundNext - 1; i >= boundFrom; i--) {
      seeOut(bound[i], ended);
    }
    for (int i = serviceStarted - 1; i >= 0; i--) {
      seeOut(service[i], ended);
    }
    freeze();
    letGo();
    if (parent != null) {
      parent.release(this);
    }
    governor.ended(this, endpoint.listeners);
  }

  private void seeOut(BoundStage stage, Outcome ended) {
    try {
      stage.stage.onEnd(this, ended);
    } catch (Throwable t) {
      governor.stageFailed(stage.id, "end_failed", t);
    }
  }

  /** The outcome that counts, from the one that the adapter has seen. */
  private Outcome conclude(Outcome seen) {
    if (decision instanceof Decision.Refuse refused) {
      boolean told = seen.kind() != Outcome.Kind.OK && seen.code() != 0;
      int code = told ? seen.code() : refused.problem().status();
      return new Outcome(Outcome.Kind.REFUSED, code, seen.error());
    }
    Decision.Refuse broken = abort;
    if (broken != null && seen.kind() != Outcome.Kind.OK) {
      refusal = note(null, broken, Result.REFUSE);
      boolean late = broken.problem().kind() == Problem.Kind.TIMEOUT;
      Outcome.Kind kind = late ? Outcome.Kind.TIMEOUT : Outcome.Kind.REFUSED;
      return new Outcome(kind, seen.code(), seen.error());
    }
    if (!entered && endpoint.endpoint.kind() == Endpoint.Kind.SERVER) {
      return concludeByHost(seen);
    }
    return concludeByHandler(seen);
  }

  /** What Access.require has denied is a refusal, in whatever words the policy put it. */
  @SuppressWarnings("ReferenceEquality") // this very problem, not one that looks like it
  private Outcome concludeByHandler(Outcome seen) {
    Problem told = seen.error() instanceof ProblemException thrown ? thrown.problem() : null;
    for (Note note = notes; note != null && told != null; note = note.next()) {
      if (note.verdict().result() == Result.REFUSE && note.verdict().problem() == told) {
        refusal = note.verdict();
        return new Outcome(Outcome.Kind.REFUSED, seen.code(), seen.error());
      }
    }
    return seen;
  }

  /** Something answered before an endpoint of ours, or in its place. */
  private Outcome concludeByHost(Outcome seen) {
    if (seen.kind() == Outcome.Kind.OK) {
      if (governor.ungoverned().mayAnswer(answeredBy())) {
        return seen;
      }
      return new Outcome(Outcome.Kind.UNGOVERNED, seen.code(), seen.error());
    }
    if (seen.kind() != Outcome.Kind.CANCELLED) {
      String reason = "status_" + seen.code();
      refusal = new Verdict("host", Phase.PROTECT, Result.REFUSE, "host", reason, null);
      add(null, Objects.requireNonNull(refusal));
    }
    return seen;
  }

  // ---- breaking off

  @Override
  public boolean abort(Problem problem, String rule) {
    Decision.Refuse refused = new Decision.Refuse(problem, rule, "aborted");
    if (reported != null || !ABORT.compareAndSet(this, null, refused)) {
      return false;
    }
    if (state instanceof PendingDecision waiting) {
      waiting.decide(refused);
    }
    tellAbort();
    abortChildren(refused);
    return true;
  }

  private void abortChildren(Decision.Refuse refused) {
    Set<CallEngine> all = children;
    if (all != null) {
      all.forEach(child -> child.abort(refused.problem(), refused.rule()));
    }
  }

  @Override
  public void onAbort(Consumer<Problem> action) {
    HOOK.compareAndSet(this, null, action);
    tellAbort();
  }

  private void tellAbort() {
    Decision.Refuse refused = abort;
    Consumer<Problem> hook = abortHook;
    if (refused != null && hook != null && HOOK.compareAndSet(this, hook, HOOK_DONE)) {
      try {
        hook.accept(refused.problem());
      } catch (Throwable t) {
        governor.stageFailed(refused.rule(), "abort_failed", t);
      }
    }
  }

  private static void ignore(Problem problem) {}

  @Override
  public @Nullable Problem aborted() {
    Decision.Refuse refused = abort;
    return refused == null ? null : refused.problem();
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void deadline(long nanoTime) {
    synchronized (this) {
      boolean later = deadline != Long.MAX_VALUE && nanoTime - deadline >= 0;
      if (nanoTime != Long.MAX_VALUE && !later && isWritable()) {
        stopTimer();
        deadline = nanoTime;
        deadlineTimer = governor.after(nanoTime - governor.time().nanoTime(), this::passDeadline);
      }
    }
  }

  private void passDeadline() {
    abort(Problem.of(Problem.Kind.TIMEOUT, "the call took too long"), "deadline");
  }

  /** After freezing: a deadline that is being set is either stopped here or not set any more. */
  private void letGo() {
    stopTimer();
    abortHook = HOOK_DONE;
    parameters = Parameters.none();
  }

  private synchronized void stopTimer() {
    Future<?> timer = deadlineTimer;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  // ---- children

  private synchronized void adopt(CallEngine child) {
    Set<CallEngine> all = children;
    if (all == null) {
      all = ConcurrentHashMap.newKeySet();
      children = all;
    }
    all.add(child);
  }

  private void release(CallEngine child) {
    Set<CallEngine> all = children;
    if (all != null) {
      all.remove(child);
    }
  }

  private void endChildren() {
    Set<CallEngine> all = children;
    if (all != null) {
      List.copyOf(all).forEach(CallEngine::endWithParent);
    }
  }

  // ---- what was decided

  @Override
  public Decision decision() {
    Object now = state; // read first: it publishes what follows
    Decision decided = decision;
    if (decided instanceof Decision.Refuse) {
      return decided;
    }
    Decision.Refuse aborted = abort;
    if (aborted != null) {
      return aborted;
    }
    if (now == State.ENDED || reported != null) {
      return ENDED_DECISION;
    }
    return now == State.RUNNING ? UNDECIDED : decided;
  }

  @Override
  @SuppressWarnings("MustBeClosed") // by the caller, as its contract says
  public Scope openScope() {
    if (state instanceof PendingDecision) {
      throw new IllegalStateException(
          "openScope while a decision is pending (expected: after await)");
    }
    if (decision instanceof Decision.Refuse) {
      handledAfterRefusal = true;
      governor.counters().handledAfterRefusal.increment();
    }
    return context().makeCurrent();
  }

  /** Asks a policy about an object, for {@code Access.require}. */
  public void require(String policy, @Nullable Object object) {
    Decision decided = governor.policies().ask(policy, this, object);
    if (!(decided instanceof Decision.Refuse refused)) {
      noteAccess(
          decided instanceof Decision.Explained explained
              ? permitted(ACCESS, Phase.AUTHORIZE, policy, explained)
              : verdict(ACCESS, Phase.AUTHORIZE, Result.PROCEED, policy, null));
      return;
    }
    boolean observed = governor.isObserved(policy);
    Result result = observed ? Result.WOULD_REFUSE : Result.REFUSE;
    noteAccess(verdict(ACCESS, Phase.AUTHORIZE, result, policy, refused));
    if (!observed) {
      throw new ProblemException(refused.problem());
    }
  }

  /** Not after the end: the record is what its listeners have seen. */
  private void noteAccess(Verdict verdict) {
    if (isWritable()) {
      add(null, verdict);
    }
  }

  private static Verdict permitted(
      String stage, Phase phase, String rule, Decision.Explained permission) {
    return new Verdict(stage, phase, Result.PROCEED, rule, null, null, permission.explanation());
  }

  private static Verdict verdict(
      String stage, Phase phase, Result result, String rule, Decision.@Nullable Refuse refused) {
    return refused == null
        ? new Verdict(stage, phase, result, rule, null, null)
        : new Verdict(
            stage, phase, result, rule, refused.reason(), refused.problem(), refused.explanation());
  }

  @Override
  public void observed(Verdict verdict) {
    switch (verdict.result()) {
      case WOULD_REFUSE, WOULD_PROCEED, SKIPPED -> {
        if (!isFrozen()) {
          add(null, verdict);
        }
      }
      default ->
          throw new IllegalArgumentException(
              verdict + " decides (expected: WOULD_REFUSE, WOULD_PROCEED or SKIPPED)");
    }
  }

  private Verdict note(@Nullable BoundStage stage, Decision.Refuse refused, Result result) {
    String id = stage == null ? "engine" : stage.id;
    Phase phase = stage == null ? Phase.ADMIT : stage.phase;
    Verdict verdict = verdict(id, phase, result, refused.rule(), refused);
    add(stage, verdict);
    return verdict;
  }

  private void noteCancelled(BoundStage stage) {
    add(stage, new Verdict(stage.id, stage.phase, Result.CANCELLED, stage.id, "call_ended", null));
  }

  private void add(@Nullable BoundStage stage, Verdict verdict) {
    while (true) {
      Note before = notes;
      if (NOTES.compareAndSet(this, before, new Note(stage, verdict, before))) {
        return;
      }
    }
  }

  // ---- the record

  @Override
  public Endpoint endpoint() {
    return endpoint.endpoint;
  }

  @Override
  public boolean entered() {
    return entered;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public long bodyLimit() {
    return endpoint.bodyLimit;
  }

  @Override
  public Outcome outcome() {
    Outcome ended = outcome;
    if (ended == null) {
      throw new IllegalStateException("the call has not ended");
    }
    return ended;
  }

  @Override
  public long durationNanos() {
    return durationNanos;
  }

  @Override
  public boolean handledAfterRefusal() {
    return handledAfterRefusal;
  }

  @Override
  public List<Verdict> verdicts() {
    boolean allProceeded =
        notes == null
            && serviceStarted == service.length
            && boundFrom == 0
            && boundNext == endpoint.stages.length;
    return allProceeded ? endpoint.proceeded(service) : newVerdicts();
  }

  private List<Verdict> newVerdicts() {
    List<Verdict> verdicts = new ArrayList<>(serviceStarted + boundNext - boundFrom + 2);
    for (int i = 0; i < serviceStarted; i++) {
      verdicts.add(verdictOf(service[i]));
    }
    for (int i = boundFrom; i < boundNext; i++) {
      verdicts.add(verdictOf(bound[i]));
    }
    int ofStages = verdicts.size();
    for (Note note = notes; note != null; note = note.next()) {
      if (note.stage() == null) {
        verdicts.add(note.verdict());
      }
    }
    Collections.reverse(verdicts.subList(ofStages, verdicts.size()));
    return verdicts;
  }

  private Verdict verdictOf(BoundStage stage) {
    for (Note note = notes; note != null; note = note.next()) {
      if (note.stage() == stage) {
        return note.verdict();
      }
    }
    return stage.proceeded;
  }

  @Override
  public @Nullable Verdict refusal() {
    Verdict known = refusal;
    if (known != null || outcome == null || outcome.kind() != Outcome.Kind.REFUSED) {
      return known;
    }
    for (Note note = notes; note != null; note = note.next()) {
      if (note.verdict().result() == Result.REFUSE) {
        return note.verdict();
      }
    }
    return null;
  }

  @Override
  public @Nullable Problem problem() {
    Verdict refused = refusal();
    if (refused != null && refused.problem() != null) {
      return refused.problem();
    }
    Throwable error = outcome == null ? null : outcome.error();
    return error instanceof ProblemException thrown ? thrown.problem() : null;
  }

  /** The id of the endpoint. */
  @Override
  public String toString() {
    return endpoint.endpoint.id();
  }
}
