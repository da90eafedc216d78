// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process says that cannot start, and how it ends. */
class StartTest {

  private static final Path PROPERTIES = Path.of("flyball.properties");

  private record Ended(int code, String out, String err) {}

  @TempDir Path folder;

  @Test
  void settings_wrongInThreeWays_areToldTogether() throws Exception {
    String properties =
        Files.readString(PROPERTIES).replace(".audience=", ".audiences=")
            + "flyball.auth.issuers.local.jwks=keys.json\n";

    Ended ended = run(properties, entry -> true);

    assertThat(ended.err().strip()).isEqualTo(readmeBlock("text").strip());
    assertThat(ended.code()).isNotZero();
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void annotations_thatNobodyEnforces_keepTheServiceFromStarting() throws Exception {
    String properties =
        Files.readString(PROPERTIES)
            .lines()
            .filter(line -> !line.startsWith("flyball.auth."))
            .collect(Collectors.joining("\n"));

    Ended ended = run(properties, entry -> !entry.replace('\\', '/').contains("auth/target/"));

    assertThat(ended.err())
        .contains(
            "no module enforces @Authenticated of http:GET /boom",
            "no module enforces @Authenticated of http:GET /checkout",
            "no module enforces @RequiresScope of http:POST /orders",
            "no module enforces @RequiresScope of http:GET /orders/{id}",
            "add the dependency dev.flyball:flyball-auth")
        .doesNotContain("/ping");
    assertThat(ended.code()).isNotZero();
  }

  @Test
  void port_thatIsTaken_isToldAndEndsTheIssuerToo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Process process =
          start(
              Files.readString(PROPERTIES),
              entry -> true,
              taken.getLocalPort(),
              freePort(),
              freePort());

      Ended ended = await(process);

      assertThat(ended.err()).contains(String.valueOf(taken.getLocalPort()));
      assertThat(ended.code()).isNotZero();
    }
  }

  @Test
  void issuersPort_thatIsTaken_isTold() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Process process =
          start(
              Files.readString(PROPERTIES),
              entry -> true,
              freePort(),
              freePort(),
              taken.getLocalPort());

      Ended ended = await(process);

      assertThat(ended.err())
          .contains("issuer", String.valueOf(taken.getLocalPort()), "ISSUER_PORT");
      assertThat(ended.code()).isNotZero();
    }
  }

  private Ended run(String properties, Predicate<String> classPath) throws Exception {
    return await(start(properties, classPath, freePort(), freePort(), 0));
  }

  private Process start(
      String properties, Predicate<String> classPath, int port, int adminPort, int issuerPort)
      throws IOException {
    Files.writeString(folder.resolve("flyball.properties"), properties);
    Files.copy(Path.of("flags.json"), folder.resolve("flags.json"));
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(classPath)
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                path,
                Quickstart.class.getName())
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("PORT", String.valueOf(port));
    builder.environment().put("ADMIN_PORT", String.valueOf(adminPort));
    builder.environment().put("ISSUER_PORT", String.valueOf(issuerPort));
    return builder.start();
  }

  private Ended await(Process process) throws Exception {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(),
        Files.readString(folder.resolve("out")),
        Files.readString(folder.resolve("err")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String readmeBlock(String language) throws IOException {
    Matcher block =
        Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }
}
