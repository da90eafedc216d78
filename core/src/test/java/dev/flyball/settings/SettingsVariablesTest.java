// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsVariablesTest {

  private static final Setting<Integer> PORT =
      Setting.integer("flyball.test.admin-port").doc("A port.").build();
  private static final Setting<String> ISSUER =
      Setting.string("flyball.test.issuers.<name>.issuer").doc("An issuer.").build();
  private static final Setting<String> KEY =
      Setting.string("flyball.test.issuers.<name>.key").doc("A key.").secret().build();

  @TempDir private Path temp;

  private TestSettings machine() {
    return TestSettings.in(temp).declare(PORT, ISSUER, KEY);
  }

  @Test
  void variable_isTheKeyInCapitalsWithUnderscores() {
    Settings settings = machine().variable("FLYBALL_TEST_ADMIN_PORT", "81").load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(PORT)).isEqualTo(81);
    assertThat(settings.explain(PORT).origin()).hasToString("variable FLYBALL_TEST_ADMIN_PORT");
  }

  @Test
  void nameOnlyInAVariable_isReadInLowerCase() {
    Settings settings = machine().variable("FLYBALL_TEST_ISSUERS_MAIN_ISSUER", "https://m").load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.names(ISSUER)).containsExactly("main");
    assertThat(settings.get(ISSUER.named("main"))).isEqualTo("https://m");
  }

  @Test
  void nameWithAHyphen_isUnderstoodWhereAnotherLayerSpellsIt() {
    Settings settings =
        machine()
            .file("flyball.properties", "flyball.test.issuers.my-corp.issuer = https://file")
            .variable("FLYBALL_TEST_ISSUERS_MY_CORP_ISSUER", "https://variable")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.names(ISSUER)).containsExactly("my-corp");
    assertThat(settings.get(ISSUER.named("my-corp"))).isEqualTo("https://variable");
  }

  @Test
  void nameWithAHyphenOfAnotherKeyOfTheGroup_isUnderstoodToo() {
    Settings settings =
        machine()
            .systemProperty("flyball.test.issuers.my-corp.key", "k")
            .variable("FLYBALL_TEST_ISSUERS_MY_CORP_ISSUER", "https://variable")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(ISSUER.named("my-corp"))).isEqualTo("https://variable");
  }

  @Test
  void nameWithAHyphenOfASecretFile_isUnderstoodToo() {
    Settings settings =
        machine()
            .file("key.txt", "k")
            .file("flyball.properties", "flyball.test.issuers.my-corp.key.file = key.txt")
            .variable("FLYBALL_TEST_ISSUERS_MY_CORP_ISSUER", "https://variable")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.names(KEY)).containsExactly("my-corp");
  }

  @Test
  void nameWithAnUnderscoreThatNothingSpells_isUnknown() {
    assertThat(machine().variable("FLYBALL_TEST_ISSUERS_MY_CORP_ISSUER", "x").problems())
        .singleElement()
        .asString()
        .startsWith("unknown variable FLYBALL_TEST_ISSUERS_MY_CORP_ISSUER at variable");
  }

  @Test
  void variableThatCouldMeanTwoNames_isAProblemThatNamesBoth() {
    TestSettings machine =
        machine()
            .file(
                "flyball.properties",
                "flyball.test.issuers.a-b-c.issuer = one",
                "flyball.test.issuers.a-bc.issuer = two")
            .declare(
                Setting.string("flyball.test.issuers.<name>.b-issuer").doc("Another.").build());
    machine.file("flyball.properties", "flyball.test.issuers.a.b-issuer=1").load();

    machine.file(
        "flyball.properties",
        "flyball.test.issuers.a.b-issuer = one",
        "flyball.test.issuers.a-b.issuer = two");
    machine.variable("FLYBALL_TEST_ISSUERS_A_B_ISSUER", "which");

    assertThat(machine.problems())
        .singleElement()
        .asString()
        .contains("the variable FLYBALL_TEST_ISSUERS_A_B_ISSUER could mean")
        .contains("flyball.test.issuers.a-b.issuer")
        .contains("flyball.test.issuers.a.b-issuer")
        .endsWith("-> set the key in flyball.properties or as a system property");
  }

  @Test
  void declaredKeysThatMeetInOneVariable_areAProblemEvenUnused() {
    TestSettings machine =
        machine().declare(Setting.integer("flyball.test.admin.port").doc("Another port.").build());

    assertThat(machine.problems())
        .containsExactly(
            "the keys flyball.test.admin-port and flyball.test.admin.port meet in one variable at"
                + " variable FLYBALL_TEST_ADMIN_PORT -> a module has to rename one of them");
  }

  @Test
  void misspeltVariable_isAProblemWithTheVariableThatWasMeant() {
    assertThat(machine().variable("FLYBALL_TEST_ADMIN_PROT", "81").problems())
        .containsExactly(
            "unknown variable FLYBALL_TEST_ADMIN_PROT at variable FLYBALL_TEST_ADMIN_PROT"
                + " -> did you mean FLYBALL_TEST_ADMIN_PORT?");
  }

  @Test
  void variablesOfAServiceBesideThisOne_areNoneOfOurs() {
    assertThat(
            machine()
                .variable("FLYBALL_CONSOLE_SERVICE_HOST", "10.0.0.7")
                .variable("FLYBALL_CONSOLE_SERVICE_PORT", "80")
                .variable("FLYBALL_CONSOLE_SERVICE_PORT_HTTP", "80")
                .variable("FLYBALL_CONSOLE_PORT", "tcp://10.0.0.7:80")
                .variable("FLYBALL_CONSOLE_PORT_80_TCP", "tcp://10.0.0.7:80")
                .variable("FLYBALL_CONSOLE_PORT_80_TCP_ADDR", "10.0.0.7")
                .problems())
        .isEmpty();
  }

  @Test
  void variableThatOnlyLooksLikeOneOfAService_isUnknown() {
    assertThat(machine().variable("FLYBALL_CONSOLE_PORT", "80").problems())
        .singleElement()
        .asString()
        .startsWith("unknown variable FLYBALL_CONSOLE_PORT");
    assertThat(
            machine()
                .variable("FLYBALL_CONSOLE_SERVICE_HOST", "10.0.0.7")
                .variable("FLYBALL_CONSOLE_PROT", "80")
                .problems())
        .singleElement()
        .asString()
        .startsWith("unknown variable FLYBALL_CONSOLE_PROT");
  }

  @Test
  void systemProperty_isTheKeyItself() {
    Settings settings = machine().systemProperty("flyball.test.admin-port", "82").load();

    assertThat(settings.get(PORT)).isEqualTo(82);
    assertThat(settings.explain(PORT).origin())
        .hasToString("system property flyball.test.admin-port");
  }

  @Test
  void misspeltSystemProperty_isAProblem() {
    assertThat(machine().systemProperty("flyball.test.admin.prot", "1").problems())
        .containsExactly(
            "unknown key flyball.test.admin.prot at system property flyball.test.admin.prot"
                + " -> did you mean flyball.test.admin-port?");
  }

  @Test
  void secretFile_isNamedByAVariableToo() {
    Settings settings =
        machine()
            .file("key.txt", "s3cret")
            .variable("FLYBALL_TEST_ISSUERS_MAIN_KEY_FILE", "key.txt")
            .load();

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.get(KEY.named("main"))).isEqualTo("s3cret");
  }
}
