// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.internal.CurrentCall;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One running call: what stages decide on, handlers look at, and adapters drive.
 *
 * <p>An adapter calls, in this order: {@link #await} (or {@link #whenDecided}) for the decision of
 * {@code begin}; {@link #enter} and {@code await} for that of the endpoint; {@link #openScope}
 * around the handler, on each thread that runs it; {@link #end} once, whatever happened. {@code
 * end} and {@code abort} may come from any thread at any time. Life time and thread scope are
 * separate: a call may outlive every scope.
 *
 * <p>Not to be implemented. Thread-safe; what is written after the call has ended is dropped and
 * counted.
 */
public interface Call {

  /**
   * The call that the current thread works for, as carried by the context of OpenTelemetry.
   *
   * @return null outside of any governed call
   */
  static @Nullable Call current() {
    return CurrentCall.get();
  }

  /**
   * The endpoint that was entered, or the unmatched one of the protocol.
   *
   * @return the endpoint
   */
  Endpoint endpoint();

  /**
   * Whether an endpoint was entered.
   *
   * @return false until {@link #enter}
   */
  boolean entered();

  /**
   * What came in.
   *
   * @return the adapter's view; that of a job has nothing in it
   */
  Carrier carrier();

  /**
   * The request that is about to go out.
   *
   * @return null for a call that came in
   */
  @Nullable OutgoingCarrier outgoing();

  /**
   * The inputs that identify what the call is about.
   *
   * @return those given to {@link #enter}
   */
  Parameters parameters();

  /**
   * The call in which this one was made.
   *
   * @return null for a call that came in
   */
  @Nullable Call parent();

  /**
   * Who is calling.
   *
   * @return null where nobody has authenticated
   */
  @Nullable Principal principal();

  /**
   * Says who is calling. For AUTHENTICATE stages; the principal belongs to the request.
   *
   * @param principal what a valid credential says
   */
  void authenticated(Principal principal);

  /**
   * What flags are rolled out by: the subject of the principal, or the unit of a job.
   *
   * @return null where there is none
   */
  @Nullable String unit();

  /**
   * The ids under which the call is found.
   *
   * @return null where nothing traces
   */
  @Nullable TraceContext trace();

  /**
   * Sets the ids. For TRACE stages.
   *
   * @param trace the ids
   */
  void trace(TraceContext trace);

  /**
   * The context that {@link #openScope} makes current.
   *
   * @return a context that holds the call, and its span where there is one
   */
  Context context();

  /**
   * Sets the context on which that of the call is built. For TRACE stages.
   *
   * @param base for example one that holds a span
   */
  void baseContext(Context base);

  /**
   * Reads what a module keeps in the call.
   *
   * @param attribute the place
   * @param <T> the type of the value
   * @return null where nothing was set
   */
  <T> @Nullable T get(Attribute<T> attribute);

  /**
   * Keeps a value in the call.
   *
   * @param attribute the place
   * @param value the value; null to clear
   * @param <T> the type of the value
   */
  <T> void set(Attribute<T> attribute, @Nullable T value);

  /**
   * Keeps a value in the call unless another was kept before.
   *
   * @param attribute the place
   * @param value the value
   * @param <T> the type of the value
   * @return the value that is kept
   */
  <T> T setIfAbsent(Attribute<T> attribute, T value);

  /**
   * Adds an evaluated flag to the record.
   *
   * @param evaluation the evaluation
   */
  void evaluated(FlagEvaluation evaluation);

  /**
   * Adds what something came to that decides nothing: a candidate that is asked beside the rule in
   * force. What comes after the end of the call is dropped.
   *
   * @param verdict WOULD_REFUSE, WOULD_PROCEED or SKIPPED
   * @throws IllegalArgumentException if the verdict could be taken for one that decides
   */
  void observed(Verdict verdict);

  /**
   * Adds a header to the response, refused or not.
   *
   * @param name the field name
   * @param value the field value
   */
  void addResponseHeader(String name, String value);

  /**
   * The headers that stages added. For adapters, when the response starts.
   *
   * @return in the order in which they were added
   */
  List<Header> responseHeaders();

  /**
   * When the call began, on the monotonic clock.
   *
   * @return nanoseconds of {@link Time#nanoTime()}
   */
  long startNanos();

  /**
   * When the call began, on the wall clock.
   *
   * @return milliseconds since 1970-01-01T00:00:00Z
   */
  long startMillis();

  /**
   * When the call has to be over.
   *
   * @return nanoseconds of {@link Time#nanoTime()}; {@link Long#MAX_VALUE} for never
   */
  long deadline();

  /**
   * Brings the deadline forward; a later one is ignored. When it passes, the call is aborted with a
   * problem of kind TIMEOUT.
   *
   * @param nanoTime nanoseconds of {@link Time#nanoTime()}
   */
  void deadline(long nanoTime);

  /**
   * The largest body that may be read.
   *
   * @return bytes
   */
  long bodyLimit();

  /**
   * The address of the client, seen past the proxies that are declared trusted.
   *
   * @return an IP address in text form; empty where there is none
   */
  String clientAddress();

  /**
   * The scheme that the client used, seen past trusted proxies.
   *
   * @return {@code https} or {@code http}
   */
  String scheme();

  /**
   * The authority that the client addressed, seen past trusted proxies.
   *
   * @return host and port; null where there is none
   */
  @Nullable String authority();

  /**
   * What has been decided so far.
   *
   * @return pending while a stage has not decided
   */
  Decision decision();

  /**
   * Waits until it is decided whether the call goes on; on the thread of a blocking host. Returns
   * at once where nothing is pending. The stages after a pending one run on this thread.
   *
   * @return go on, or no
   */
  Decision await();

  /**
   * Calls back once it is decided whether the call goes on; for event-loop hosts. Where nothing is
   * pending the call back happens at once on this thread.
   *
   * @param executor runs the stages after a pending one, and the call back
   * @param callback gets go on, or no; exactly once
   */
  void whenDecided(Executor executor, Consumer<Decision> callback);

  /**
   * Names the endpoint that the host's router has resolved, and runs its stages. Again for the same
   * endpoint it returns what was decided; after a refusal it only names the endpoint.
   *
   * @param endpoint the endpoint
   * @param parameters the inputs that identify what the call is about
   * @return what was decided; pending where a stage has not
   * @throws IllegalStateException if another endpoint was entered (expected: {@link #child}), or
   *     the decision of {@code begin} is pending
   */
  Decision enter(GovernedEndpoint endpoint, Parameters parameters);

  /**
   * Makes a call inside this one: a field of a GraphQL request, a forward. It shares carrier, trace
   * and the validated credential, has its own verdicts and record, and is ended by its own {@link
   * #end}, at the latest with this call.
   *
   * @param endpoint the endpoint of the child
   * @param parameters the inputs that identify what the child is about
   * @return the child, whose decision is to be asked for like that of any call
   */
  Call child(GovernedEndpoint endpoint, Parameters parameters);

  /**
   * Makes the call current on this thread, until the scope is closed on the same thread. To be
   * opened around the handler: on a refused call it is counted as a bug of the adapter.
   *
   * @return to be closed by the same thread
   * @throws IllegalStateException if a decision is pending: the handler must not run yet
   */
  Scope openScope();

  /**
   * Breaks a running call off: its deadline has passed, a token has expired, the service shuts
   * down. Before the handler it is a refusal; later the adapter is told, which answers if it still
   * can. Only the first abort counts.
   *
   * @param problem what the caller is told, if it can still be told
   * @param rule the id of the rule that breaks off
   * @return false if the call has ended or was aborted before
   */
  boolean abort(Problem problem, String rule);

  /**
   * Sets what happens when the call is aborted after it was let through; at once where it already
   * is. For adapters.
   *
   * @param action gets the problem, on the thread that aborts; must not block
   */
  void onAbort(Consumer<Problem> action);

  /**
   * The problem with which the call was aborted.
   *
   * @return null where it was not
   */
  @Nullable Problem aborted();

  /**
   * Names what answered in place of an endpoint: a context of the host, a servlet. For adapters; an
   * answer of a name that {@code flyball.ungoverned} does not list counts as UNGOVERNED.
   *
   * @param name a name of a small, fixed set
   */
  void answeredBy(String name);

  /**
   * Says that the response has started: from now on status and headers cannot change.
   *
   * @param code the status in the protocol's own numbers
   */
  void responseStarted(int code);

  /**
   * Adds to the bytes of the body that were read.
   *
   * @param count zero or more
   */
  void bytesReceived(long count);

  /**
   * Adds to the bytes of the body that were sent, as one message.
   *
   * @param count zero or more
   */
  void bytesSent(long count);

  /**
   * Ends the call: stages are seen out in reverse order, then the record goes to its listeners.
   * While a stage runs on another thread, that thread does it as soon as the stage returns. A
   * second end is counted and ignored.
   *
   * @param outcome how it ended, as the adapter saw it; after a refusal it counts as refused
   */
  void end(Outcome outcome);
}
