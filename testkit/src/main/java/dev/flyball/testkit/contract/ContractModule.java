// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import dev.flyball.Attribute;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.FlyballModule;
import dev.flyball.Outcome;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.annotation.RequiresScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stages that requests script through headers. */
final class ContractModule implements FlyballModule {

  static final String DOOR = "Contract-Door";
  static final String CALLER = "Contract-Caller";
  static final String ADMIT = "Contract-Admit";
  static final long PENDING_MILLIS = 30;

  /**
   * Calls that began on a thread that still had another call: one that some adapter left behind.
   */
  final AtomicInteger leftBehind = new AtomicInteger();

  /** Stages that were seen out other than once. */
  final AtomicInteger unbalanced = new AtomicInteger();

  @Override
  public String name() {
    return "contract";
  }

  @Override
  public void install(Setup setup) {
    setup.enforces(List.of(RequiresScope.class));
    Attribute<AtomicInteger> open = setup.attribute("contract-open", Attribute.Scope.CALL);
    setup.stage(new Door(open));
    setup.stages(ContractModule::stages);
  }

  private static List<Stage> stages(Endpoint endpoint) {
    List<Stage> stages = new ArrayList<>();
    endpoint
        .annotation(RequiresScope.class)
        .ifPresent(requires -> {
          stages.add(new Caller());
          stages.add(new Scopes(Set.of(requires.value())));
        });
    if (endpoint.kind() == Endpoint.Kind.SERVER) {
      stages.add(new Admit());
    }
    return stages;
  }

  /** Before routing: refuses, waits, or lets go on. */
  private final class Door implements Stage {

    private final Attribute<AtomicInteger> open;

    Door(Attribute<AtomicInteger> open) {
      this.open = open;
    }

    @Override
    public String id() {
      return "contract-door";
    }

    @Override
    public Phase phase() {
      return Phase.PROTECT;
    }

    @Override
    public Decision onStart(Call call) {
      if (Call.current() != null) {
        leftBehind.incrementAndGet();
      }
      call.set(open, new AtomicInteger(1));
      call.addResponseHeader(DOOR, "passed");
      Decision refused =
          Decision.refuse(
              Problem.of(Problem.Kind.THROTTLED, "too often").withHeader("Retry-After", "7"), id());
      return scripted(call.carrier().header(DOOR), refused);
    }

    @Override
    public void onEnd(Call call, Outcome outcome) {
      if (Objects.requireNonNull(call.get(open)).decrementAndGet() != 0) {
        unbalanced.incrementAndGet();
      }
    }
  }

  /** Who is calling: {@code Contract-Caller: name scope scope}. */
  private static final class Caller implements Stage {

    @Override
    public String id() {
      return "authenticate";
    }

    @Override
    public Phase phase() {
      return Phase.AUTHENTICATE;
    }

    @Override
    public Decision onStart(Call call) {
      String header = call.carrier().header(CALLER);
      if (header == null) {
        Problem missing =
            Problem.of(Problem.Kind.CREDENTIALS_MISSING, "who is calling?")
                .withHeader("WWW-Authenticate", "Contract realm=\"contract\"");
        return Decision.refuse(missing, id());
      }
      List<String> words = List.of(header.split(" ", -1));
      call.authenticated(
          Principal.builder(words.get(0), "contract")
              .scopes(Set.copyOf(words.subList(1, words.size())))
              .build());
      return Decision.proceed();
    }
  }

  private static final class Scopes implements Stage {

    private final Set<String> scopes;

    Scopes(Set<String> scopes) {
      this.scopes = scopes;
    }

    @Override
    public String id() {
      return "requires-scope";
    }

    @Override
    public Phase phase() {
      return Phase.AUTHORIZE;
    }

    @Override
    public Decision onStart(Call call) {
      Principal principal = call.principal();
      return principal != null && principal.scopes().containsAll(scopes)
          ? Decision.proceed()
          : Decision.refuse(Problem.of(Problem.Kind.INSUFFICIENT_SCOPE, "needs " + scopes), id());
    }
  }

  /** Last before the handler: refuses, waits, or sets a time limit. */
  private static final class Admit implements Stage {

    @Override
    public String id() {
      return "contract-admit";
    }

    @Override
    public Phase phase() {
      return Phase.ADMIT;
    }

    @Override
    public Decision onStart(Call call) {
      call.addResponseHeader(ADMIT, "passed");
      String script = call.carrier().header(ADMIT);
      if (script != null && script.startsWith("deadline ")) {
        long millis = Long.parseLong(script.substring("deadline ".length()));
        call.deadline(call.startNanos() + TimeUnit.MILLISECONDS.toNanos(millis));
        return Decision.proceed();
      }
      Decision refused =
          Decision.refuse(Problem.of(Problem.Kind.OVERLOADED, "no room"), "contract-admit");
      return scripted(script, refused);
    }
  }

  private static Decision scripted(@Nullable String script, Decision refused) {
    return switch (script == null ? "" : script) {
      case "refuse" -> refused;
      case "pending" -> later(Decision.proceed());
      case "pending-refuse" -> later(refused);
      default -> Decision.proceed();
    };
  }

  private static Decision later(Decision decision) {
    return Decision.pending(
        new CompletableFuture<Decision>()
            .completeOnTimeout(decision, PENDING_MILLIS, TimeUnit.MILLISECONDS));
  }
}
