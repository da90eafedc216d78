// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.settings.Setting;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Property files that change while the service runs. */
class GovernorReloadTest {

  private static final Setting<Integer> FIXED =
      Setting.integer("flyball.test.fixed").doc("A fixed number.").build();

  /** Keeps what is done again and again, for a test to do it. */
  private static final class Scheduler extends ScheduledThreadPoolExecutor {

    final List<Runnable> repeated = new ArrayList<>();

    Scheduler() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable task, long first, long delay, TimeUnit unit) {
      repeated.add(task);
      return super.schedule(() -> {}, 0, unit);
    }
  }

  private static final class Loader extends ClassLoader {

    volatile boolean stopped;

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      if (stopped) {
        throw new IllegalStateException("this web application has been stopped already");
      }
      return super.getResources(name);
    }
  }

  @TempDir private Path directory;
  private final Loader loader = new Loader();
  private final Scheduler scheduler = new Scheduler();
  private TestApp app;
  private GovernedEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    write("");
    app =
        TestApp.with(
            builder ->
                builder
                    .directory(directory)
                    .scheduler(scheduler)
                    .settings(settings -> settings.classLoader(loader)),
            TestModule.binding(
                    TestModule.authorizing(),
                    TestModule.stage(
                        "limits",
                        Phase.ADMIT,
                        call -> Decision.refuse(Problem.of(Problem.Kind.THROTTLED, "no"), "quota")))
                .declaring(FIXED));
    endpoint = app.govern(Endpoint.builder("http", "GET /a"));
    app.start();
  }

  @AfterEach
  void close() {
    app.close();
  }

  private void write(String... lines) throws IOException {
    Files.write(directory.resolve("flyball.properties"), List.of(lines));
  }

  private void look() {
    scheduler.repeated.forEach(Runnable::run);
  }

  private Outcome.Kind call() {
    return app.call(endpoint).outcome().kind();
  }

  @Test
  void ruleThatIsNowObserved_letsCallsThroughWithoutARestart() throws IOException {
    assertThat(call()).isEqualTo(Outcome.Kind.REFUSED);
    write("flyball.rules.quota.mode = observe");
    look();

    assertThat(call()).isEqualTo(Outcome.Kind.OK);
    assertThat(app.events)
        .containsExactly(
            Event.info("settings.reloaded", "changed settings are in force")
                .with("flyball.settings.keys", "flyball.rules.quota.mode"));

    write("flyball.rules.quota.mode = enforce");
    look();
    assertThat(call()).isEqualTo(Outcome.Kind.REFUSED);
  }

  @Test
  void ruleThatChangesBeforeItIsFirstAsked_isAsItWasChanged() throws IOException {
    write("flyball.rules.quota.mode = observe", "flyball.test.fixed = 3");
    look();

    assertThat(call()).isEqualTo(Outcome.Kind.OK);
  }

  @Test
  void everyChange_isToldOnceAlsoWhenTheSameKeyChangesAgain() throws IOException {
    write("flyball.pending-timeout = 3s");
    look();
    write("flyball.pending-timeout = 4s");
    look();
    look();
    write("flyball.pending-timeout = 5s");
    look();

    assertThat(app.events).hasSize(3);
  }

  @Test
  void wrongFile_keepsEverythingAndSaysSoOnce() throws IOException {
    write("flyball.rules.quota.mode = observe", "flyball.pending-timeout = soon");
    look();
    look();

    assertThat(call()).isEqualTo(Outcome.Kind.REFUSED);
    assertThat(app.events)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.name()).isEqualTo("settings.rejected");
          assertThat(event.severity()).isEqualTo(Event.Severity.ERROR);
          assertThat((String) event.fields().get("flyball.problems"))
              .contains("flyball.pending-timeout is soon")
              .contains("flyball.properties:2");
        });

    write("flyball.rules.quota.mode = observe");
    look();
    assertThat(call()).isEqualTo(Outcome.Kind.OK);
    assertThat(app.events).hasSize(2);
  }

  @Test
  void fixedKey_waitsForTheNextStart() throws IOException {
    write("flyball.test.fixed = 3");
    look();
    look();

    assertThat(app.governor.settings().get(FIXED)).isNull();
    assertThat(app.events)
        .containsExactly(
            Event.warn("settings.need-restart", "changed settings wait for the next start")
                .with("flyball.settings.keys", "flyball.test.fixed"));
  }

  @Test
  void fileThatVanishes_isNoErrorAndLookingGoesOn() throws IOException {
    write("flyball.pending-timeout = 3s");
    look();
    Files.delete(directory.resolve("flyball.properties"));
    look();
    write("flyball.pending-timeout = 4s");
    look();

    assertThat(app.events).extracting(Event::name).containsOnly("settings.reloaded").hasSize(3);
  }

  /** As a web container's does once its application has stopped. */
  @Test
  void classLoaderThatFails_isToldAndLookingGoesOn() throws IOException {
    loader.stopped = true;
    look();
    loader.stopped = false;
    write("flyball.pending-timeout = 3s");
    look();

    assertThat(app.events)
        .extracting(Event::name)
        .containsExactly("settings.unreadable", "settings.reloaded");
  }

  @Test
  void lookingWithoutAChange_saysNothing() {
    look();
    look();

    assertThat(app.events).isEmpty();
    assertThat(scheduler.repeated).hasSize(1);
  }

  @Test
  void intervalOfZero_neverLooks() {
    Scheduler idle = new Scheduler();
    try (TestApp other =
        TestApp.with(builder ->
            builder.scheduler(idle).property("flyball.settings.reload-interval", "0s"))) {
      other.start();
      assertThat(idle.repeated).isEmpty();
    }
  }
}
