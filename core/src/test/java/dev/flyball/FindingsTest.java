// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.settings.Setting;
import dev.flyball.settings.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What works and should be looked at. */
class FindingsTest {

  private static final String ID = "TEST-ODD";

  private final List<Event> events = new ArrayList<>();
  private final AtomicReference<Setup> setup = new AtomicReference<>();

  private final class Finder implements FlyballModule {

    @Override
    public String name() {
      return "finder";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(Finding.kind(ID, "Something is odd."));
    }

    @Override
    public void install(Setup setup) {
      FindingsTest.this.setup.set(setup);
      setup.finding(new Finding(ID, "seven is odd", "numbers:7", "take eight"));
      setup.finding(new Finding(ID, "seven is odd", "numbers:7", "take eight"));
    }
  }

  private Governor governor(Consumer<GovernorBuilder> change) {
    GovernorBuilder builder = TestApp.builder(List.of(new Finder()));
    builder.eventListener(events::add);
    change.accept(builder);
    return builder.build();
  }

  private List<Event> told() {
    return events.stream().filter(event -> event.name().equals("finding.reported")).toList();
  }

  @Test
  void finding_isToldOnceAtTheStart() {
    try (Governor governor = governor(builder -> {})) {
      assertThat(told()).isEmpty();

      governor.start();

      assertThat(told()).hasSize(1);
      Event event = told().get(0);
      assertThat(event.severity()).isEqualTo(Event.Severity.WARN);
      assertThat(event.message()).isEqualTo("TEST-ODD: seven is odd");
      assertThat(event.fields())
          .isEqualTo(
              Map.of(
                  "flyball.finding",
                  ID,
                  "flyball.where",
                  "numbers:7",
                  "flyball.hint",
                  "take eight"));
      assertThat(setup.get().findings()).hasSize(1);
    }
  }

  @Test
  void finding_thatIsAccepted_isNotTold() {
    try (Governor governor = governor(b -> b.property("flyball.findings.test-odd", "off"))) {
      governor.start();

      assertThat(told()).isEmpty();
      assertThat(setup.get().findings()).isEmpty();
    }
  }

  @Test
  void finding_thatIsFatal_isReportedWithAllOtherProblems() {
    Governor governor =
        governor(builder ->
            builder
                .property("flyball.findings.test-odd", "fatal")
                .property("flyball.body-limit", "many"));

    assertThatThrownBy(governor::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("TEST-ODD: seven is odd")
        .hasMessageContaining("numbers:7")
        .hasMessageContaining("take eight; flyball.findings.test-odd=fatal")
        .hasMessageContaining("flyball.body-limit");
    assertThat(told()).isEmpty();
  }

  @Test
  void finding_ofUnknownId_isSuggestedTheKnownOne() {
    Governor governor = governor(b -> b.property("flyball.findings.test-od", "fatal"));

    assertThatThrownBy(governor::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.findings.test-od")
        .hasMessageContaining("flyball.findings.test-odd");
  }

  @Test
  void finding_whileServing_isToldAtOnceAndOnce() {
    try (Governor governor = governor(b -> b.property("flyball.findings.test-odd", "fatal"))) {
      assertThatThrownBy(governor::start).isInstanceOf(StartupException.class);
    }
    try (Governor governor = governor(builder -> {})) {
      governor.start();
      Finding late = new Finding(ID, "nine is odd", null, null);

      setup.get().finding(late);
      setup.get().finding(late);

      assertThat(told())
          .extracting(Event::message)
          .containsExactly("TEST-ODD: seven is odd", "TEST-ODD: nine is odd");
    }
  }

  @Test
  void finding_thatNobodyDeclared_isRefused() {
    try (Governor governor = governor(builder -> {})) {
      governor.start();

      assertThatThrownBy(() -> setup.get().finding(new Finding("TEST-EVEN", "eight", null, null)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("flyball.findings.test-even");
    }
  }

  @Test
  void observedRule_isAFinding() {
    try (Governor governor =
        governor(b -> b.property("flyball.rules.requires-scope.mode", "observe"))) {
      governor.start();

      assertThat(told())
          .extracting(Event::message)
          .contains("RULE-OBSERVED: the rule requires-scope refuses nobody");
    }
  }

  @Test
  void undeclaredEndpoint_canBeFatal() {
    Governor governor = governor(b -> b.property("flyball.findings.auth-undeclared", "fatal"));
    governor.govern(Endpoint.builder("http", "GET /who").build());

    assertThatThrownBy(governor::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("AUTH-UNDECLARED: 1 endpoint(s)")
        .hasMessageContaining("http:GET /who");
  }

  @Test
  void everybodyAsProxy_isAFinding() {
    try (Governor governor = governor(b -> b.property("flyball.proxies.trusted", "::/0"))) {
      governor.start();

      assertThat(setup.get().findings()).extracting(Finding::id).contains("PROXIES-TRUST-ALL");
    }
  }
}
