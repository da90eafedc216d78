// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys in a file that changes under a service. */
class ApiKeyFileTest {

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("keys.json");
  }

  private ApiKeyApp start() {
    return ApiKeyApp.with(file, app -> {});
  }

  // ---- hot reload

  @Test
  void keyIssuedElsewhere_worksAfterTheNextLook() {
    try (ApiKeyApp service = start();
        ApiKeyApp elsewhere = start()) {
      ApiKeyRegistry.Issued key = elsewhere.issue("team-a");
      assertThat(elsewhere.call(key.text())).isOk();
      service.time.advance(Duration.ofMillis(4_999));
      assertThat(service.events("auth.api-keys.refreshed")).isEqualTo(1);
      service.time.advance(Duration.ofMillis(1));
      assertThat(service.call(key.text())).isOk();
      assertThat(service.events("auth.api-keys.refreshed")).isEqualTo(2);
      ApiKeyApp.done(elsewhere.registry().revoke(key.key().id()));
      service.refresh();
      assertThat(service.call(key.text())).hasReason("revoked");
    }
  }

  @Test
  void unknownKey_makesTheServiceLookAtOnce_andNotMoreOftenThanEveryFiveSeconds() {
    try (ApiKeyApp service =
            ApiKeyApp.with(file, a -> a.property("flyball.auth.api-keys.refresh", "1h"));
        ApiKeyApp elsewhere = start()) {
      ApiKeyRegistry.Issued first = elsewhere.issue("team-a");
      assertThat(service.call(first.text())).as("asks").hasReason("key_unknown");
      assertThat(service.call(first.text())).as("has been told").isOk();

      ApiKeyRegistry.Issued second = elsewhere.issue("team-b");
      assertThat(service.call(second.text())).hasReason("key_unknown");
      assertThat(service.call(second.text())).as("too early").hasReason("key_unknown");
      service.time.advance(Duration.ofSeconds(5));
      assertThat(service.call(second.text())).hasReason("key_unknown");
      assertThat(service.call(second.text())).isOk();

      ApiKeyRegistry.Issued rotated = elsewhere.rotate(second, Duration.ofDays(1));
      service.time.advance(Duration.ofSeconds(5));
      assertThat(service.call(rotated.text())).as("a new secret").hasReason("secret_invalid");
      assertThat(service.call(rotated.text()))
          .as("a minute for one id")
          .hasReason("secret_invalid");
      service.time.advance(Duration.ofSeconds(60));
      assertThat(service.call(rotated.text())).hasReason("secret_invalid");
      assertThat(service.call(rotated.text())).isOk();
    }
  }

  @Test
  void fileThatIsBroken_keepsTheLastGoodKeysAndSaysWhere() throws IOException {
    try (ApiKeyApp service = start()) {
      ApiKeyRegistry.Issued key = service.issue("team-a");
      String good = Files.readString(file);
      Files.writeString(file, good.replace("\"owner\"", "\"ower\""));
      service.refresh();
      service.refresh();
      assertThat(service.call(key.text())).isOk();
      assertThat(service.events("auth.api-keys.refresh-failed")).isEqualTo(1);
      Event event = last(service, "auth.api-keys.refresh-failed");
      assertThat(event.severity()).isEqualTo(Event.Severity.ERROR);
      assertThat(event.message()).contains("the known ones serve on");
      assertThat(event.fields().get("flyball.reason"))
          .asString()
          .startsWith(file + ":2: a member is not known");
      assertThat(health(service).status()).isEqualTo(HealthCheck.Status.DEGRADED);

      Files.writeString(file, "{");
      service.refresh();
      assertThat(service.events("auth.api-keys.refresh-failed")).as("another cause").isEqualTo(2);
      Files.delete(file);
      service.refresh();
      assertThat(last(service, "auth.api-keys.refresh-failed").fields().get("flyball.reason"))
          .isEqualTo(file + " is not there");
      assertThat(service.call(key.text())).isOk();

      Files.writeString(file, good);
      service.refresh();
      assertThat(service.events("auth.api-keys.recovered")).isEqualTo(1);
      assertThat(health(service))
          .isEqualTo(new HealthCheck.Result(HealthCheck.Status.UP, "1 keys"));
    }
  }

  @Test
  void fileThatIsBrokenForTooLong_isBelievedNoLonger() throws IOException {
    try (ApiKeyApp service =
        ApiKeyApp.with(file, a -> a.property("flyball.auth.api-keys.max-stale", "10m"))) {
      ApiKeyRegistry.Issued key = service.issue("team-a");
      String good = Files.readString(file);
      Files.writeString(file, "[]");
      service.time.advance(Duration.ofMillis(599_999));
      assertThat(service.call(key.text())).isOk();
      service.time.advance(Duration.ofMillis(1));
      assertThat(service.call(key.text()))
          .hasProblem(503, "keys_unavailable")
          .hasReason("keys_unavailable");
      assertThat(ApiKeyApp.headers(service.call(key.text()), "Retry-After")).containsExactly("5");
      assertThat(service.call("x")).as("no key at all").hasProblem(401, "invalid_token");
      Files.writeString(file, good);
      service.refresh();
      assertThat(service.call(key.text())).isOk();
    }
  }

  @Test
  void fileThatEverybodyMayWrite_isNotBelieved() throws IOException {
    try (ApiKeyApp service = start()) {
      ApiKeyRegistry.Issued key = service.issue("team-a");
      String forged = Files.readString(file).replace("team-a", "root");
      Path next = Files.writeString(folder.resolve("next"), forged);
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-rw-rw-"));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
      service.refresh();
      assertThat(service.call(key.text())).isOk().hasSubject("team-a");
      assertThat(last(service, "auth.api-keys.refresh-failed").fields().get("flyball.reason"))
          .asString()
          .contains("can be written by everybody");
    }
  }

  @Test
  void fileThatEverybodyMayRead_isTold() throws IOException {
    Files.writeString(file, "{\"keys\":[]}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    try (ApiKeyApp service = start()) {
      assertThat(service.events("auth.api-keys.exposed")).isEqualTo(1);
      service.issue("team-a");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    try (ApiKeyApp service = start()) {
      assertThat(service.events("auth.api-keys.exposed")).isZero();
    }
  }

  // ---- start

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"keys\":[  | :1: the text ends too early",
        "{}           | :1: found OBJECT_END (expected: NAME)",
        "[]           | :1: found ARRAY (expected: OBJECT)",
        "{\"key\":[]} | :1: the first member is not keys",
        "{\"keys\":[]}x | :1: there is more after the end",
        "{\"keys\":[{}]} | :1: a key is wrong: it has no versions",
        "{\"keys\":[7]}  | :1: found NUMBER (expected: OBJECT)",
        "{\"keys\":[{\"id\":{}}]} | :1: a text, number or list is missing",
        "{\"keys\":[{\"id\":\"a\",\"id\":\"a\"}]} | :1: the member id is there twice"
      })
  void brokenFile_stopsTheStartAndSaysWhere(String content, String expected) throws IOException {
    Files.writeString(file, content.strip());
    assertThatThrownBy(this::start)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(
            "flyball.auth.api-keys.file holds no usable keys: " + file + expected.strip())
        .hasMessageContaining("dev.flyball.auth.ApiKeys issue --file");
  }

  @Test
  void fileThatIsNotThere_stopsTheStart() {
    assertThatThrownBy(() ->
            ApiKeyApp.with(app -> app.property("flyball.auth.api-keys.file", file.toString())))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(file + " is not there");
  }

  @Test
  void serviceWithoutAName_mustSayWhatKeysAreFor() throws IOException {
    Files.writeString(file, "{\"keys\":[]}");
    for (String none : new String[] {null, ","}) {
      assertThatThrownBy(() -> start(none))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("it is not known for which service")
          .hasMessageContaining("set flyball.service.name or flyball.auth.api-keys.audience");
    }
    start("orders").close();
  }

  private dev.flyball.testkit.InProcessApp start(String audience) {
    dev.flyball.testkit.InProcessApp app =
        dev.flyball.testkit.InProcessApp.with(new AuthModule())
            .property("flyball.auth.api-keys.file", file.toString());
    return (audience == null ? app : app.property("flyball.auth.api-keys.audience", audience))
        .start();
  }

  @ParameterizedTest
  @CsvSource({
    "header, Authorization",
    "header, 'X Key'",
    "prefix, F_B",
    "environment, Live",
    "pepper, too short",
    "max-lifetime, 10000d",
    "refresh, 1ms",
    "store, memory"
  })
  void wrongSetting_stopsTheStart(String key, String value) {
    assertThatThrownBy(
            () -> ApiKeyApp.with(file, app -> app.property("flyball.auth.api-keys." + key, value)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.api-keys." + key)
        .hasMessageNotContaining("too short");
  }

  // ---- writing

  @Test
  void changeByHand_isNotOverwrittenByOneThatWasReadBefore() throws IOException {
    ApiKeyFile store = new ApiKeyFile(file);
    try (ApiKeyApp service = start()) {
      ApiKeyRegistry.Issued issued = service.issue("team-a");
      ApiKeyStore.Stored before = store.read().get(0);
      Files.writeString(file, Files.readString(file).replace("team-a", "team-b"));
      ApiKey changed = issued.key().with(issued.key().versions());
      assertThat(ApiKeyApp.done(store.compareAndSet(changed, before.version()))).isFalse();
      assertThat(store.read().get(0).key().owner()).isEqualTo("team-b");
      assertThat(ApiKeyApp.done(store.compareAndSet(changed, ApiKeyStore.ABSENT))).isFalse();
      assertThat(ApiKeyApp.done(store.compareAndSet(changed, store.read().get(0).version())))
          .isTrue();
      assertThat(store.read().get(0).key().owner()).isEqualTo("team-a");
    }
  }

  @Test
  void brokenFile_isNotWrittenOver() throws IOException {
    try (ApiKeyApp service = start()) {
      service.issue("team-a");
      Files.writeString(file, "{\"keys\":[ my work of last night");
      assertThatThrownBy(() -> service.issue("team-b")).hasMessageContaining("keys.json:1:");
      assertThat(file).hasContent("{\"keys\":[ my work of last night");
    }
  }

  // ---- uses

  @Test
  void lastUse_isWrittenBesideTheFile_nowAndThen() throws IOException {
    Path uses = folder.resolve("keys.json.used");
    try (ApiKeyApp service = start()) {
      ApiKeyRegistry.Issued used = service.issue("team-a");
      service.issue("team-b");
      byte[] keys = Files.readAllBytes(file);
      Instant moment = service.time.now();
      service.call(used.text());
      service.time.advance(Duration.ofSeconds(30));
      service.call(used.text());
      assertThat(uses).doesNotExist();
      service.time.advance(Duration.ofMinutes(5));
      assertThat(lastUses()).isEqualTo(Map.of(used.key().id(), moment));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(uses)))
          .isEqualTo("rw-------");
      Object stamp = Files.getAttribute(uses, "unix:ino");
      service.time.advance(Duration.ofMinutes(30));
      assertThat(Files.getAttribute(uses, "unix:ino")).as("not written again").isEqualTo(stamp);
      assertThat(Files.readAllBytes(file)).as("keys").isEqualTo(keys);
      service.call(used.text());
    }
    assertThat(lastUses().values())
        .as("what is left is written at the end")
        .allMatch(moment -> moment.isAfter(Instant.parse("2026-11-01T12:30:00Z")));
  }

  @Test
  void lastUse_isTheLatestOfAllInstances() throws IOException {
    ApiKeyFile store = new ApiKeyFile(file);
    Instant noon = Instant.parse("2026-11-01T12:00:00Z");
    ApiKeyApp.done(store.used(Map.of("a", noon, "b", noon)));
    ApiKeyApp.done(store.used(Map.of("a", noon.minusSeconds(9), "b", noon.plusSeconds(9))));
    assertThat(lastUses()).isEqualTo(Map.of("a", noon, "b", noon.plusSeconds(9)));
    Files.writeString(folder.resolve("keys.json.used"), "{\"a\":7");
    ApiKeyApp.done(store.used(Map.of("c", noon)));
    assertThat(lastUses()).as("begun anew").isEqualTo(Map.of("c", noon));
  }

  @Test
  void usesThatCannotBeWritten_areToldOnceAndChangeNothing() throws IOException {
    try (ApiKeyApp service = start()) {
      ApiKeyRegistry.Issued key = service.issue("team-a");
      Files.createDirectory(folder.resolve("keys.json.used"));
      for (int i = 0; i < 3; i++) {
        assertThat(service.call(key.text())).isOk();
        service.time.advance(Duration.ofMinutes(5));
      }
      assertThat(service.events("auth.api-keys.uses-failed")).isEqualTo(1);
    }
  }

  @Test
  void uses_mayBeSwitchedOff() {
    try (ApiKeyApp service =
        ApiKeyApp.with(file, a -> a.property("flyball.auth.api-keys.record-uses", "0s"))) {
      service.call(service.issue("team-a").text());
      service.time.advance(Duration.ofHours(1));
    }
    assertThat(folder.resolve("keys.json.used")).doesNotExist();
  }

  // ---- short words

  private Map<String, Instant> lastUses() {
    return ApiKeyApp.done(new ApiKeyFile(file).lastUses());
  }

  private static Event last(ApiKeyApp service, String name) {
    return service.app.events().stream()
        .filter(event -> event.name().equals(name))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static HealthCheck.Result health(ApiKeyApp service) {
    HealthCheck check =
        service.app.governor().find(HealthCheck.class, "auth-api-keys").orElseThrow();
    return ApiKeyApp.done(check.check());
  }
}
