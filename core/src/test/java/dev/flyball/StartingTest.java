// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.atIndex;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flyball.Lifecycle.State;
import dev.flyball.Stage.OnFailure;
import dev.flyball.annotation.Enforced;
import dev.flyball.annotation.FeatureGate;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.settings.Setting;
import dev.flyball.settings.StartupException;
import dev.flyball.settings.StartupProblem;
import jakarta.annotation.security.RolesAllowed;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What keeps a service from starting, and that everything wrong is said at once. */
class StartingTest {

  @Retention(RetentionPolicy.RUNTIME)
  @Enforced(authorization = true)
  @interface CompanyRule {}

  @SuppressWarnings("unused")
  private static final class Handlers {
    @RequiresScope("orders:read")
    void scoped() {}

    @FeatureGate("new")
    @Public(reason = "gated")
    void gated() {}

    @RolesAllowed("admin")
    void roles() {}

    @CompanyRule
    void company() {}

    @Public(reason = "open")
    @RequiresScope("x")
    void contradictory() {}

    @Public(reason = " ")
    void blank() {}

    @RequiresScope({})
    void noScope() {}

    @RequiresRole(" ")
    @Policy({})
    void noRole() {}

    void silent() {}
  }

  interface OpenForA {
    @Public(reason = "a")
    void call();
  }

  interface OpenForB {
    @Public(reason = "b")
    void call();
  }

  private static final class TwiceOpen implements OpenForA, OpenForB {
    @Override
    public void call() {}
  }

  private TestApp app;

  @AfterEach
  void close() {
    if (app != null) {
      app.close();
    }
  }

  private TestApp with(FlyballModule... modules) {
    app = TestApp.of(modules);
    return app;
  }

  private static Endpoint.Builder handler(String method) {
    try {
      return Endpoint.builder("http", method)
          .source(Handlers.class, Handlers.class.getDeclaredMethod(method));
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /** Each problem on one line. */
  private List<String> problems() {
    StartupException failed =
        catchThrowableOfType(StartupException.class, () -> app.governor.start());
    assertThat(failed).isNotNull();
    assertThat(app.governor.lifecycle().state()).isEqualTo(State.CLOSED);
    return failed.problems().stream()
        .map(problem -> problem.toString().replaceAll("\n *", " "))
        .toList();
  }

  private static FlyballModule enforcing(
      Class<? extends java.lang.annotation.Annotation> type, Stage... stages) {
    return TestModule.installing(setup -> {
      setup.enforces(List.of(type));
      setup.stages(endpoint -> List.of(stages));
    });
  }

  // ---- annotations

  @Test
  void annotationThatNobodyEnforces_isNamedWithItsEndpointAndArtifact() {
    with().govern(handler("scoped"));
    app.govern(handler("gated"));
    app.govern(handler("roles"));
    app.govern(handler("company"));

    assertThat(problems())
        .containsExactly(
            "no module enforces @RequiresScope of http:scoped at"
                + " dev.flyball.StartingTest$Handlers.scoped"
                + " -> add the dependency dev.flyball:flyball-auth",
            "no module enforces @FeatureGate of http:gated at"
                + " dev.flyball.StartingTest$Handlers.gated"
                + " -> add the dependency dev.flyball:flyball-featureflags",
            "no module enforces @RolesAllowed of http:roles at"
                + " dev.flyball.StartingTest$Handlers.roles"
                + " -> add the dependency dev.flyball:flyball-auth",
            "no module enforces @CompanyRule of http:company at"
                + " dev.flyball.StartingTest$Handlers.company"
                + " -> add the module that enforces it");
  }

  @Test
  void annotationWithoutAHandler_isNamedByItsEndpoint() {
    with().govern(Endpoint.builder("http", "GET /x").requiresScope("a"));

    assertThat(problems())
        .containsExactly(
            "no module enforces @RequiresScope of http:GET /x at http:GET /x"
                + " -> add the dependency dev.flyball:flyball-auth");
  }

  @Test
  void annotationThatAModuleEnforces_isFine() {
    with(enforcing(RequiresScope.class, TestModule.authorizing())).govern(handler("scoped"));
    app.start();

    assertThat(app.governor.lifecycle().state()).isEqualTo(State.RUNNING);
  }

  @Test
  void annotationEnforcedByName_isFine() {
    with(TestModule.installing(setup -> {
      setup.enforcesNamed(List.of("jakarta.annotation.security.RolesAllowed"));
      setup.stages(endpoint -> List.of(TestModule.authorizing()));
    }))
        .govern(handler("roles"));
    app.start();
  }

  @Test
  void ruleForWhichNoStageIsBound_isAProblem() {
    with(enforcing(RequiresScope.class)).govern(handler("scoped"));

    assertThat(problems())
        .containsExactly(
            "no stage is bound for @RequiresScope of http:scoped at"
                + " dev.flyball.StartingTest$Handlers.scoped -> mend the module that enforces it");
  }

  @Test
  void ruleThatItsModuleCannotBind_isToldOnce() {
    with(TestModule.installing(setup -> {
      setup.enforces(List.of(RequiresScope.class));
      setup.stages(endpoint -> {
        throw new IllegalArgumentException("nobody grants this scope");
      });
    }))
        .govern(handler("scoped"));

    assertThat(problems())
        .containsExactly("nobody grants this scope at dev.flyball.StartingTest$Handlers.scoped");
  }

  @Test
  void ruleThatIsWrongInItself_isToldOnce() {
    with(enforcing(RequiresScope.class)).govern(handler("noScope"));
    app.govern(handler("contradictory"));

    assertThat(problems())
        .containsExactly(
            "@RequiresScope of http:noScope names nothing at"
                + " dev.flyball.StartingTest$Handlers.noScope -> say what callers need",
            "http:contradictory is declared both open and protected: @Public and @RequiresScope at"
                + " dev.flyball.StartingTest$Handlers.contradictory"
                + " -> keep either @Public or the rules");
  }

  @Test
  void ruleForWhichNoStageIsBound_isNoneOfTheHostsEither() {
    app =
        TestApp.with(
            builder -> builder.property("flyball.auth.delegated", "the gateway does it"),
            enforcing(RequiresScope.class));
    app.govern(handler("scoped"));

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("no stage is bound for @RequiresScope");
  }

  @Test
  void endpointBothOpenAndProtected_isAContradiction() {
    with(enforcing(RequiresScope.class, TestModule.authorizing())).govern(handler("contradictory"));

    assertThat(problems())
        .containsExactly(
            "http:contradictory is declared both open and protected: @Public and @RequiresScope at"
                + " dev.flyball.StartingTest$Handlers.contradictory"
                + " -> keep either @Public or the rules");
  }

  @Test
  void endpointOpenForTwoReasons_isNoContradiction() throws Exception {
    with()
        .govern(
            Endpoint.builder("http", "x")
                .source(TwiceOpen.class, TwiceOpen.class.getMethod("call")));
    app.start();

    assertThat(app.governor.lifecycle().state()).isEqualTo(State.RUNNING);
  }

  @Test
  void openEndpointWithoutAReason_isAProblem() {
    with().govern(handler("blank"));

    assertThat(problems())
        .containsExactly(
            "@Public of http:blank gives no reason at dev.flyball.StartingTest$Handlers.blank"
                + " -> say why in reason");
  }

  @Test
  void ruleThatAsksForNothing_isAProblem() {
    with(TestModule.installing(setup -> {
      setup.enforces(List.of(RequiresScope.class, RequiresRole.class, Policy.class));
      setup.stages(endpoint -> List.of(TestModule.authorizing()));
    }))
        .govern(handler("noScope"));
    app.govern(handler("noRole"));

    assertThat(problems())
        .containsExactly(
            "@RequiresScope of http:noScope names nothing at"
                + " dev.flyball.StartingTest$Handlers.noScope -> say what callers need",
            "@RequiresRole of http:noRole names nothing at"
                + " dev.flyball.StartingTest$Handlers.noRole -> say what callers need",
            "@Policy of http:noRole names nothing at"
                + " dev.flyball.StartingTest$Handlers.noRole -> say what callers need");
  }

  // ---- stages

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"AUTHENTICATE", "AUTHORIZE"})
  void stageOfAuthorizationThatMayBeSkipped_isAProblem(Phase phase) {
    Stage skipping =
        new Stage() {
          @Override
          public String id() {
            return "lenient";
          }

          @Override
          public Phase phase() {
            return phase;
          }

          @Override
          public OnFailure onFailure() {
            return OnFailure.SKIP;
          }

          @Override
          public Decision onStart(Call call) {
            return Decision.proceed();
          }
        };
    with(TestModule.binding(skipping)).govern(handler("silent"));

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("the stage lenient of phase " + phase + " says SKIP on failure");
  }

  @Test
  void stageInTheWrongPhase_isAProblem() {
    with(TestModule.installing(setup -> {
      setup.stage(TestModule.stage("late", Phase.FLAG, call -> Decision.proceed()));
      setup.stages(endpoint ->
          List.of(
              TestModule.stage("early", Phase.TRACE, call -> Decision.proceed()),
              TestModule.authorizing()));
    }))
        .govern(handler("silent"));

    assertThat(problems())
        .hasSize(2)
        .anyMatch(problem ->
            problem.equals(
                "the service-wide stage late is of phase FLAG at module test -> before routing"
                    + " only TRACE and PROTECT run; bind it to endpoints"))
        .anyMatch(problem ->
            problem.startsWith("the stage early of phase TRACE is bound to http:silent at "));
  }

  @Test
  void twoStagesOfOneName_areAProblem() {
    with(TestModule.binding(TestModule.authorizing(), TestModule.authorizing()))
        .govern(handler("silent"));

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("two stages of http:silent are called authorize at ");
  }

  @Test
  void moduleThatFailsToLookAtAnEndpoint_isAProblem() {
    List<Stage> hole = new ArrayList<>();
    hole.add(null);
    with(
            looking(endpoint -> endpoint.operation().equals("silent") ? null : List.of()),
            looking(endpoint -> hole),
            looking(endpoint -> {
              throw new NoClassDefFoundError("com/example/Missing");
            }),
            looking(endpoint -> {
              throw new IllegalArgumentException("the policy x is not offered");
            }))
        .govern(handler("silent"));

    String failed = "the module test failed to look at http:silent: java.lang.";
    assertThat(problems())
        .hasSize(4)
        .allMatch(each -> each.contains(" at dev.flyball.StartingTest$Handlers.silent"))
        .satisfies(each -> assertThat(each).startsWith(failed + "NullPointerException"), atIndex(0))
        .satisfies(each -> assertThat(each).startsWith(failed + "NullPointerException"), atIndex(1))
        .satisfies(
            each ->
                assertThat(each)
                    .startsWith(failed + "NoClassDefFoundError: com/example/Missing")
                    .endsWith("-> versions do not fit together: import flyball-bom"),
            atIndex(2))
        .satisfies(
            each -> assertThat(each).startsWith("the policy x is not offered at"), atIndex(3));
  }

  private static FlyballModule looking(java.util.function.Function<Endpoint, List<Stage>> stages) {
    return TestModule.installing(setup -> setup.stages(stages));
  }

  // ---- modules

  @Test
  void moduleThatThrows_isAProblem() {
    with(
        TestModule.installing(setup -> {
          throw new IllegalStateException("no key");
        }),
        TestModule.installing(setup -> {
          throw new NoSuchMethodError("Setup.gone()");
        }));

    String module = " at dev.flyball.TestModule";
    assertThat(problems())
        .containsExactly(
            "the module test could not be installed: java.lang.IllegalStateException: no key"
                + module,
            "the module test could not be installed: java.lang.NoSuchMethodError: Setup.gone()"
                + module
                + " -> versions do not fit together: import flyball-bom");
  }

  @Test
  void moduleWhoseSettingsCannotBeRead_isAProblem() {
    with(
        new FlyballModule() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public List<Setting<?>> settings() {
            throw new NoClassDefFoundError("dev/flyball/settings/Gone");
          }

          @Override
          public void install(Setup setup) {}
        });

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(
            "the settings of the module broken cannot be read: java.lang.NoClassDefFoundError")
        .endsWith("-> versions do not fit together: import flyball-bom");
  }

  @Test
  void keyThatTwoModulesDeclare_isAProblem() {
    Setting<String> one = Setting.string("flyball.test.x").doc("One.").build();
    Setting<String> two = Setting.string("flyball.test.x").doc("Two.").build();
    Setting<String> three = Setting.string("flyball.test.y").doc("Three.").build();
    app =
        TestApp.with(
            builder -> builder.property("flyball.test.y", "declared all the same"),
            TestModule.installing(setup -> {}).declaring(one),
            TestModule.installing(setup -> {}).declaring(two).declaring(three));

    assertThat(problems())
        .containsExactly(
            "flyball.test.x is declared twice at module test (dev.flyball.TestModule)"
                + " -> a module has to rename it");
  }

  @Test
  void twoOffersOfOneName_areAProblem() {
    app =
        TestApp.with(
            builder -> builder.offer(AccessPolicy.class, "own", question -> AccessPolicy.permit()),
            TestModule.installing(setup ->
                setup.offer(AccessPolicy.class, "own", question -> AccessPolicy.deny("x"))));

    assertThat(problems())
        .containsExactly(
            "two offers of AccessPolicy are called own at the application and module test"
                + " -> rename one of them");
  }

  @Test
  void twoPagesOfOnePath_areAProblem() {
    AdminRoute page = AdminRoute.probe("live", request -> new AdminRoute.Response(200, "", ""));
    AdminRoute other =
        AdminRoute.scoped("POST", "live", "admin", request -> new AdminRoute.Response(200, "", ""));
    with(
        TestModule.installing(setup -> setup.adminRoute(page)),
        TestModule.installing(setup -> setup.adminRoute(other)),
        TestModule.installing(setup -> setup.adminRoute(page)));

    assertThat(problems())
        .containsExactly("two pages answer GET /flyball/live at module test -> remove one of them");
  }

  @Test
  void offersDuringInstallation_cannotBeAskedFor() {
    List<Offers<AuditTrail>> wanted = new ArrayList<>();
    with(
        TestModule.installing(setup -> wanted.add(setup.want(AuditTrail.class))),
        TestModule.installing(setup -> wanted.get(0).all()));

    assertThat(problems())
        .singleElement()
        .asString()
        .contains("offers of AuditTrail asked for during installation (expected: later)");
    assertThat(wanted.get(0).all()).isEmpty();
  }

  @Test
  void offers_areFoundByNameOrAsTheOnlyOne() {
    AccessPolicy permit = question -> AccessPolicy.permit();
    AccessPolicy deny = question -> AccessPolicy.deny("x");
    List<Offers<AccessPolicy>> wanted = new ArrayList<>();
    with(
        TestModule.installing(setup -> {
          wanted.add(setup.want(AccessPolicy.class));
          setup.offer(AccessPolicy.class, "permit", permit);
          setup.offer(String.class, "a", "A");
          setup.offer(String.class, "default", "D");
        }),
        TestModule.installing(setup -> setup.offer(AccessPolicy.class, "deny", deny)));

    assertThat(wanted.get(0).all().keySet()).containsExactly("permit", "deny");
    assertThat(wanted.get(0).find("deny").orElseThrow()).isSameAs(deny);
    assertThat(wanted.get(0).find("other")).isEmpty();
    assertThat(wanted.get(0).only()).isEmpty();
    assertThat(app.governor.find(String.class)).contains("D");
    assertThat(app.governor.find(AccessPolicy.class)).isEmpty();
    assertThat(app.governor.find(AuditTrail.class)).isEmpty();
    assertThatThrownBy(() -> wanted.get(0).all().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void healthChecks_areOffersToo() {
    HealthCheck check =
        new HealthCheck() {
          @Override
          public String name() {
            return "mine";
          }

          @Override
          public java.util.concurrent.CompletionStage<Result> check() {
            return java.util.concurrent.CompletableFuture.completedFuture(
                new Result(Status.DOWN, "no"));
          }
        };
    app = TestApp.with(builder -> builder.healthCheck(check));
    app.start();

    assertThat(app.health("mine").status()).isEqualTo(HealthCheck.Status.DOWN);
  }

  // ---- starting

  @Test
  void allProblems_areToldTogether() {
    app =
        TestApp.with(
            builder ->
                builder.property("flyball.call-timeout", "soon").property("flyball.nope", "1"),
            TestModule.installing(
                setup -> setup.problem(new StartupProblem("no issuer", "module auth", "add one"))),
            TestModule.binding(TestModule.authorizing(), TestModule.authorizing()));
    app.govern(handler("scoped"));
    app.govern(handler("blank"));
    app.govern(handler("silent"));
    app.govern(handler("silent"));

    assertThat(problems())
        .hasSize(9)
        .satisfies((List<? extends String> all) -> {
          assertThat(all).anyMatch(each -> each.startsWith("flyball.call-timeout is soon"));
          assertThat(all).anyMatch(each -> each.startsWith("unknown key flyball.nope"));
          assertThat(all).anyMatch(each -> each.equals("no issuer at module auth -> add one"));
          assertThat(all).anyMatch(each -> each.startsWith("no module enforces"));
          assertThat(all).anyMatch(each -> each.startsWith("@Public of http:blank"));
          assertThat(all)
              .anyMatch(each -> each.startsWith("two handlers are registered for http:silent"));
          assertThat(all).filteredOn(each -> each.startsWith("two stages of")).hasSize(3);
        });
  }

  @Test
  void startThatFailed_closesTheModulesAndCannotBeTriedAgain() {
    List<String> ran = new ArrayList<>();
    with(
        TestModule.installing(setup -> {
          setup.onStart(() -> ran.add("start"));
          setup.onClose(() -> ran.add("close"));
          setup.problem(new StartupProblem("wrong", null, null));
        }));

    assertThat(problems()).containsExactly("wrong");
    assertThat(ran).containsExactly("close");
    assertThatThrownBy(() -> app.governor.start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the governor is CLOSED (expected: started once)");
    assertThat(ran).containsExactly("close");
  }

  @Test
  void secondStart_isAnError() {
    List<String> ran = new ArrayList<>();
    with(TestModule.installing(setup -> setup.onStart(() -> ran.add("start"))));
    app.start();

    assertThatThrownBy(() -> app.governor.start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the governor is RUNNING (expected: started once)");
    assertThat(ran).containsExactly("start");
  }

  @Test
  void closedGovernor_cannotBeStarted() {
    with();
    app.governor.close();

    assertThatThrownBy(() -> app.governor.start()).isInstanceOf(IllegalStateException.class);
    assertThat(app.governor.lifecycle().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void moduleThatCannotStart_isAProblemAndEverythingIsClosed() {
    List<String> ran = new ArrayList<>();
    with(
        TestModule.installing(setup -> {
          setup.onStart(() -> ran.add("start"));
          setup.onClose(() -> ran.add("close"));
        }),
        TestModule.installing(setup ->
            setup.onStart(() -> {
              throw new IllegalStateException("port in use");
            })));

    assertThat(problems())
        .containsExactly(
            "the module test could not be started: java.lang.IllegalStateException: port in use");
    assertThat(ran).containsExactly("start", "close");
  }

  @Test
  void moduleThatTellsItsProblemsAtTheStart_tellsThemAsTheyAre() {
    with(
        TestModule.installing(setup ->
            setup.onStart(() -> {
              throw new StartupException(
                  List.of(new StartupProblem("no keys", "https://i", "check it")));
            })));

    assertThat(problems()).containsExactly("no keys at https://i -> check it");
  }

  @Test
  void endpointWithAProblemAfterTheStart_isRefusedAtOnce() {
    with().govern(handler("silent"));
    app.start();

    assertThatThrownBy(() -> app.govern(handler("scoped")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("no module enforces @RequiresScope of http:scoped");
    assertThat(app.governor.endpoints().find("http:scoped")).isEmpty();
  }

  @Test
  void secondHandlerAfterTheStart_isRefusedAtOnce() {
    GovernedEndpoint first = with().govern(handler("silent"));
    app.start();

    assertThatThrownBy(() -> app.govern(handler("silent")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("two handlers are registered for http:silent");
    assertThat(app.governor.endpoints().find("http:silent")).contains(first);
  }

  @Test
  void attributeThatIsMadeTwice_isAProblem() {
    Consumer<Setup> making = setup -> setup.attribute("x", Attribute.Scope.CALL);
    with(TestModule.installing(making), TestModule.installing(making));

    assertThat(problems())
        .singleElement()
        .asString()
        .contains("the attribute x is made twice")
        .doesNotContain("versions");
  }

  @Test
  void stages_runByPhaseThenOrderThenName() {
    with(
        TestModule.binding(
            Stream.of(
                    ordered("b", Phase.ADMIT, 0),
                    ordered("a", Phase.ADMIT, 0),
                    ordered("z", Phase.ADMIT, -5),
                    ordered("y", Phase.AUTHORIZE, 9),
                    ordered("x", Phase.AUTHENTICATE, 100))
                .toArray(Stage[]::new)));
    GovernedEndpoint endpoint = app.govern(handler("silent"));
    app.start();

    assertThat(endpoint.stages())
        .extracting(Stage::id)
        .containsExactly("body-limit", "x", "y", "z", "a", "b");
  }

  private static Stage ordered(String id, Phase phase, int order) {
    Stage plain = TestModule.stage(id, phase, call -> Decision.proceed());
    return new Stage() {
      @Override
      public String id() {
        return plain.id();
      }

      @Override
      public Phase phase() {
        return plain.phase();
      }

      @Override
      public int order() {
        return order;
      }

      @Override
      public Decision onStart(Call call) {
        return plain.onStart(call);
      }
    };
  }
}
