// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.settings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A module that a test makes up. */
final class TestModule implements FlyballModule {

  private final List<Setting<?>> settings = new ArrayList<>();
  private Consumer<Setup> install = setup -> {};

  static TestModule installing(Consumer<Setup> install) {
    TestModule module = new TestModule();
    module.install = install;
    return module;
  }

  /** A module that binds the same stages to every endpoint. */
  static TestModule binding(Stage... stages) {
    return installing(setup -> setup.stages(endpoint -> List.of(stages)));
  }

  TestModule declaring(Setting<?> setting) {
    settings.add(setting);
    return this;
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public List<Setting<?>> settings() {
    return settings;
  }

  @Override
  public void install(Setup setup) {
    install.accept(setup);
  }

  /** A stage that a function decides for. */
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

  /** A stage that authenticates everybody as one subject. */
  static Stage authenticating(String subject) {
    return stage(
        "authenticate",
        Phase.AUTHENTICATE,
        call -> {
          call.authenticated(Principal.builder(subject, "https://issuer.example").build());
          return Decision.proceed();
        });
  }

  /** A stage that authorizes everybody. */
  static Stage authorizing() {
    return stage("authorize", Phase.AUTHORIZE, call -> Decision.proceed());
  }
}
