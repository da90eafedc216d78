// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Outcome;
import dev.flyball.Problem;
import dev.flyball.Time;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: folds whatever becomes of them into the one end of the call.
 *
 * <p>The call ends when the service has its response and the body is over, whichever comes last; or
 * at once where there will be no response. Signals come from the thread that sends, from those of
 * the client, from who reads, cancels or breaks off; the first that settles the matter counts.
 */
final class Exchange {

  private final Call call;
  private final OutgoingRequest request;
  private final Time time;
  private final Executor executor;
  private final Context caller = Context.current();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  // guarded by this
  private int status;
  private @Nullable ResponseBody<?> body;
  private @Nullable Outcome ofBody;
  private boolean responded;
  private boolean ended;
  private @Nullable IOException broken;
  private boolean unwanted;
  private @Nullable Runnable canceller;

  Exchange(Call call, OutgoingRequest request, Time time, Executor executor) {
    this.call = call;
    this.request = request;
    this.time = time;
    this.executor = executor;
  }

  // ---- before it is sent

  /** Calls back when it is decided whether the request may be sent. */
  void whenDecided(Consumer<Decision> callback) {
    call.whenDecided(executor, callback);
  }

  /** As {@link #admitted(Decision)}, for a thread that may wait. */
  HttpRequest admitted() throws IOException {
    return admitted(call.await());
  }

  /**
   * The request as it is to be sent.
   *
   * @throws IOException if it must not be
   */
  HttpRequest admitted(Decision decision) throws IOException {
    if (decision instanceof Decision.Refuse refused) {
      throw refusal(refused.problem(), refused.rule());
    }
    HttpRequest admitted = request.sent(timeLeft(), sent);
    call.onAbort(problem -> onExecutor(() -> breakOff(problem)));
    return admitted;
  }

  private @Nullable Duration timeLeft() throws HttpTimeoutException {
    long deadline = call.deadline();
    if (deadline == Long.MAX_VALUE) {
      return null;
    }
    long left = deadline - time.nanoTime();
    if (left <= 0) {
      throw tooLate();
    }
    return Duration.ofNanos(left);
  }

  private IOException refusal(Problem problem, String rule) {
    return problem.kind() == Problem.Kind.TIMEOUT
        ? tooLate()
        : new CallRefusedException(request.dependency(), problem, rule);
  }

  private HttpTimeoutException tooLate() {
    return new HttpTimeoutException(
        "the deadline of the call has passed, the request to "
            + request.dependency()
            + " was not sent or not answered in time");
  }

  /** The current span is that of the call, the current call that of the caller. */
  @SuppressWarnings("MustBeClosed") // by the caller
  Scope callScope() {
    return call.openScope();
  }

  @SuppressWarnings("MustBeClosed") // by the caller
  Scope callerScope() {
    return caller.makeCurrent();
  }

  // ---- what becomes of it

  /** A handler that tells this exchange about the response and its body. */
  <T> BodyHandler<T> watched(BodyHandler<T> handler) {
    return info -> {
      started(info);
      ResponseBody<T> watched = new ResponseBody<>(reader(handler, info), this);
      IOException reason = expect(watched);
      if (reason != null) {
        watched.breakOff(reason);
      }
      return watched;
    };
  }

  private synchronized void started(ResponseInfo info) {
    status = info.statusCode();
    if (!ended) {
      call.responseStarted(info.statusCode());
    }
  }

  private <T> BodySubscriber<T> reader(BodyHandler<T> handler, ResponseInfo info) {
    try (Scope scope = callerScope()) {
      return handler.apply(info);
    }
  }

  private synchronized @Nullable IOException expect(ResponseBody<?> watched) {
    body = watched;
    ofBody = null;
    return broken;
  }

  void received(long bytes) {
    received.addAndGet(bytes);
  }

  void bodyRead() {
    bodyOver(Outcome.http(status()));
  }

  void bodyFailed(Throwable error) {
    bodyOver(failure(error));
  }

  /** The reader has had enough. What the dependency said stands where it was no success. */
  void bodyGivenUp() {
    int code = status();
    Outcome told = Outcome.http(code);
    bodyOver(
        told.kind() == Outcome.Kind.OK ? new Outcome(Outcome.Kind.CANCELLED, code, null) : told);
  }

  private void bodyOver(Outcome outcome) {
    synchronized (this) {
      if (ofBody != null) {
        return;
      }
      ofBody = outcome;
      if (!responded) {
        return;
      }
    }
    end(outcome);
  }

  /** The service has its response, which may still have a body to come. */
  void responded(HttpResponse<?> response) {
    Outcome outcome;
    synchronized (this) {
      responded = true;
      outcome = body == null ? Outcome.http(response.statusCode()) : ofBody;
    }
    if (outcome != null) {
      end(outcome);
    }
  }

  /** There is no response. */
  void failed(Throwable error) {
    end(failure(error));
  }

  /** Who has sent the request does not want the response any more. */
  void cancel() {
    Runnable action;
    synchronized (this) {
      if (responded || ended) {
        return;
      }
      unwanted = true;
      action = canceller;
    }
    end(Outcome.cancelled(null));
    if (action != null) {
      action.run();
    }
  }

  /** Sets how the client is told that the response is unwanted; at once where it already is. */
  void cancelWith(Runnable action) {
    boolean late;
    synchronized (this) {
      canceller = action;
      late = unwanted;
    }
    if (late) {
      action.run();
    }
  }

  private void breakOff(Problem problem) {
    String rule = call.decision() instanceof Decision.Refuse refused ? refused.rule() : "engine";
    IOException reason = refusal(problem, rule);
    ResponseBody<?> inFlight;
    Runnable action;
    synchronized (this) {
      if (broken != null || ended) {
        return;
      }
      broken = reason;
      unwanted = !responded;
      inFlight = body;
      action = responded ? null : canceller;
    }
    if (inFlight != null) {
      inFlight.breakOff(reason);
    }
    if (action != null) {
      action.run();
    }
  }

  /** What goes before any other failure: that the call was broken off, and why. */
  synchronized @Nullable IOException broken() {
    return broken;
  }

  // ---- the end

  private Outcome failure(Throwable thrown) {
    Throwable error = unwrapped(thrown);
    int code = status();
    if (error instanceof CallRefusedException refused) {
      return Outcome.of(refused.problem(), error);
    }
    if (error instanceof HttpTimeoutException) {
      return new Outcome(Outcome.Kind.TIMEOUT, code, error);
    }
    if (error instanceof CancellationException || error instanceof InterruptedException) {
      return Outcome.cancelled(error);
    }
    return new Outcome(Outcome.Kind.SERVER_ERROR, code, error);
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable error = thrown;
    while ((error instanceof CompletionException || error instanceof ExecutionException)
        && error.getCause() != null) {
      error = error.getCause();
    }
    return error;
  }

  private synchronized int status() {
    return status;
  }

  private void end(Outcome outcome) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    if (sent.get() > 0) {
      call.bytesSent(sent.get());
    }
    call.bytesReceived(received.get());
    call.end(outcome);
  }

  private void onExecutor(Runnable action) {
    try {
      executor.execute(action);
    } catch (RejectedExecutionException e) {
      action.run();
    }
  }
}
