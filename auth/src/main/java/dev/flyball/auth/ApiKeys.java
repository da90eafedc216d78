// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Time;
import dev.flyball.auth.ApiKey.Version;
import dev.flyball.auth.internal.apikey.KeyFormat;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Issues, lists, rotates and revokes API keys in a file, from a command line.
 *
 * <p>Prefix, environment, pepper, file and longest life come from the settings {@code
 * flyball.auth.api-keys.*}, read from where a service in the same folder would read them. The text
 * of a new key is the only line that goes to standard output, once; whatever else there is to say
 * goes to standard error.
 *
 * <pre>
 * java -cp flyball-core.jar:flyball-auth.jar:... dev.flyball.auth.ApiKeys \
 *     issue --file api-keys.json --owner team-billing --service orders --scope orders:read
 * </pre>
 */
public final class ApiKeys {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final String USAGE =
      """
      usage: ApiKeys <command> [options]

        issue   --owner <name> --service <names>    makes a key and prints it, once
                [--scope <names>] [--client <name>] [--network <addresses>] [--lifetime <time>]
        list                                        shows what is kept of all keys
        rotate  <key id>                            gives a key a new secret and prints the key
                [--grace <time>] [--lifetime <time>]
        revoke  <key id> [--previous]               ends a key, or the grace of its former secret

      every command takes --file <path>; else flyball.auth.api-keys.file says where the keys are
      <names> and <addresses> are lists with commas; <time> is 90d, 12h, 30m or 45s
      --lifetime is 90d and --grace is 7d unless given
      exit codes: 0 done, 1 failed, 2 wrong usage
      """;

  private static final Duration LIFETIME = Duration.ofDays(90);
  private static final Duration GRACE = Duration.ofDays(7);

  private static final Map<String, Set<String>> OPTIONS =
      Map.of(
          "issue",
          Set.of("file", "owner", "service", "scope", "client", "network", "lifetime"),
          "list",
          Set.of("file"),
          "rotate",
          Set.of("file", "grace", "lifetime"),
          "revoke",
          Set.of("file", "previous"));

  private final Settings settings;
  private final PrintStream out;
  private final PrintStream err;
  private final Time time;
  private final CommandLine line;

  private ApiKeys(
      CommandLine line, Settings settings, PrintStream out, PrintStream err, Time time) {
    this.line = line;
    this.settings = settings;
    this.out = out;
    this.err = err;
    this.time = time;
  }

  /**
   * Runs one command; see {@code --help}.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    Settings.Builder settings = Settings.builder();
    int code = run(List.of(arguments), settings, System.out, System.err, Time.system());
    if (code != DONE) {
      System.exit(code);
    }
  }

  static int run(
      List<String> arguments,
      Settings.Builder settings,
      PrintStream out,
      PrintStream err,
      Time time) {
    if (arguments.contains("--help") || arguments.equals(List.of("help"))) {
      out.print(USAGE);
      return DONE;
    }
    try {
      CommandLine line = CommandLine.parse(arguments, OPTIONS);
      Settings read = settings.declare(AuthSettings.all()).load();
      new ApiKeys(line, read, out, err, time).run();
      return DONE;
    } catch (CommandLine.Misuse e) {
      err.println("wrong usage: " + e.getMessage());
      err.print(USAGE);
      return MISUSED;
    } catch (IOException | RuntimeException e) {
      err.println("failed: " + reason(e));
      return FAILED;
    }
  }

  private void run() throws CommandLine.Misuse, IOException {
    requireGoodSettings();
    switch (line.command()) {
      case "issue" -> issue();
      case "list" -> list();
      case "rotate" -> rotate();
      default -> revoke();
    }
  }

  // ---- commands

  private void issue() throws CommandLine.Misuse {
    line.requireOperands(0);
    ApiKeyRegistry.Request request =
        new ApiKeyRegistry.Request(
            line.required("owner"),
            line.option("client"),
            line.names("scope"),
            line.requiredNames("service"),
            List.copyOf(line.names("network")),
            line.time("lifetime", LIFETIME));
    print(done(registry().issue(request)));
  }

  private void rotate() throws CommandLine.Misuse {
    String id = id();
    Duration grace = line.time("grace", GRACE);
    print(done(registry().rotate(id, grace, line.time("lifetime", LIFETIME))));
  }

  private void revoke() throws CommandLine.Misuse {
    String id = id();
    boolean previous = line.has("previous");
    ApiKeyRegistry registry = registry();
    ApiKey key = done(previous ? registry.revokePrevious(id) : registry.revoke(id));
    describe(key);
  }

  private void list() throws CommandLine.Misuse, IOException {
    line.requireOperands(0);
    ApiKeyFile file = file();
    file.read();
    Map<String, Instant> uses = done(file.lastUses());
    for (ApiKey key : done(registry().list())) {
      out.println(key.id() + "  owner " + key.owner());
      out.println("  services " + String.join(",", new TreeSet<>(key.services())));
      out.println("  scopes   " + shown(new TreeSet<>(key.scopes()), "none"));
      out.println("  networks " + shown(key.networks(), "any"));
      out.println("  used     " + Objects.requireNonNullElse(uses.get(key.id()), "never"));
      for (Version version : key.versions()) {
        out.println("  version  " + shown(version));
      }
    }
  }

  private void print(ApiKeyRegistry.Issued issued) {
    out.println(issued.text());
    describe(issued.key());
    err.println("this is the only time that the key is shown");
  }

  private void describe(ApiKey key) {
    err.println("key " + key.id() + " of " + key.owner());
    for (Version version : key.versions()) {
      err.println("version " + shown(version));
    }
  }

  private String shown(Version version) {
    boolean expired = version.expires().toEpochMilli() <= time.currentTimeMillis();
    String status = version.status().name().toLowerCase(Locale.ROOT);
    return version.number()
        + " "
        + (expired ? "expired" : status)
        + ", created "
        + version.created()
        + ", expires "
        + version.expires();
  }

  private static String shown(Iterable<String> names, String otherwise) {
    String joined = String.join(",", names);
    return joined.isEmpty() ? otherwise : joined;
  }

  // ---- what they need

  private ApiKeyRegistry registry() throws CommandLine.Misuse {
    ApiKeyFile file = file();
    return new ApiKeyRegistry(
        () -> file,
        ApiKeyAuthentication.format(settings),
        ApiKeyAuthentication.hashes(settings),
        Objects.requireNonNull(settings.get(ApiKeySettings.MAX_LIFETIME)),
        time);
  }

  private ApiKeyFile file() throws CommandLine.Misuse {
    String given = line.option("file");
    Path path = given == null ? settings.get(ApiKeySettings.FILE) : Path.of(given);
    if (path == null) {
      throw new CommandLine.Misuse("it is not known where the keys are (expected: --file <path>)");
    }
    return new ApiKeyFile(settings.directory().resolve(path).toAbsolutePath());
  }

  /** A key that is made with other settings than those of the service would be worth nothing. */
  private void requireGoodSettings() {
    for (StartupProblem problem : settings.problems()) {
      if (problem.what().contains(ApiKeySettings.PREFIX)) {
        throw new IllegalStateException(problem.toString());
      }
    }
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  /** The word is not shown: whoever takes the key for its id has written a secret. */
  private String id() throws CommandLine.Misuse {
    line.requireOperands(1);
    if (!KeyFormat.isId(line.operand(0))) {
      throw new CommandLine.Misuse(
          "what is given is no key id (expected: the twelve letters and digits between the second"
              + " and the third underscore of the key)");
    }
    return line.operand(0);
  }

  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || cause instanceof FileSystemException ? cause.toString() : message;
  }
}
