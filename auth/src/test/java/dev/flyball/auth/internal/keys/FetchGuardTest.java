// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a guard costs, and what it keeps from happening. */
class FetchGuardTest {

  private static final String LIBRARY = "io.github.resilience4j";

  /** A process whose issuer is well, or fails. */
  static final class Process {

    private Process() {}

    public static void main(String[] args) {
      try (SourceApp app = SourceApp.create()) {
        if (args.length > 0) {
          app.issuer.fault(LocalIssuer.JWKS, Fault.status(500));
        }
        app.app.start();
        app.pass(Duration.ofMinutes(10), Duration.ofSeconds(1));
        System.out.println("fetched " + app.fetches() + " times; " + app.app.events());
      }
    }
  }

  @Test
  void library_isNotLoadedWhileNothingFails() throws Exception {
    assertThat(classesLoaded()).contains("fetched ").doesNotContain(LIBRARY);
    assertThat(classesLoaded("failing")).contains("fetched ", LIBRARY);
  }

  @Test
  void serviceWithoutTheLibrary_goesWithoutAGuard() throws Exception {
    String without =
        Stream.of(classPath().split(File.pathSeparator))
            .filter(each -> !each.contains("resilience4j"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(run(without, "-Dunused", "failing"))
        .containsPattern("fetched \\d\\d times")
        .contains("refresh-failed")
        .containsOnlyOnce("auth.keys.unguarded");
  }

  private static String classesLoaded(String... args) throws IOException, InterruptedException {
    return run(classPath(), "-Xlog:class+load", args);
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String run(String classPath, String option, String... args)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            option,
            "-cp",
            classPath,
            Process.class.getName());
    builder.command().addAll(List.of(args));
    builder.redirectErrorStream(true);
    java.lang.Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void coldSourceThatIsAskedEachSecond_leavesADeadIssuerAloneForTenSeconds() {
    try (SourceApp app = SourceApp.create()) {
      app.issuer.fault(LocalIssuer.JWKS, Fault.status(500));
      app.app.start();
      for (int second = 0; second < 10; second++) {
        app.source.newer("any");
        app.advance(Duration.ofSeconds(1));
      }
      int known = app.fetches();
      assertThat(known).as("until the breaker opens").isBetween(4, 6);
      for (int second = 0; second < 50; second++) {
        app.source.newer("any");
        app.advance(Duration.ofSeconds(1));
      }
      assertThat(app.fetches() - known).as("one each ten seconds").isBetween(3, 6);
    }
  }
}
