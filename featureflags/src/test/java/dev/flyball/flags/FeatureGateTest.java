// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.CallRecord;
import dev.flyball.Event;
import dev.flyball.GovernedEndpoint;
import dev.flyball.annotation.FeatureGate;
import dev.flyball.settings.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureGateTest {

  private static final String FLAGS =
      """
      {"flags": {
        "on": {"state": "ENABLED", "variants": {"yes": true, "no": false}, "defaultVariant": "yes"},
        "sale": {"state": "ENABLED", "variants": {"yes": true, "no": false}, "defaultVariant": "no"},
        "disabled": {"state": "DISABLED", "variants": {"yes": true}, "defaultVariant": "yes"},
        "text": {"state": "ENABLED", "variants": {"yes": "true"}, "defaultVariant": "yes"},
        "broken": {"state": "ENABLED", "variants": {"yes": true}, "defaultVariant": "yes",
          "targeting": {"no-such-operator": []}},
        "nowhere": {"state": "ENABLED", "variants": {"yes": true}, "defaultVariant": "yes",
          "targeting": {"if": [true, "maybe"]}},
        "half": {"state": "ENABLED", "variants": {"yes": true, "no": false},
          "defaultVariant": "yes", "targeting": {"fractional": [["yes", 1], ["no", 1]]}}
      }}
      """;

  /** Handlers behind gates. */
  static class Handlers {

    @FeatureGate("on")
    void on() {}

    @FeatureGate("sale")
    void sale() {}

    @FeatureGate("disabled")
    void disabled() {}

    @FeatureGate("text")
    void text() {}

    @FeatureGate("broken")
    void broken() {}

    @FeatureGate("nowhere")
    void nowhere() {}

    @FeatureGate("half")
    void half() {}

    @FeatureGate("missing")
    void missing() {}

    @FeatureGate(" ")
    void blank() {}

    void plain() {}
  }

  @TempDir private Path folder;
  private FlagApp app;

  private GovernedEndpoint start(String handler) {
    app = FlagApp.with(folder, FLAGS);
    GovernedEndpoint endpoint = app.app().govern(Handlers.class, handler, "GET /" + handler);
    app.start();
    return endpoint;
  }

  @AfterEach
  void close() {
    app.close();
  }

  @Test
  void gate_thatIsOn_letsTheCallThrough() {
    CallRecord record = app(start("on"));

    assertThat(record).isOk().evaluated("on", "yes");
  }

  @ParameterizedTest
  @CsvSource({
    "sale, flag_off",
    "disabled, flag_off",
    "text, type_mismatch",
    "broken, parse_error",
    "nowhere, general",
    "missing, flag_not_found"
  })
  void gate_thatIsNotOn_looksLikeNothing(String handler, String reason) {
    AtomicInteger handled = new AtomicInteger();
    GovernedEndpoint endpoint = start(handler);

    CallRecord record = app.call(endpoint, "ada", handled::incrementAndGet);

    assertThat(record)
        .isRefusedBy("feature-gate")
        .hasReason(reason)
        .hasProblem(404, "feature_off")
        .hasSubject("ada");
    assertThat(record.evaluations()).hasSize(1);
    assertThat(handled).hasValue(0);
    assertThat(new String(record.problem().toJson(null), StandardCharsets.UTF_8))
        .doesNotContain(handler, "gate", "flag")
        .contains("there is no such resource");
  }

  @Test
  void gate_rolledOutByUnit_isClosedForNobody() {
    GovernedEndpoint endpoint = start("half");

    CallRecord record = app.call(endpoint, "", () -> null);

    assertThat(record).isRefusedBy("feature-gate").hasReason("targeting_key_missing");
  }

  @Test
  void gate_rolledOutByUnit_agreesWithTheFlag() {
    GovernedEndpoint endpoint = start("half");
    Flag<Boolean> half = app.flags().bool("half", false);
    int open = 0;
    for (int i = 0; i < 200; i++) {
      CallRecord record = app.call(endpoint, "user-" + i, half::get);
      boolean isOpen = record.refusal() == null;
      assertThat(isOpen).isEqualTo(half.get(FlagContext.of("user-" + i)));
      assertThat(record.evaluations()).hasSize(1);
      open += isOpen ? 1 : 0;
    }

    assertThat(open).isBetween(70, 130);
  }

  @Test
  void gate_thatIsOnlyObserved_letsTheCallThroughAndSaysSo() {
    app = FlagApp.with(folder, FLAGS);
    app.app().property("flyball.rules.feature-gate.mode", "observe");
    GovernedEndpoint endpoint = app.app().govern(Handlers.class, "sale", "GET /sale");
    app.start();

    assertThat(app(endpoint)).isOk().wouldBeRefusedBy("feature-gate");
  }

  @Test
  void gateWithoutFlag_isToldAtStart_andOpensWhenTheFlagComes() {
    GovernedEndpoint endpoint = start("missing");
    assertThat(app.events("flags.gates-without-flag"))
        .extracting(Event::message)
        .containsExactly("gates that stay closed: missing (no such flag) of http:GET /missing");
    assertThat(app(endpoint)).hasReason("flag_not_found");

    app.rewrite(FLAGS.replace("\"on\":", "\"missing\":"));
    app.app().time().advance(Duration.ofSeconds(1));

    assertThat(app(endpoint)).isOk();
    assertThat(app.events("flags.gates-without-flag")).hasSize(1);
  }

  @Test
  void gateWhoseFlagGoes_isToldAtThatMoment() {
    GovernedEndpoint endpoint = start("on");
    assertThat(app.events("flags.gates-without-flag")).isEmpty();

    app.rewrite(FLAGS.replace("\"on\":", "\"other\":"));
    app.app().time().advance(Duration.ofSeconds(1));

    assertThat(app.events("flags.gates-without-flag")).hasSize(1);
    assertThat(app(endpoint)).hasReason("flag_not_found");
  }

  @Test
  void gateOfATextFlag_isToldAtStart() {
    start("text");

    assertThat(app.events("flags.gates-without-flag"))
        .extracting(Event::message)
        .containsExactly("gates that stay closed: text (not a boolean flag) of http:GET /text");
  }

  @Test
  void gateWithoutKey_keepsTheServiceFromStarting() {
    app = FlagApp.with(folder, FLAGS);
    app.app().govern(Handlers.class, "blank", "GET /blank");

    assertThatThrownBy(app::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(
            "@FeatureGate of http:GET /blank is blank (expected: the key of a flag)");
  }

  @Test
  void endpointWithoutGate_hasNoStage() {
    GovernedEndpoint plain = start("plain");
    GovernedEndpoint gated = app.app().govern(Handlers.class, "on", "GET /on");

    assertThat(plain.stages()).extracting(stage -> stage.id()).doesNotContain("feature-gate");
    assertThat(gated.stages()).extracting(stage -> stage.id()).containsOnlyOnce("feature-gate");
  }

  private CallRecord app(GovernedEndpoint endpoint) {
    return app.call(endpoint, "ada", () -> null);
  }
}
