// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.Meters;
import dev.flyball.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flag file, on a real file system, while the service runs. */
class FlagFileTest {

  private static final String ON = FlagApp.BOOLEAN_ON;
  private static final String OFF = FlagApp.BOOLEAN_OFF;
  private static final String BROKEN =
      ON.replace("\"defaultVariant\": \"on\"", "\"defaultVariant\": \"onn\"");

  @TempDir private Path folder;
  private FlagApp app;
  private Flag<Boolean> feature;

  @AfterEach
  void close() {
    app.close();
  }

  private void start(String flags) {
    start(FlagApp.with(folder, flags));
  }

  private void start(FlagApp started) {
    app = started.start();
    feature = app.flags().bool("feature", false);
  }

  // ---- changes that the file system tells

  @Test
  void file_thatIsWrittenInPlace_isSeen() {
    start(ON);

    app.rewrite(OFF);

    await().until(() -> !feature.get());
  }

  @Test
  void file_thatIsRenamedOver_isSeen() throws IOException {
    start(ON);
    Path next = folder.resolve("next.json");
    FlagApp.write(next, OFF);

    Files.move(next, app.file(), StandardCopyOption.ATOMIC_MOVE);

    await().until(() -> !feature.get());
  }

  @Test
  void link_thatIsSwapped_isSeen_againAndAgain() throws IOException {
    mount("..2026_1", ON);
    Files.createSymbolicLink(folder.resolve("flags.json"), Path.of("..data", "flags.json"));
    start(FlagApp.at(folder.resolve("flags.json")));
    assertThat(feature.get()).isTrue();

    mount("..2026_2", OFF);
    await().until(() -> !feature.get());
    mount("..2026_3", ON);
    await().until(feature::get);
    mount("..2026_4", OFF);
    await().until(() -> !feature.get());
    assertThat(app.events("flags.swapped")).hasSize(3);
    assertThat(app.events("flags.missing")).isEmpty();
  }

  /** As Kubernetes mounts a ConfigMap: a new folder, and a link that is swapped in one step. */
  private void mount(String name, String flags) throws IOException {
    FlagApp.write(Files.createDirectory(folder.resolve(name)).resolve("flags.json"), flags);
    Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(name));
    Path data = folder.resolve("..data");
    Path before = Files.exists(data) ? data.toRealPath() : null;
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
    if (before != null) {
      Files.delete(before.resolve("flags.json"));
      Files.delete(before);
    }
  }

  @Test
  void file_behindALinkIntoAnotherFolder_isSeen() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("real.json");
    FlagApp.write(elsewhere, ON);
    Path link = Files.createSymbolicLink(folder.resolve("flags.json"), elsewhere);
    start(FlagApp.at(link));

    FlagApp.write(elsewhere, OFF);

    await().until(() -> !feature.get());
  }

  // ---- changes that are found by looking

  @Test
  void change_isFoundByLookingToo() {
    start(ON);

    app.rewrite(OFF);
    pass(Duration.ofSeconds(1));

    assertThat(feature.get()).isFalse();
    Event swapped = app.events("flags.swapped").get(0);
    assertThat(swapped.severity()).isEqualTo(Event.Severity.INFO);
    assertThat(swapped.fields())
        .containsEntry("flyball.flags.keys", "feature")
        .containsEntry("flyball.flags.version", app.flags().version())
        .containsEntry("flyball.flags.count", 1);
  }

  @Test
  void start_saysWhatIsInForce() {
    start(ON);

    assertThat(app.events("flags.loaded"))
        .extracting(Event::message)
        .containsExactly("the flags of " + app.file() + " are in force: 1");
    assertThat(health().status()).isEqualTo(HealthCheck.Status.UP);
  }

  @Test
  void set_thatIsWrong_leavesTheLastGoodOneInForce_andIsToldOnce() {
    start(ON);
    String version = app.flags().version();

    app.rewrite(BROKEN);
    pass(Duration.ofSeconds(10));

    assertThat(feature.get()).isTrue();
    assertThat(app.flags().version()).isEqualTo(version);
    String problem =
        app.file()
            + ":2:21 flags.feature.defaultVariant is 'onn' (expected: one of on, off);"
            + " did you mean on";
    assertThat(app.events("flags.rejected"))
        .extracting(Event::severity, Event::message)
        .containsExactly(
            tuple(
                Event.Severity.ERROR,
                problem + "; the flags of version " + version + " stay in force"));
    assertThat(app.events("flags.rejected").get(0).fields())
        .containsEntry("flyball.problems", problem)
        .containsEntry("flyball.flags.version", version);
    assertThat(health())
        .isEqualTo(
            new HealthCheck.Result(
                HealthCheck.Status.DEGRADED,
                "version " + version + " with 1 flags is in force, but " + problem));
    assertThat(reloads("rejected")).isEqualTo(1);
  }

  @Test
  void set_thatIsWrongInAnotherWay_isToldAgain() {
    start(ON);

    app.rewrite(BROKEN);
    pass(Duration.ofSeconds(2));
    app.rewrite("{");
    pass(Duration.ofSeconds(2));
    app.rewrite(BROKEN);
    pass(Duration.ofSeconds(2));

    assertThat(app.events("flags.rejected")).hasSize(3);
  }

  @Test
  void set_thatIsMended_comesIntoForce() {
    start(ON);
    app.rewrite(BROKEN);
    pass(Duration.ofSeconds(2));

    app.rewrite(OFF);
    pass(Duration.ofSeconds(2));

    assertThat(feature.get()).isFalse();
    assertThat(health().status()).isEqualTo(HealthCheck.Status.UP);
    assertThat(app.events("flags.swapped")).hasSize(1);
  }

  @Test
  void set_thatIsTakenBack_isToldWithoutASwap() {
    start(ON);
    app.rewrite(BROKEN);
    pass(Duration.ofSeconds(2));

    app.rewrite(ON);
    pass(Duration.ofSeconds(2));

    assertThat(app.events("flags.restored")).hasSize(1);
    assertThat(app.events("flags.swapped")).isEmpty();
    assertThat(health().status()).isEqualTo(HealthCheck.Status.UP);
  }

  @Test
  void file_thatIsHalfWritten_isNotComplainedAbout() {
    start(ON);

    app.rewrite(OFF.substring(0, 40));
    pass(Duration.ofMillis(20));
    app.rewrite(OFF);
    pass(Duration.ofSeconds(2));

    assertThat(feature.get()).isFalse();
    assertThat(app.events("flags.rejected")).isEmpty();
  }

  @Test
  void file_thatIsGoneForAMoment_isNotComplainedAbout() throws IOException {
    start(ON);

    Files.delete(app.file());
    pass(Duration.ofMillis(20));
    app.rewrite(OFF);
    pass(Duration.ofSeconds(2));

    assertThat(feature.get()).isFalse();
    assertThat(app.events("flags.missing")).isEmpty();
  }

  @Test
  void file_thatIsDeleted_leavesTheFlagsInForce_andIsToldOnce() throws IOException {
    start(ON);

    Files.delete(app.file());
    pass(Duration.ofSeconds(10));

    assertThat(feature.get()).isTrue();
    assertThat(app.events("flags.missing"))
        .extracting(Event::message)
        .containsExactly(
            app.file()
                + " does not exist; the flags of version "
                + app.flags().version()
                + " stay in force");
    assertThat(health().status()).isEqualTo(HealthCheck.Status.DEGRADED);

    app.rewrite(ON);
    pass(Duration.ofSeconds(2));
    assertThat(app.events("flags.restored")).hasSize(1);
    assertThat(health().status()).isEqualTo(HealthCheck.Status.UP);
  }

  @Test
  void file_thatCannotBeRead_isComplainedAbout() throws IOException {
    start(ON);

    Files.delete(app.file());
    Files.createDirectory(app.file());
    pass(Duration.ofSeconds(2));

    assertThat(feature.get()).isTrue();
    assertThat(app.events("flags.rejected"))
        .singleElement()
        .extracting(Event::message)
        .asString()
        .contains("is not a file");
  }

  @Test
  void file_thatIsTouched_changesNothing() {
    start(ON);

    app.rewrite(ON);
    pass(Duration.ofSeconds(2));

    assertThat(app.events("flags.swapped")).isEmpty();
    assertThat(app.events("flags.restored")).isEmpty();
  }

  @Test
  void changedWords_withTheSameMeaning_areAnotherVersionOfTheSameFlags() {
    start(ON);
    String before = app.flags().version();

    app.rewrite(ON + "\n");
    pass(Duration.ofSeconds(2));

    assertThat(app.flags().version()).isNotEqualTo(before);
    assertThat(app.events("flags.swapped").get(0).fields())
        .containsEntry("flyball.flags.keys", "none");
  }

  @Test
  void notes_areToldWithEachSetThatHasThem() {
    String questionable =
        ON.replace("\"defaultVariant\"", "\"targetting\": {}, \"defaultVariant\"");
    start(questionable);
    assertThat(app.events("flags.questionable"))
        .extracting(Event::severity, Event::message)
        .containsExactly(
            tuple(
                Event.Severity.WARN,
                "flags work in a way that can hardly be meant: "
                    + app.file()
                    + ":2:3 flags.feature.targetting means nothing; did you mean targeting"));

    app.rewrite(OFF);
    pass(Duration.ofSeconds(2));
    assertThat(app.events("flags.questionable")).hasSize(1);
    app.rewrite(questionable);
    pass(Duration.ofSeconds(2));
    assertThat(app.events("flags.questionable")).hasSize(2);
  }

  @Test
  void afterTheServiceIsClosed_nobodyLooks() {
    start(ON);
    app.close();

    app.rewrite(OFF);
    pass(Duration.ofSeconds(5));

    assertThat(feature.get()).isTrue();
    await()
        .until(() ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("flyball-flags-watch")));
  }

  // ---- the start

  @Test
  void file_thatIsWrong_keepsTheServiceFromStarting_withEveryProblem() {
    app =
        FlagApp.with(
            folder, BROKEN.replace("ENABLED", "ENABELD").replace("{\"on\"", "{\"x\": 1, \"on\""));

    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball cannot start: 4 problems")
        .hasMessageContaining(
            "flags.feature.state is 'ENABELD' (expected: one of ENABLED, DISABLED)\n     at "
                + app.file()
                + ":1:33\n     -> did you mean ENABLED")
        .hasMessageContaining("flags.feature.variants.on is true (expected: a number");
  }

  @Test
  void file_thatIsNamedAndNotThere_keepsTheServiceFromStarting() {
    app = FlagApp.at(folder.resolve("nowhere.json"));

    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("the flag file does not exist\n     at " + app.file());
  }

  @Test
  void withoutFailFast_theServiceStarts_andTheFlagsComeWhenTheFileIsMended() {
    FlagApp broken = FlagApp.with(folder, BROKEN);
    broken.app().property("flyball.flags.fail-fast", "false");
    start(broken);

    assertThat(feature.detail().errorCode()).isEqualTo(FlagDetail.ErrorCode.FLAG_NOT_FOUND);
    assertThat(app.flags().version()).isEqualTo("none");
    assertThat(app.events("flags.rejected")).hasSize(1);
    assertThat(health().status()).isEqualTo(HealthCheck.Status.DEGRADED);

    app.rewrite(ON);
    pass(Duration.ofSeconds(1));
    assertThat(feature.get()).isTrue();
    assertThat(health().status()).isEqualTo(HealthCheck.Status.UP);
  }

  @Test
  void defaultFile_isTheOneBesideTheProcess_andMayComeLater() {
    start(besideTheProcess());

    assertThat(app.flags().keys()).isEmpty();
    assertThat(health().status()).isEqualTo(HealthCheck.Status.UP);
    assertThat(app.app().events()).noneMatch(event -> event.name().startsWith("flags."));

    FlagApp.write(folder.resolve("flags.json"), ON);
    pass(Duration.ofSeconds(1));
    assertThat(feature.get()).isTrue();

    FlagApp.write(folder.resolve("flags.json"), OFF);
    await().until(() -> !feature.get());
  }

  @Test
  void defaultFile_thatIsWrong_keepsTheServiceFromStarting() {
    FlagApp.write(folder.resolve("flags.json"), BROKEN);
    app = besideTheProcess();

    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flags.feature.defaultVariant is 'onn'")
        .hasMessageContaining("at flags.json:2:21");
  }

  private FlagApp besideTheProcess() {
    return FlagApp.beside(folder);
  }

  private void pass(Duration duration) {
    app.app().time().advance(duration);
  }

  private HealthCheck.Result health() {
    return app.health("flags");
  }

  private double reloads(String result) {
    return app.app().governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals("flyball.flag.reloads"))
        .flatMap(snapshot -> snapshot.series().stream())
        .filter(series -> series.labelValues().equals(List.of(result)))
        .mapToDouble(Meters.Series::value)
        .sum();
  }
}
