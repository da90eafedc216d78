// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupException;
import dev.flyball.settings.StartupProblem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one service: modules installed, endpoints bound, calls let through or refused.
 *
 * <pre>{@code
 * try (Governor governor = Governor.builder().build()) {
 *   GovernedEndpoint endpoint = governor.govern(...);   // an adapter does this
 *   governor.start();
 *   governor.run("job:reindex", null, () -> reindex());
 * }
 * }</pre>
 *
 * <p>Adapters bind their endpoints, then {@link #start()} reports every problem at once.
 * Thread-safe. Not to be implemented.
 */
public interface Governor extends AutoCloseable {

  /**
   * Starts to build a governor.
   *
   * @return a builder that finds modules on the class path
   */
  static GovernorBuilder builder() {
    return new GovernorBuilder();
  }

  /**
   * Binds an endpoint: each module looks at it and adds the stages it needs. What is wrong with it
   * is reported by {@link #start()}.
   *
   * @param endpoint what a live router handles
   * @return what calls enter
   * @throws StartupException if the governor has started already and something is wrong
   */
  GovernedEndpoint govern(Endpoint endpoint);

  /**
   * Reports why the service cannot start. For adapters, before {@link #start()}.
   *
   * @param problem what is wrong, where, and the next step
   */
  void problem(StartupProblem problem);

  /**
   * Opens the service to calls.
   *
   * @throws StartupException with every problem of settings, modules and endpoints; the governor is
   *     closed then
   */
  void start();

  /**
   * Whether a call that begins now would do nothing: {@code flyball.enabled} is false, and no
   * endpoint is protected. An adapter may leave such a request as it is. To be asked for each
   * request: an endpoint that is bound later may be protected.
   *
   * @return true where {@link #begin} need not be called
   */
  boolean isOff();

  /**
   * Begins an inbound call and runs the stages of the service.
   *
   * @param carrier what came in
   * @return the call; ask for its decision
   * @throws IllegalStateException if the governor has not started
   */
  Call begin(Carrier carrier);

  /**
   * Begins an outgoing call. The inbound call that is current stays the current one.
   *
   * @param carrier the request that is about to go out
   * @return the call; ask for its decision
   */
  Call beginOutgoing(OutgoingCarrier carrier);

  /**
   * Runs work that the service starts itself as a call: traced, measured, gated, recorded.
   *
   * @param job {@code job:} and a name of a small, fixed set; beyond 1,000 they share one endpoint
   * @param unit what flags are rolled out by, for example a customer; null for none
   * @param body the work
   * @param <T> what it returns
   * @return what the body returned
   * @throws ProblemException if the call is refused
   * @throws Exception what the body throws
   */
  <T> T run(String job, @Nullable String unit, Callable<T> body) throws Exception;

  /**
   * The endpoints that are bound.
   *
   * @return a live view
   */
  EndpointCatalog endpoints();

  /**
   * What a module offers to the service, for example its flags.
   *
   * @param type the type
   * @param <T> the type
   * @return the only offer, or the one named {@code default}
   */
  <T> Optional<T> find(Class<T> type);

  /**
   * One of several things of a type that are offered.
   *
   * @param type the type
   * @param name the name under which it is offered
   * @param <T> the type
   * @return empty where nobody offers it
   */
  <T> Optional<T> find(Class<T> type, String name);

  /**
   * The pages of all modules, for adapters to expose.
   *
   * @return in the order of their paths
   */
  List<AdminRoute> adminRoutes();

  /**
   * The settings of the service.
   *
   * @return every layer
   */
  Settings settings();

  /**
   * The state of this governor.
   *
   * @return a view that follows it
   */
  Lifecycle lifecycle();

  /**
   * Instruments, for adapters and the service.
   *
   * @return the registry of the service
   */
  Meters meters();

  /**
   * The one source of time.
   *
   * @return wall clock and monotonic clock
   */
  Time time();

  /**
   * Tells load balancers to send nothing more, and gives them {@code flyball.drain.delay} to
   * notice. Calls are still governed. For adapters, before they stop to accept.
   */
  void drain();

  /**
   * Refuses calls that begin from now on, waits until the running ones have ended, at most {@code
   * flyball.drain.timeout}, then closes every module. Again it does nothing.
   */
  @Override
  void close();
}
