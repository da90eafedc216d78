// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Call;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import io.opentelemetry.context.Context;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request from its first dispatch to its end, over all its dispatches and threads.
 *
 * <p>Its call ends with the dispatch in which it began, unless the request has become asynchronous
 * (then the container says when it is complete) or leads to an error page (then after that page). A
 * call that is broken off is answered by the thread that is in a dispatch, once it returns, or,
 * where none is, by one of the container's: two threads never write to one response.
 */
final class Exchange implements AsyncListener {

  private static final String KEY = Exchange.class.getName();
  private static final Problem FAILED = Problem.of(Problem.Kind.INTERNAL, "the service has failed");

  private final GovernedFilter filter;
  private final Call call;
  private final Inbound inbound;
  private final Outbound outbound;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final @Nullable HttpServletMapping mapping;
  private final ErrorPages errorPages;
  private final boolean ownErrors;

  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean completing = new AtomicBoolean();
  private final Queue<Call> openChildren = new ConcurrentLinkedQueue<>();

  private volatile @Nullable GovernedEndpoint entered;
  private volatile @Nullable AsyncContext async;
  private volatile @Nullable IOException gone;
  private volatile @Nullable Throwable error;
  private volatile boolean timedOut;
  private volatile boolean cutting;
  private volatile ErrorPages.@Nullable Forecast errorPage;

  // guarded by this
  private boolean dispatching;
  private @Nullable Problem broken;

  Exchange(
      GovernedFilter filter,
      Call call,
      HttpServletRequest request,
      HttpServletResponse response,
      ErrorPages errorPages,
      boolean ownErrors) {
    this.filter = filter;
    this.call = call;
    this.inbound = new Inbound(call, this);
    this.outbound = new Outbound(call, request, response, this);
    this.request = request;
    this.response = response;
    this.mapping = ServletEndpoints.mapping(request);
    this.errorPages = errorPages;
    this.ownErrors = ownErrors;
    bind();
  }

  /** Makes this the exchange of the request. */
  void bind() {
    request.setAttribute(KEY, this);
  }

  /** Whether a filter has begun it: that of another application may have. */
  @SuppressWarnings("ReferenceEquality") // this very filter
  boolean isOf(GovernedFilter other) {
    return filter == other;
  }

  /** The exchange of a request; null before its first dispatch. */
  static @Nullable Exchange of(ServletRequest request) {
    return request.getAttribute(KEY) instanceof Exchange exchange ? exchange : null;
  }

  Call call() {
    return call;
  }

  Inbound inbound() {
    return inbound;
  }

  Outbound outbound() {
    return outbound;
  }

  /** What the call of the request has entered; null where it has entered nothing. */
  @Nullable GovernedEndpoint entered() {
    return entered;
  }

  void enter(GovernedEndpoint endpoint, Parameters parameters) {
    entered = endpoint;
    call.enter(endpoint, parameters);
  }

  boolean hasEnded() {
    return ended.get();
  }

  Callbacks callbacks() {
    return new Callbacks(this, Context.current());
  }

  // ---- dispatches

  /** A dispatch of the container begins. */
  synchronized void arrive() {
    dispatching = true;
  }

  /** Fails the dispatch that was made so that it fails. */
  void cutIfAsked() throws CutOff {
    if (cutting) {
      throw new CutOff();
    }
  }

  /** A dispatch of the container is over, and with it the call, unless it goes on elsewhere. */
  void leave(boolean ofErrorPage, @Nullable Throwable thrown) throws IOException, ServletException {
    Problem toTell = depart();
    if (async == null && request.isAsyncStarted()) {
      startAsync(request.getAsyncContext());
    }
    if (toTell != null && (thrown != null || !wasAnsweredInFull())) {
      leaveBroken(toTell);
    } else if (thrown != null) {
      leaveFailed(thrown);
    } else if (async == null && (ofErrorPage || !isPageExpected())) {
      end(outcome());
    }
  }

  private synchronized @Nullable Problem depart() {
    dispatching = false;
    return broken;
  }

  private boolean wasAnsweredInFull() {
    return outbound.isCommitted() && !outbound.hasRefusedWrites() && async == null;
  }

  private boolean isPageExpected() {
    return errorPage == ErrorPages.Forecast.PAGE || errorPage == ErrorPages.Forecast.UNKNOWN;
  }

  private void leaveBroken(Problem problem) throws IOException {
    if (async != null) {
      breakOff(problem);
    } else if (outbound.isCommitted()) {
      end(Outcome.of(problem, null));
      throw new CutOff();
    } else {
      answer(problem, null);
    }
  }

  private void leaveFailed(Throwable thrown) throws IOException, ServletException {
    Throwable cause = cause(thrown);
    if (gone != null || outbound.isCommitted()) {
      error = cause;
      end(outcome());
    } else if (cause instanceof ProblemException problem) {
      tell(problem.problem(), cause);
      return;
    } else if (ownErrors) {
      tell(FAILED, cause);
      return;
    } else {
      error = cause;
      expectErrorPage(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      if (async == null && !isPageExpected()) {
        end(outcome());
      }
    }
    rethrow(thrown);
  }

  /** Answers for a handler that has failed, and completes what it has begun. */
  private void tell(Problem problem, Throwable cause) {
    answer(problem, cause);
    AsyncContext begun = async;
    if (begun != null) {
      complete(begun::complete);
    }
  }

  private static Throwable cause(Throwable thrown) {
    Throwable root = thrown instanceof ServletException wrapped ? wrapped.getRootCause() : null;
    return root != null ? root : thrown;
  }

  /** Lets the container see a failure: it cuts off what has begun, or shows its error page. */
  static void rethrow(Throwable thrown) throws IOException, ServletException {
    if (thrown instanceof IOException io) {
      throw io;
    }
    if (thrown instanceof ServletException servlet) {
      throw servlet;
    }
    if (thrown instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (thrown instanceof Error fatal) {
      throw fatal;
    }
    throw new ServletException(thrown);
  }

  /** The container says that the request is over: it is, unless an error page comes next. */
  void requestDestroyed() {
    if (errorPage == ErrorPages.Forecast.PAGE) {
      errorPage = ErrorPages.Forecast.UNKNOWN;
    } else if (errorPage != null && async == null) {
      end(outcome());
    }
  }

  // ---- errors that the application sends

  /** Answers in place of the container's own servlet, which has found nothing. */
  boolean answersError(int status) {
    boolean nothingFound =
        ownErrors
            && status == HttpServletResponse.SC_NOT_FOUND
            && entered == null
            && mapping != null
            && mapping.getMappingMatch() == MappingMatch.DEFAULT;
    if (nothingFound) {
      outbound.problem(call, Problem.of(Problem.Kind.NOT_FOUND, "there is nothing at this path"));
    }
    return nothingFound;
  }

  void expectErrorPage(int status) {
    errorPage = errorPages.forecast(status, error);
  }

  void clientGone(IOException e) {
    if (gone == null) {
      gone = e;
    }
  }

  // ---- the call is broken off

  /** Told by the engine, on any thread, which must not be kept. */
  void abort(Problem problem) {
    AsyncContext waiting;
    synchronized (this) {
      broken = problem;
      outbound.cut();
      waiting = dispatching ? null : async;
    }
    if (waiting != null) {
      try {
        waiting.start(() -> breakOff(problem));
      } catch (IllegalStateException e) {
        breakOff(problem); // it is about to complete, and may have
      }
    }
  }

  /** Answers, or cuts off, an asynchronous request that no thread of the container works for. */
  private void breakOff(Problem problem) {
    AsyncContext waiting = async;
    if (waiting == null) {
      return;
    }
    complete(() -> {
      if (!outbound.isCommitted()) {
        outbound.problem(call, problem);
        end(Outcome.of(problem, null));
        waiting.complete();
      } else {
        end(Outcome.of(problem, null));
        cutOff(waiting);
      }
    });
  }

  /** Makes the container close the connection: by a dispatch that fails. */
  private void cutOff(AsyncContext waiting) {
    cutting = true;
    waiting.dispatch();
  }

  // ---- asynchronous part

  /** Wraps the asynchronous part of the request, which from now on says when the call ends. */
  AsyncContext startAsync(AsyncContext started) {
    boolean first = async == null;
    completing.set(false);
    async = started;
    if (first) {
      started.addListener(this);
    }
    return new GovernedAsync(started, this);
  }

  /** Completes or dispatches once, whoever comes first. */
  void complete(Runnable action) {
    if (completing.compareAndSet(false, true)) {
      action.run();
    }
  }

  /** Whether the asynchronous part of the request is over. */
  boolean isCompleting() {
    return completing.get();
  }

  /** A task or callback of the application has failed. */
  void failedAsync(Throwable thrown) {
    Throwable cause = cause(thrown);
    AsyncContext begun = async;
    if (begun == null) {
      return;
    }
    complete(() -> {
      if (gone != null) {
        end(outcome());
        begun.complete();
      } else if (outbound.isCommitted()) {
        error = cause;
        end(outcome());
        cutOff(begun);
      } else {
        answer(cause instanceof ProblemException problem ? problem.problem() : FAILED, cause);
        begun.complete();
      }
    });
  }

  /** A new round has begun, to which listeners of the last do not belong. */
  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    timedOut = true;
  }

  @Override
  public void onError(AsyncEvent event) {
    Throwable thrown = event.getThrowable();
    if (thrown instanceof IOException lost) {
      clientGone(lost);
    } else if (thrown != null && error == null) {
      error = cause(thrown);
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end(outcome());
  }

  // ---- the end

  void answer(Problem problem, @Nullable Throwable thrown) {
    outbound.problem(call, problem);
    end(gone != null ? Outcome.cancelled(gone) : Outcome.of(problem, thrown));
  }

  /** A child that goes on as long as the request. */
  void keepOpen(Call child) {
    openChildren.add(child);
  }

  boolean isAsync() {
    return async != null;
  }

  /** How what has been answered so far would end a call. */
  Outcome outcome() {
    Throwable thrown = error;
    int status = outbound.status();
    if (gone != null) {
      return Outcome.cancelled(gone);
    }
    if (timedOut && status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
      return new Outcome(Outcome.Kind.TIMEOUT, status, thrown);
    }
    if (thrown != null && status < HttpServletResponse.SC_BAD_REQUEST) {
      int code = outbound.isCommitted() ? status : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
      return new Outcome(Outcome.Kind.SERVER_ERROR, code, thrown);
    }
    return Outcome.http(status, thrown);
  }

  private void end(Outcome outcome) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    outbound.finish();
    for (Call child = openChildren.poll(); child != null; child = openChildren.poll()) {
      child.end(outcome);
    }
    if (entered == null && mapping != null && mapping.getServletName() != null) {
      call.answeredBy(mapping.getServletName());
    }
    call.end(outcome);
  }

  /** Wraps a request, unless one of the wrappers around it is ours. */
  HttpServletRequest wrap(HttpServletRequest given, HttpServletResponse wrapped) {
    return GovernedRequest.isIn(given) ? given : new GovernedRequest(given, wrapped, this);
  }

  /** Wraps a response, unless one of the wrappers around it is ours. */
  HttpServletResponse wrap(HttpServletResponse given) {
    return GovernedResponse.isIn(given) ? given : new GovernedResponse(given, this);
  }

  HttpServletResponse response() {
    return response;
  }
}
