// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.Event;
import dev.flyball.FlyballModule;
import dev.flyball.GovernedEndpoint;
import dev.flyball.HealthCheck;
import dev.flyball.Offers;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.annotation.Public;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** A governed service with a flag file, for tests. */
final class FlagApp implements AutoCloseable {

  static final String BOOLEAN_ON =
      """
      {"flags": {"feature": {"state": "ENABLED", "variants": {"on": true, "off": false},
        "defaultVariant": "on"}}}
      """;
  static final String BOOLEAN_OFF =
      BOOLEAN_ON.replace("\"defaultVariant\": \"on\"", "\"defaultVariant\": \"off\"");

  private final Callers callers = new Callers();
  private final InProcessApp app = InProcessApp.with(new FlagsModule(), callers);
  private final Path file;

  private FlagApp(Path file) {
    this.file = file;
  }

  /** A service, not started, whose callers are authenticated by the header {@code X-Subject}. */
  static FlagApp with(Path folder, String flags) {
    Path file = folder.resolve("flags.json");
    write(file, flags);
    return at(file);
  }

  static FlagApp at(Path file) {
    FlagApp made = new FlagApp(file);
    made.app.property("flyball.flags.file", file.toString());
    return made;
  }

  /** A service that is not told of a file, in a folder. */
  static FlagApp beside(Path folder) {
    FlagApp made = new FlagApp(folder.resolve("flags.json"));
    made.app.configure(builder -> builder.directory(folder));
    return made;
  }

  FlagApp start() {
    app.start();
    return this;
  }

  InProcessApp app() {
    return app;
  }

  Path file() {
    return file;
  }

  Flags flags() {
    return app.governor().find(Flags.class).orElseThrow();
  }

  void rewrite(String flags) {
    write(file, flags);
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An endpoint that everybody may call. */
  GovernedEndpoint open(String operation) {
    return app.govern(Endpoint.builder("http", operation).annotation(Open.ANNOTATION));
  }

  CallRecord call(GovernedEndpoint endpoint, String subject, Callable<Object> handler) {
    InProcessCarrier carrier = InProcessCarrier.get("/");
    return app.call(
        endpoint, subject.isEmpty() ? carrier : carrier.header("X-Subject", subject), handler);
  }

  /** What a health check of the service comes to now. */
  HealthCheck.Result health(String name) {
    HealthCheck check = callers.checks.find(name).orElseThrow();
    return check.check().toCompletableFuture().join();
  }

  List<Event> events(String name) {
    return app.events().stream().filter(event -> event.name().equals(name)).toList();
  }

  @Override
  public void close() {
    app.close();
  }

  @Public(reason = "a test")
  private static final class Open {
    static final Public ANNOTATION = Open.class.getAnnotation(Public.class);
  }

  /** Takes callers at their word. */
  static final class Callers implements FlyballModule {

    private Offers<HealthCheck> checks = Map::of;

    @Override
    public String name() {
      return "callers";
    }

    @Override
    public void install(Setup setup) {
      checks = setup.healthChecks();
      setup.stages(endpoint ->
          List.of(
              stage("callers", Phase.AUTHENTICATE, Callers::authenticate),
              stage("everybody", Phase.AUTHORIZE, call -> Decision.proceed())));
    }

    private static Decision authenticate(Call call) {
      String subject = call.carrier().header("X-Subject");
      if (subject != null) {
        call.authenticated(principal(subject));
      }
      return Decision.proceed();
    }

    static Principal principal(String subject) {
      return Principal.builder(subject, "https://issuer.example")
          .client("shop")
          .tenant("acme")
          .scopes(Set.of("orders:read"))
          .roles(Set.of("clerk"))
          .claims(Map.of("email", subject + "@example.com", "client", "claimed"))
          .build();
    }

    static Stage stage(String id, Phase phase, Function<Call, Decision> decide) {
      return new Stage() {
        @Override
        public String id() {
          return id;
        }

        @Override
        public Phase phase() {
          return phase;
        }

        @Override
        public Decision onStart(Call call) {
          return decide.apply(call);
        }
      };
    }
  }
}
