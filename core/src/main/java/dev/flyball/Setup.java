// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What a module gets while it is installed, and through which it gives. Not to be implemented.
 *
 * <p>Used on one thread; what it returns is thread-safe.
 */
public interface Setup {

  /**
   * The settings of the service.
   *
   * @return every layer, already checked
   */
  Settings settings();

  /**
   * What the service says it is.
   *
   * @return the settings {@code flyball.service.*}
   */
  ServiceIdentity service();

  /**
   * The one source of time.
   *
   * @return wall clock and monotonic clock
   */
  Time time();

  /**
   * The one source of randomness that is not for secrets: span ids, jitter.
   *
   * @return thread-safe
   */
  RandomGenerator random();

  /**
   * The one scheduler, for work that takes no time; slow work is handed on.
   *
   * @return stopped when the governor closes
   */
  ScheduledExecutorService scheduler();

  /**
   * Instruments.
   *
   * @return the registry of the service
   */
  Meters meters();

  /**
   * The state of the governor, for probes.
   *
   * @return a view that follows the governor
   */
  Lifecycle lifecycle();

  /**
   * Makes a place in every call.
   *
   * @param name what the value is called, unique in the service
   * @param scope whose value it is
   * @param <T> the type of the value
   * @return the place
   */
  <T> Attribute<T> attribute(String name, Attribute.Scope scope);

  /**
   * Adds a stage that every call runs before any routing.
   *
   * @param stage of phase TRACE or PROTECT
   */
  void stage(Stage stage);

  /**
   * Adds a look at each endpoint that is bound: what it needs, or nothing.
   *
   * @param stages returns the stages for an endpoint, of the phases PROTECT to ADMIT
   */
  void stages(Function<Endpoint, List<Stage>> stages);

  /**
   * Says that the module acts on annotations, so that endpoints may carry them.
   *
   * @param annotations types marked {@code @Enforced}
   */
  void enforces(List<Class<? extends Annotation>> annotations);

  /**
   * Says that the module acts on annotations whose classes it does not need, such as those of
   * JSR-250.
   *
   * @param annotationTypes full names of annotation types
   */
  void enforcesNamed(List<String> annotationTypes);

  /**
   * Adds a listener to the records of calls.
   *
   * @param listener sees every record
   */
  void callListener(CallListener listener);

  /**
   * Adds a listener to events.
   *
   * @param listener sees every event
   */
  void eventListener(EventListener listener);

  /**
   * Adds a health check.
   *
   * @param check asked now and then
   */
  void healthCheck(HealthCheck check);

  /**
   * The health checks of all modules and the application.
   *
   * @return complete after the last module is installed
   */
  Offers<HealthCheck> healthChecks();

  /**
   * Adds a page.
   *
   * @param route exposed by each adapter
   */
  void adminRoute(AdminRoute route);

  /**
   * Offers an object to other modules and to the service.
   *
   * @param type the type by which it is wanted
   * @param name tells offers of one type apart; {@code default} for the usual one
   * @param object the object
   * @param <T> the type
   */
  <T> void offer(Class<T> type, String name, T object);

  /**
   * Asks for what others offer.
   *
   * @param type the type
   * @param <T> the type
   * @return complete after the last module is installed
   */
  <T> Offers<T> want(Class<T> type);

  /**
   * What the instances of the service share. It is the store that the application or an adapter
   * offers: the only one, or of several the one called {@code default}; several without a default
   * are a start-up problem. Where nobody offers one it is a store in the memory of this process,
   * which other instances do not see and which is empty after each start.
   *
   * @return the same for all modules; may be kept at once, and used from the start on
   */
  SharedStore sharedStore();

  /**
   * Whether a peer is one of the proxies whose headers are believed: {@code
   * flyball.proxies.trusted}.
   *
   * @param peerAddress {@link Carrier#peerAddress()}: that of the connection, never one that a
   *     header names
   * @return false for anything that is no IP address
   */
  boolean isTrustedProxy(String peerAddress);

  /**
   * Tells everybody that something has happened.
   *
   * @param event the event
   */
  void publish(Event event);

  /**
   * Whether a rule does not refuse now, but only records that it would: {@code
   * flyball.rules.<rule>.mode}.
   *
   * @param rule the id of the rule
   * @return false for a rule that is enforced
   */
  boolean isObserved(String rule);

  /**
   * Reports something about the configuration that works and that somebody should look at. Before
   * the start it is told, or fatal, with everything else; later it is told at once.
   *
   * @param finding of a kind that a module has declared with {@link Finding#kind}
   * @throws IllegalArgumentException if none has
   */
  void finding(Finding finding);

  /**
   * What was found so far, by all modules.
   *
   * @return a copy, without what is set to be {@code off}
   */
  List<Finding> findings();

  /**
   * Reports why the service cannot start.
   *
   * @param problem what is wrong, where, and the next step
   */
  void problem(StartupProblem problem);

  /**
   * Adds what is to be done when everything is installed and the governor starts; not done where
   * the start fails.
   *
   * @param action runs once, on the thread that starts
   */
  void onStart(Runnable action);

  /**
   * Adds what is to be done when the governor closes, in reverse order of adding.
   *
   * @param action runs once, also after a start that failed
   */
  void onClose(Runnable action);
}
