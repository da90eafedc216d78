// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.Event;
import dev.flyball.FlyballModule;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.ProblemException;
import io.opentelemetry.context.Scope;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A governed service without a host: requests are {@link InProcessCarrier}s, everything else is
 * real.
 *
 * <p>It reads no file, variable or system property of the machine unless told to, and has a {@link
 * ManualTime}. Thread-safe once started.
 *
 * <pre>{@code
 * try (InProcessApp app = InProcessApp.with(new AuthModule()).property(...).start()) {
 *   GovernedEndpoint orders = app.govern(Orders.class, "get", "GET /orders/{id}");
 *   CallRecord record = app.call(orders, InProcessCarrier.get("/orders/7"));
 * }
 * }</pre>
 */
public final class InProcessApp implements AutoCloseable {

  private final ManualTime time = ManualTime.create();
  private final List<CallRecord> records = new CopyOnWriteArrayList<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final GovernorBuilder builder;
  private @Nullable Governor governor;

  private InProcessApp(List<FlyballModule> modules) {
    builder =
        Governor.builder()
            .modules(modules)
            .directory(Path.of("target", "no-such-folder"))
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .time(time)
            .scheduler(time.scheduler())
            .callListener(records::add)
            .eventListener(events::add);
  }

  /**
   * A service that is made of modules, and not yet built.
   *
   * @param modules those to install; modules on the class path are not looked for
   * @return the service
   */
  public static InProcessApp with(FlyballModule... modules) {
    return new InProcessApp(List.of(modules));
  }

  /**
   * Gives a value in code.
   *
   * @param key a declared key
   * @param value the value
   * @return this service
   */
  public InProcessApp property(String key, String value) {
    builder.property(key, value);
    return this;
  }

  /**
   * Changes what the governor is made of.
   *
   * @param change gets the builder
   * @return this service
   */
  public InProcessApp configure(Consumer<GovernorBuilder> change) {
    change.accept(builder);
    return this;
  }

  /**
   * Binds a method of a class, before or after {@link #start()}.
   *
   * @param type the class that handles
   * @param method the name of its only method of that name
   * @param operation what it is called in HTTP, for example {@code GET /orders/{id}}
   * @return what calls enter
   */
  public GovernedEndpoint govern(Class<?> type, String method, String operation) {
    for (Method candidate : type.getDeclaredMethods()) {
      if (candidate.getName().equals(method) && !candidate.isBridge()) {
        return govern(Endpoint.builder("http", operation).source(type, candidate));
      }
    }
    throw new IllegalArgumentException(type + " has no method " + method);
  }

  /**
   * Binds an endpoint, before or after {@link #start()}.
   *
   * @param endpoint the endpoint
   * @return what calls enter
   */
  public GovernedEndpoint govern(Endpoint.Builder endpoint) {
    return built().govern(endpoint.build());
  }

  /**
   * Starts the service.
   *
   * @return this service
   */
  public InProcessApp start() {
    built().start();
    return this;
  }

  /**
   * The governor, built if it was not.
   *
   * @return the governor
   */
  public Governor governor() {
    return built();
  }

  /**
   * The clocks of the service.
   *
   * @return they stand still
   */
  public ManualTime time() {
    return time;
  }

  /**
   * The records of all calls so far.
   *
   * @return oldest first
   */
  public List<CallRecord> records() {
    return records;
  }

  /**
   * The events so far.
   *
   * @return oldest first
   */
  public List<Event> events() {
    return events;
  }

  /**
   * One call whose handler does nothing.
   *
   * @param endpoint what is called
   * @param carrier what comes in
   * @return its record
   */
  public CallRecord call(GovernedEndpoint endpoint, Carrier carrier) {
    return call(endpoint, carrier, () -> null);
  }

  /**
   * One call, driven as a blocking adapter drives it.
   *
   * @param endpoint what is called
   * @param carrier what comes in
   * @param handler runs if the call goes on; what it throws ends the call
   * @return its record
   */
  public CallRecord call(
      GovernedEndpoint endpoint, Carrier carrier, Callable<@Nullable Object> handler) {
    return call(endpoint, carrier, Parameters.none(), handler);
  }

  /**
   * One call with parameters, for what policies decide by.
   *
   * @param endpoint what is called
   * @param carrier what comes in
   * @param parameters the inputs that identify what the call is about
   * @param handler runs if the call goes on; what it throws ends the call
   * @return its record
   */
  public CallRecord call(
      GovernedEndpoint endpoint,
      Carrier carrier,
      Parameters parameters,
      Callable<@Nullable Object> handler) {
    Call call = built().begin(carrier);
    if (call.await().proceeds()) {
      call.enter(endpoint, parameters);
    }
    if (call.await() instanceof Decision.Refuse refused) {
      call.end(Outcome.of(refused.problem(), null));
    } else {
      call.end(handle(call, handler));
    }
    return (CallRecord) call;
  }

  private static Outcome handle(Call call, Callable<@Nullable Object> handler) {
    try (Scope scope = call.openScope()) {
      handler.call();
      return Outcome.http(200);
    } catch (ProblemException e) {
      return Outcome.of(e.problem(), e);
    } catch (Exception e) {
      return Outcome.http(500, e);
    }
  }

  /** Closes the governor. */
  @Override
  public void close() {
    built().close();
  }

  private synchronized Governor built() {
    Governor known = governor;
    if (known == null) {
      known = builder.build();
      governor = known;
    }
    return known;
  }
}
