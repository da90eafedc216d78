// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.CallRecord;
import dev.flyball.Event;
import dev.flyball.GovernedEndpoint;
import dev.flyball.annotation.Authenticated;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row 79: issuers are fixed at the start, so that whatever is written later waits, or is told. */
class IssuerReloadTest {

  @TempDir Path folder;

  private LocalIssuer issuer;
  private InProcessApp app;
  private GovernedEndpoint guarded;
  private int writes;

  @SuppressWarnings("unused")
  private static final class Shop {

    @Authenticated
    void guarded() {}
  }

  @BeforeEach
  void start() throws IOException {
    app = InProcessApp.with(new AuthModule());
    issuer = LocalIssuer.builder().audience("orders").clock(app.time()::now).start();
    app.configure(builder -> builder.directory(folder));
    write(
        "flyball.auth.issuers.main.issuer=" + issuer.issuer(),
        "flyball.auth.issuers.main.audience=orders");
    guarded = app.govern(Shop.class, "guarded", "GET /guarded");
    app.start();
  }

  @AfterEach
  void end() {
    app.close();
    issuer.close();
  }

  private void write(String... lines) throws IOException {
    Path file = folder.resolve("flyball.properties");
    Files.writeString(file, String.join("\n", lines));
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000 + ++writes)));
  }

  private CallRecord call() {
    return app.call(guarded, InProcessCarrier.get("/guarded").bearer(issuer.token().sign()));
  }

  private List<Event> events(String name) {
    return app.events().stream().filter(event -> event.name().equals(name)).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flyball.auth.issuers.main.audience=orders",
        "flyball.auth.issuers.main.issuer=https://a.example\\nflyball.auth.issuers.main.algorithms=none",
        "flyball.auth.issuers.main.isuer=https://a.example",
        "flyball.auth.issuers.broken.jwks=https://a.example/jwks"
      })
  void brokenIssuer_isTold_andTheFormerServesOn(String lines) throws IOException {
    assertThat(call().outcome().code()).isEqualTo(200);
    write(lines.split("\\\\n"));

    app.time().advance(Duration.ofSeconds(6));

    assertThat(events("settings.rejected")).hasSize(1);
    assertThat(events("settings.rejected").get(0).severity()).isEqualTo(Event.Severity.ERROR);
    assertThat(events("settings.rejected").get(0).fields().get("flyball.problems"))
        .asString()
        .contains("flyball.auth.issuers.");
    assertThat(call().outcome().code()).isEqualTo(200);
    app.time().advance(Duration.ofSeconds(60));
    assertThat(events("settings.rejected")).hasSize(1);
  }

  @Test
  void otherIssuer_waitsForTheNextStart() throws IOException {
    write(
        "flyball.auth.issuers.main.issuer=https://other.example",
        "flyball.auth.issuers.main.audience=orders");

    app.time().advance(Duration.ofSeconds(6));

    assertThat(events("settings.need-restart")).hasSize(1);
    assertThat(events("settings.need-restart").get(0).fields())
        .containsEntry("flyball.settings.keys", "flyball.auth.issuers.main.issuer");
    assertThat(call().outcome().code()).isEqualTo(200);
  }

  @Test
  void mendedFile_isSilentAgain() throws IOException {
    write("flyball.auth.issuers.main.isuer=https://a.example");
    app.time().advance(Duration.ofSeconds(6));
    write(
        "flyball.auth.issuers.main.issuer=" + issuer.issuer(),
        "flyball.auth.issuers.main.audience=orders");
    app.time().advance(Duration.ofSeconds(6));

    assertThat(events("settings.rejected")).hasSize(1);
    assertThat(events("settings.need-restart")).isEmpty();
    assertThat(call().outcome().code()).isEqualTo(200);
  }
}
