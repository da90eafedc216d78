// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReloadTest {

  private static final Setting<Integer> LIMIT =
      Setting.integer("flyball.test.limit").doc("A limit.").defaultValue(1).reloadable().build();
  private static final Setting<Integer> PORT =
      Setting.integer("flyball.test.port").doc("A port.").defaultValue(80).build();
  private static final Setting<String> MODE =
      Setting.string("flyball.test.rules.<name>.mode")
          .doc("A mode.")
          .defaultValue("enforce")
          .reloadable()
          .build();

  @TempDir private Path temp;

  private TestSettings machine(String... lines) {
    return TestSettings.in(temp).declare(LIMIT, PORT, MODE).file("flyball.properties", lines);
  }

  @Test
  void changedFile_changesHandleAndValueAndOrigin() {
    TestSettings machine = machine("flyball.test.limit = 5");
    Settings settings = machine.load();
    Handle<Integer> limit = settings.handle(LIMIT);
    machine.file("flyball.properties", "", "flyball.test.limit = 7");

    Settings.Reload reload = settings.reload();

    assertThat(reload.changed()).containsExactly("flyball.test.limit");
    assertThat(reload.needsRestart()).isEmpty();
    assertThat(reload.problems()).isEmpty();
    assertThat(limit.get()).isEqualTo(7);
    assertThat(settings.get(LIMIT)).isEqualTo(7);
    assertThat(settings.explain(LIMIT).origin().place()).endsWith("flyball.properties:2");
    assertThat(settings.reload().changed()).isEmpty();
  }

  @Test
  void removedLine_bringsTheDefaultBack() {
    TestSettings machine = machine("flyball.test.limit = 5");
    Settings settings = machine.load();
    Handle<Integer> limit = settings.handle(LIMIT);
    machine.file("flyball.properties", "");

    assertThat(settings.reload().changed()).containsExactly("flyball.test.limit");
    assertThat(limit.get()).isEqualTo(1);
  }

  @Test
  void anythingWrong_keepsEverything() {
    TestSettings machine = machine("flyball.test.limit = 5");
    Settings settings = machine.load();
    Handle<Integer> limit = settings.handle(LIMIT);
    machine.file("flyball.properties", "flyball.test.limit = 7", "flyball.test.prot = 1");

    Settings.Reload reload = settings.reload();

    assertThat(reload.changed()).isEmpty();
    assertThat(reload.problems()).singleElement().asString().contains("flyball.test.prot");
    assertThat(limit.get()).isEqualTo(5);
    assertThat(settings.get(LIMIT)).isEqualTo(5);
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void mendedFile_isTakenAfterABrokenOne() {
    TestSettings machine = machine("flyball.test.limit = 5");
    Settings settings = machine.load();
    machine.file("flyball.properties", "flyball.test.limit = x");
    settings.reload();
    machine.file("flyball.properties", "flyball.test.limit = 6");

    assertThat(settings.reload().changed()).containsExactly("flyball.test.limit");
    assertThat(settings.get(LIMIT)).isEqualTo(6);
  }

  @Test
  void fixedKey_keepsItsValueUntilTheNextStart() {
    TestSettings machine = machine("flyball.test.port = 81");
    Settings settings = machine.load();
    machine.file("flyball.properties", "flyball.test.port = 82");

    assertThat(settings.reload().needsRestart()).containsExactly("flyball.test.port");
    assertThat(settings.get(PORT)).isEqualTo(81);
    assertThat(settings.explain(PORT).text()).isEqualTo("81");
    assertThat(settings.reload().needsRestart()).containsExactly("flyball.test.port");

    machine.file("flyball.properties", "flyball.test.port = 81");
    assertThat(settings.reload().needsRestart()).isEmpty();
  }

  @Test
  void newName_isInForceAtOnce() {
    TestSettings machine = machine("");
    Settings settings = machine.load();
    Handle<String> mode = settings.handle(MODE.named("quota"));
    machine.file("flyball.properties", "flyball.test.rules.quota.mode = observe");

    assertThat(settings.reload().changed()).containsExactly("flyball.test.rules.quota.mode");
    assertThat(mode.get()).isEqualTo("observe");
    assertThat(settings.names(MODE)).containsExactly("quota");
  }

  @Test
  void handle_isOnePerKey() {
    Settings settings = machine("").load();

    assertThat(settings.handle(LIMIT)).isSameAs(settings.handle(LIMIT));
  }

  @Test
  void fixedKey_hasNoHandle() {
    Settings settings = machine("").load();

    assertThatThrownBy(() -> settings.handle(PORT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("flyball.test.port is fixed at start");
  }

  @Test
  void shadowedChange_changesNothing() {
    TestSettings machine =
        machine("flyball.test.limit = 5").systemProperty("flyball.test.limit", "9");
    Settings settings = machine.load();
    machine.file("flyball.properties", "flyball.test.limit = 6");

    assertThat(settings.reload().changed()).isEmpty();
    assertThat(settings.get(LIMIT)).isEqualTo(9);
  }

  @Test
  void reloadableKeyBesideAFixedOne_isInForceForEverybody() {
    TestSettings machine = machine("flyball.test.limit = 5", "flyball.test.port = 81");
    Settings settings = machine.load();
    Handle<Integer> early = settings.handle(LIMIT);
    machine.file(
        "flyball.properties",
        "flyball.test.limit = 7",
        "flyball.test.port = 82",
        "flyball.test.rules.quota.mode = observe");

    Settings.Reload reload = settings.reload();

    assertThat(reload.changed())
        .containsExactly("flyball.test.limit", "flyball.test.rules.quota.mode");
    assertThat(reload.needsRestart()).containsExactly("flyball.test.port");
    assertThat(early.get()).isEqualTo(7);
    assertThat(settings.get(LIMIT)).isEqualTo(7);
    assertThat(settings.explain(LIMIT).text()).isEqualTo("7");
    assertThat(settings.handle(MODE.named("quota")).get()).isEqualTo("observe");
    assertThat(settings.get(PORT)).isEqualTo(81);
    assertThat(settings.explain(PORT).text()).isEqualTo("81");

    Settings.Reload again = settings.reload();

    assertThat(again.changed()).isEmpty();
    assertThat(again.needsRestart()).containsExactly("flyball.test.port");
  }

  @Test
  void fixedKeyThatIsNew_isNotInForceUntilTheNextStart() {
    TestSettings machine = machine("flyball.test.limit = 5");
    Settings settings = machine.load();
    machine.file("flyball.properties", "flyball.test.port = 82");

    assertThat(settings.reload().needsRestart()).containsExactly("flyball.test.port");
    assertThat(settings.get(PORT)).isEqualTo(80);
    assertThat(settings.explain(PORT).text()).isEqualTo("80");
    assertThat(settings.get(LIMIT)).isEqualTo(1);
  }
}
