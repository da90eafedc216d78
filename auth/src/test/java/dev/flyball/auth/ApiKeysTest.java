// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.settings.Settings;
import dev.flyball.testkit.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program, as somebody at a command line sees it. */
class ApiKeysTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private final ManualTime time = ManualTime.create();
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("keys.json");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return ApiKeys.run(
        List.of(arguments),
        Settings.builder().directory(folder).environment(environment).systemProperties(Map.of()),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        time);
  }

  private String issue(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("issue", "--file", "keys.json", "--owner", "team-a", "--service", "orders"));
    arguments.addAll(List.of(more));
    assertThat(run(arguments.toArray(String[]::new))).as(text(err)).isZero();
    return text(out).strip();
  }

  private static String id(String key) {
    return key.split("_")[2];
  }

  // ---- what it does

  @Test
  void issuedKey_isShownOnce_andWorks() throws IOException {
    String key =
        issue("--scope", "orders:read, orders:write", "--client", "job", "--lifetime", "12h");
    assertThat(key).matches("fbk_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");
    String secret = key.substring(key.lastIndexOf('_') + 1);
    assertThat(text(err))
        .contains("key " + id(key) + " of team-a")
        .contains("expires 2026-11-02T00:00:00Z")
        .contains("the only time")
        .doesNotContain(secret);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).content().contains(id(key)).doesNotContain(secret.substring(0, 32));
    assertThat(run("list", "--file", "keys.json")).isZero();
    assertThat(text(out)).contains(id(key)).doesNotContain(secret);
    try (ApiKeyApp service = ApiKeyApp.with(file, app -> {})) {
      assertThat(service.callScoped(key)).isOk().hasSubject("team-a");
      assertThat(service.call(key).principal().client()).isEqualTo("job");
    }
  }

  @Test
  void keys_areListed() {
    String key = issue("--network", "10.0.0.0/8,::1");
    try (ApiKeyApp service = ApiKeyApp.with(file, app -> {})) {
      service.call(ApiKeyApp.carrier().peer("10.0.0.1").header("X-API-Key", key));
    }
    assertThat(run("list", "--file", "keys.json")).isZero();
    assertThat(text(out).lines().toList())
        .containsExactly(
            id(key) + "  owner team-a",
            "  services orders",
            "  scopes   none",
            "  networks 10.0.0.0/8,::1",
            "  used     2026-11-01T12:00:00Z",
            "  version  1 active, created 2026-11-01T12:00:00Z, expires 2027-01-30T12:00:00Z");
    time.advance(Duration.ofDays(90));
    run("list", "--file", "keys.json");
    assertThat(text(out)).contains("version  1 expired");
  }

  @Test
  void rotatedKey_worksBesideTheFormerSecretForAWhile() {
    String old = issue();
    time.advance(Duration.ofMinutes(1));
    assertThat(run("rotate", id(old), "--file", "keys.json", "--grace", "2h")).isZero();
    String fresh = text(out).strip();
    assertThat(id(fresh)).isEqualTo(id(old));
    assertThat(text(err))
        .contains("version 2 active, created 2026-11-01T12:01:00Z")
        .contains("version 1 grace, created 2026-11-01T12:00:00Z, expires 2026-11-01T14:01:00Z");
    try (ApiKeyApp service = ApiKeyApp.with(file, app -> {})) {
      assertThat(service.call(old)).isOk();
      assertThat(service.call(fresh)).isOk();
      assertThat(run("revoke", id(old), "--previous", "--file", "keys.json")).isZero();
      assertThat(text(out)).isEmpty();
      service.refresh();
      assertThat(service.call(old)).hasReason("revoked");
      assertThat(service.call(fresh)).isOk();
      assertThat(run("revoke", id(old), "--file", "keys.json")).isZero();
      service.refresh();
      assertThat(service.call(fresh)).hasReason("revoked");
    }
    assertThat(run("rotate", id(old), "--file", "keys.json")).isEqualTo(1);
    assertThat(text(err)).contains("is revoked (expected: one that works; issue another)");
  }

  @Test
  void settings_areThoseOfTheService() throws IOException {
    Files.writeString(
        folder.resolve("flyball.properties"),
        """
        flyball.auth.api-keys.file=mine.json
        flyball.auth.api-keys.prefix=shop
        flyball.auth.api-keys.max-lifetime=10d
        flyball.service.name=orders
        """);
    environment.put("FLYBALL_AUTH_API_KEYS_PEPPER", "a pepper of thirty-two characters");
    assertThat(run("issue", "--owner", "a", "--service", "orders")).isEqualTo(1);
    assertThat(text(err)).contains("expected: at most PT240H");
    assertThat(run("issue", "--owner", "a", "--service", "orders", "--lifetime", "10d")).isZero();
    assertThat(text(out)).startsWith("shop_live_");
    assertThat(folder.resolve("mine.json")).content().contains("hmac-sha256:");
    environment.put("FLYBALL_AUTH_API_KEYS_PREFIX", "Not a word");
    assertThat(run("list")).isEqualTo(1);
    assertThat(text(err)).contains("flyball.auth.api-keys.prefix");
  }

  // ---- what is wrong

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                     | there is no command",
        "remove                                 | there is no command remove (expected: one of [issue, list, revoke, rotate])",
        "issue --service orders                 | --owner is missing",
        "issue --owner a                        | --service is missing",
        "issue --owner a --service ,            | --service has an empty name in it",
        "issue --owner a --service o --owner b  | --owner is there twice",
        "issue --owner --service o              | --owner has no value",
        "issue --owner a --service o --lifetime 1y | --lifetime is 1y (expected: such as 90d or 12h)",
        "issue --owner a --service o b          | there are 1 words beside the options (expected: 0)",
        "issue --owner a --service o --grace 1d | there is no option --grace",
        "list --file                            | --file has no value",
        "rotate                                 | there are 0 words beside the options (expected: 1)",
        "rotate AAAAAAAAAAAA --previous         | there is no option --previous",
        "revoke not-an-id                       | what is given is no key id"
      })
  void wrongUsage_isExplained(String line, String expected) {
    environment.put("FLYBALL_AUTH_API_KEYS_FILE", "keys.json");
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" +");
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(text(err)).startsWith("wrong usage: " + expected).contains("usage: ApiKeys");
    assertThat(text(out)).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void keyInPlaceOfItsId_isNotRepeated() {
    String key = issue();
    assertThat(run("revoke", key, "--file", "keys.json")).isEqualTo(2);
    assertThat(text(err)).doesNotContain(key.substring(20));
  }

  @Test
  void whatCannotBeDone_fails() throws IOException {
    assertThat(run("list")).isEqualTo(2);
    assertThat(text(err)).contains("it is not known where the keys are (expected: --file <path>)");
    assertThat(run("list", "--file", "keys.json")).isEqualTo(1);
    assertThat(text(err)).startsWith("failed: ").contains("keys.json is not there");
    assertThat(run("revoke", "AAAAAAAAAAAA", "--file", "keys.json")).isEqualTo(1);
    issue();
    assertThat(run("revoke", "AAAAAAAAAAAA", "--file", "keys.json")).isEqualTo(1);
    assertThat(text(err)).contains("there is no key AAAAAAAAAAAA");
    assertThat(run("issue", "--file", "no/such/folder/k", "--owner", "a", "--service", "o"))
        .isEqualTo(1);
    assertThat(text(err)).contains("NoSuchFileException").contains("no/such/folder");
    assertThat(
            run(
                "issue",
                "--file",
                "keys.json",
                "--owner",
                "a",
                "--service",
                "o",
                "--network",
                "10.0.0.0/99"))
        .isEqualTo(1);
    assertThat(text(err)).contains("a network is 10.0.0.0/99 (expected: an IP address");
    Files.writeString(file, "{\"keys\":[\n{]}");
    assertThat(run("list", "--file", "keys.json")).isEqualTo(1);
    assertThat(text(err)).contains("keys.json:2: ");
  }

  @Test
  void help_isNoFailure() {
    assertThat(run("--help")).isZero();
    assertThat(text(out)).contains("issue", "list", "rotate", "revoke", "--grace", "exit codes");
    assertThat(run("help")).isZero();
    assertThat(run("rotate", "--help")).isZero();
    assertThat(text(err)).isEmpty();
  }

  // ---- other processes

  @Test
  void writersInTwoProcesses_loseNoKey() throws Exception {
    List<Process> others = List.of(process(12), process(12));
    Set<String> mine = new LinkedHashSet<>();
    for (int i = 0; i < 12; i++) {
      mine.add(id(issue()));
    }
    Set<String> theirs = new LinkedHashSet<>();
    for (Process other : others) {
      assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String printed = text(other.getInputStream().readAllBytes());
      assertThat(other.exitValue()).as(printed).isZero();
      printed.lines().forEach(key -> theirs.add(id(key)));
    }
    assertThat(mine).hasSize(12);
    assertThat(theirs).hasSize(24);
    List<String> kept = new ArrayList<>();
    for (ApiKeyStore.Stored stored : new ApiKeyFile(file).read()) {
      kept.add(stored.key().id());
    }
    assertThat(kept).hasSize(36).containsAll(mine).containsAll(theirs);
  }

  /** Issues keys with the program itself, as fast as it can. */
  public static final class Many {

    private Many() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
        ApiKeys.main(
            new String[] {"issue", "--file", arguments[1], "--owner", "b", "--service", "orders"});
      }
    }
  }

  private Process process(int keys) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Many.class.getName(),
            String.valueOf(keys),
            file.toString());
    builder.redirectError(folder.resolve("err" + keys).toFile());
    builder.directory(folder.toFile());
    return builder.start();
  }

  private static String text(ByteArrayOutputStream bytes) {
    return text(bytes.toByteArray());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
