// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.FlyballModule;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.annotation.RequiresScope;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Believes the header {@code Caller: name scope scope}: authentication for tests of adapters, which
 * know no tokens. Thread-safe.
 */
public final class CallerModule implements FlyballModule {

  /** A module for one governor. */
  public CallerModule() {}

  @Override
  public String name() {
    return "caller";
  }

  @Override
  public void install(Setup setup) {
    setup.enforces(List.of(RequiresScope.class));
    setup.stages(endpoint ->
        endpoint.annotation(RequiresScope.class).stream()
            .flatMap(requires ->
                List.of(
                    stage("authenticate", Phase.AUTHENTICATE, CallerModule::authenticate),
                    stage(
                        "requires-scope",
                        Phase.AUTHORIZE,
                        call -> authorize(call, Set.of(requires.value()))))
                    .stream())
            .toList());
  }

  private static Decision authenticate(Call call) {
    String header = call.carrier().header("Caller");
    if (header == null) {
      return Decision.refuse(Problem.of(Problem.Kind.CREDENTIALS_MISSING, "who?"), "authenticate");
    }
    List<String> words = List.of(header.split(" "));
    call.authenticated(
        Principal.builder(words.get(0), "test")
            .scopes(Set.copyOf(words.subList(1, words.size())))
            .build());
    return Decision.proceed();
  }

  private static Decision authorize(Call call, Set<String> scopes) {
    Principal principal = call.principal();
    return principal != null && principal.scopes().containsAll(scopes)
        ? Decision.proceed()
        : Decision.refuse(
            Problem.of(Problem.Kind.INSUFFICIENT_SCOPE, "needs " + scopes), "requires-scope");
  }

  private static Stage stage(String id, Phase phase, Function<Call, Decision> decide) {
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
