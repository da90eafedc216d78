// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** Measures what governing a request costs, and prints it beside what it may cost. */
public final class Whole {

  private Whole() {}

  /**
   * Runs once, in the folder of the modules.
   *
   * @param args none; {@code whole.quick} and {@code whole.only} are properties
   */
  public static void main(String[] args)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path root = Path.of("").toAbsolutePath();
    List<Variant> variants = Plan.variants(root, System.getProperty("whole.only", ""));
    Plan plan = Plan.of(!"false".equals(System.getProperty("whole.quick", "false")), variants);
    Path directory = Files.createDirectories(root.resolve("target/whole"));
    Progress progress = new Progress();
    Cores cores = new Cores();
    progress.say(
        String.format(
            Locale.ROOT, "%s; about %d minutes", machine(), 1 + plan.duration().toMinutes()));
    progress.say(cores.toString());
    Tokens tokens = new Tokens();
    tokens.writeTo(directory);
    Files.writeString(directory.resolve("flags.json"), Flags.JSON);
    try (Bench bench = new Bench(plan, root, directory, tokens, cores, progress)) {
      Measurements measurements = bench.measure();
      String text =
          String.format(
              Locale.ROOT,
              "%s, %s%n%s%n%n%s",
              LocalDate.now(ZoneOffset.UTC),
              machine(),
              cores,
              new Report(measurements));
      Files.writeString(directory.resolve("result-" + Runtime.version().feature() + ".txt"), text);
      System.out.println(text);
    }
  }

  private static String machine() throws IOException {
    String model =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 2))
            .findFirst()
            .orElse("unknown processor");
    return model
        + ", Linux "
        + System.getProperty("os.version")
        + ", Java "
        + System.getProperty("java.runtime.version");
  }
}
